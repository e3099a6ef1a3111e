"""Pictures of every page and dialog of the window, to be looked at by people: ``python -m tests.pictures OUT``."""
