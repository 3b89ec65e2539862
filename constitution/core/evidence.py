"""What stands behind a pair, word for word: quotes, changed spans with what asked for them, new names and numbers."""

from __future__ import annotations

from typing import Any, Literal

from constitution.core.records import Record


class Quoted(Record):
    """Words that show a violation in the rejected answer."""

    principle: str
    """Id of the principle that is broken."""
    kind: Literal["quote", "omission", "rule", "ruling"]
    text: str
    start: int
    """Where the words begin, in characters of the rejected answer (of message ``message`` for an omission)."""
    end: int
    message: int | None = None
    """For an omission: position of the message in the prompt whose demand was left out."""


class ChangedSpan(Record):
    """A run of words that only one of both answers has."""

    side: Literal["rejected", "chosen"]
    start: int
    """In characters of the answer of that side."""
    end: int
    words: int
    principles: tuple[str, ...] = ()
    """Ids of the principles whose violation explains the change; none where nothing that was found asked for it."""


class PairEvidence(Record):
    """Why one answer is rejected, and what the other one changed for it."""

    quotes: tuple[Quoted, ...] = ()
    """The verified violations in the rejected answer, in the order in which they were found."""
    aligned: bool = False
    """The chosen answer was revised from the rejected one, so that what differs is a change that somebody made.

    Else there are no changes and no drift: two answers that were written apart differ everywhere.
    """
    unit: Literal["words", "lines", "all"] = "words"
    """What was compared: very long answers are compared by lines, and beyond that as a whole."""
    changes: tuple[ChangedSpan, ...] = ()
    """In the order of the text, at one place what went before what came."""
    new_names: tuple[str, ...] = ()
    """Names in the chosen answer of which neither the prompt nor, where aligned, the rejected answer speaks."""
    new_numbers: tuple[str, ...] = ()
    """Numbers of the same kind."""

    @property
    def changed(self) -> int:
        """How many words differ, those of both sides."""
        return sum([span.words for span in self.changes])

    @property
    def unexplained(self) -> int:
        """How many of them no principle explains."""
        return sum([span.words for span in self.changes if not span.principles])

    @property
    def drift(self) -> float | None:
        """The share of changed words that no principle explains; None where nothing was aligned."""
        if not self.aligned:
            return None
        share = self.unexplained / self.changed if self.changed else 0
        return int(share) if share in (0, 1) else share  # as JSON spells them, which has one spelling for 1 and 1.0

    def told(self) -> dict[str, Any]:
        """Plain JSON values, every field at every level present: what a reader may rely on."""
        return {
            "quotes": [dict(vars(quote)) for quote in self.quotes],
            "aligned": self.aligned,
            "unit": self.unit,
            "changes": [{**vars(span), "principles": list(span.principles)} for span in self.changes],
            "changed_words": self.changed if self.aligned else None,
            "unexplained_words": self.unexplained if self.aligned else None,
            "drift": self.drift,
            "new_names": list(self.new_names),
            "new_numbers": list(self.new_numbers),
        }
