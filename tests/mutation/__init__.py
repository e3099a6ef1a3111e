"""Whether the tests of a module would see it broken: ``python -m tests.mutation sep_desktop.sync.hand_over``.

cosmic-ray (the extra ``mutation``) says how a line may be broken; each broken module is tried in a process of its
own that is forked from one in which everything slow is imported already. The files themselves are never touched.
"""
