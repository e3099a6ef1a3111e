"""Start the program: ``python -m sep_desktop`` is the same as the ``sep-desktop`` command."""

import sys

from sep_desktop.cli import main

if __name__ == "__main__":
    sys.exit(main())
