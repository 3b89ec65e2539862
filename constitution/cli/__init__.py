"""The command line: thin, one file a verb family."""

from constitution.cli.door import main

__all__ = ["main"]
