"""One change of meaning between two constitutions, and the kinds there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "name_changed", "language_changed", "file_note_changed", "group_added", "group_removed", "group_renamed",
    "group_note_changed", "groups_reordered",
    "principle_added", "principle_removed", "principle_renamed", "principle_moved", "principles_reordered",
    "rule_replaced", "polarity_changed", "reworded", "respaced",
    "tier_changed", "precedence_swapped", "precedence_lost", "precedence_gained",
    "exception_added", "exception_removed", "exception_reworded", "exceptions_reordered",
    "scope_widened", "scope_narrowed", "scope_changed", "checks_added", "checks_removed", "checks_changed",
    "case_added", "case_removed", "case_verdict_changed", "case_note_changed",
    "conflict_added", "conflict_removed", "note_changed", "order_changed",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """What became different, in the words of both sides."""

    kind: Kind
    what: str
    """A sentence without its full stop, for people."""
    principle: str = ""
    """The id in the later constitution, in the earlier one where it is gone; empty for the file and its groups."""
    group: str = ""
    """The group in which it is, or was."""
    before: str = ""
    """The earlier wording, where the change is one of words."""
    after: str = ""
    """The later wording."""
