"""``python -m constitution``: the command line."""

import sys

from constitution.cli import main

if __name__ == "__main__":
    sys.exit(main())
