"""Flaws: what can be wrong with a row, or should be known of it."""

from __future__ import annotations

from typing import NamedTuple

NOTES = ("unsigned", "restrictions")
"""Kinds that are only to be known: nothing vouches for a part of the row that is no label; what is known of licences
and terms today would bind the row more than it says, which may be newer knowledge."""


class Flaw(NamedTuple):
    """One thing that is wrong with a row, or that should be known of it."""

    kind: str
    """``edited``, ``swapped``, ``renamed``, ``part``, ``row hash``, ``columns``, ``label``, ``unlabelled``,
    ``unreadable``; and those of ``NOTES``, which are no faults."""
    what: str
    part: str = ""
    """Which column or message."""
