"""What makes and checks that which is handed to others: bounds, wheels, notices, the one-folder program.

The folder ``packaging`` beside ``tests`` holds texts alone. A Python package of that name would hide the library
``packaging``, which pytest imports (docs/decisions/0017).
"""
