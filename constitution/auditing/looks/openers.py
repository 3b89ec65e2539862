"""The look at first words: which of them tell chosen from rejected."""

from __future__ import annotations

import re
from collections.abc import Iterator
from statistics import NormalDist
from typing import Any, NamedTuple

from constitution.auditing.finding import Finding
from constitution.auditing.seen import Seen
from constitution.core.intervals import Interval, wilson

MOST_WORDS = 20_000
"""Different first words that are counted; those that come later are not."""
FEWEST = 20
"""Rows in which a word opens one side alone, before anything is said of it."""
TOLD = 10
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


class Opener(NamedTuple):
    """A word, and the rows in which it opens one side and not the other."""

    word: str
    chosen: int
    rejected: int

    @property
    def rows(self) -> int:
        """Rows in which it opens one side alone."""
        return self.chosen + self.rejected


class Openers:
    """First words, in small letters."""

    name = "first_words"

    def __init__(self) -> None:
        self._rows = 0
        self._counts: dict[str, list[int]] = {}

    def see(self, seen: Seen) -> None:
        """One more row; one whose sides begin alike tells nothing."""
        self._rows += 1
        words = [_opening(seen.rejected), _opening(seen.chosen)]
        if words[0] == words[1]:
            return
        for side, word in enumerate(words):
            if word in self._counts or len(self._counts) < MOST_WORDS:
                self._counts.setdefault(word, [0, 0])[side] += 1

    @property
    def leaning(self) -> tuple[tuple[Opener, Interval], ...]:
        """The words that tell the sides apart, each with how often it opens chosen; the most telling first.

        As many words are tried at once, the interval is wider than for one: 95 % for all of them together, by
        Bonferroni's inequality.
        """
        often = [Opener(word, yes, no) for word, (no, yes) in self._counts.items() if yes + no >= FEWEST]
        if not often:
            return ()
        z = NormalDist().inv_cdf(1 - 0.025 / len(often))
        with_ends = [(each, wilson(each.chosen, each.rows, z)) for each in often]
        telling = [(each, ends) for each, ends in with_ends if not ends.low <= 0.5 <= ends.high]
        return tuple(sorted(telling, key=lambda pair: (-abs(pair[0].chosen - pair[0].rejected), pair[0].word)))

    def findings(self) -> Iterator[Finding]:
        """One for all words that lean."""
        leaning = self.leaning
        if not leaning:
            return
        right = sum(max(each.chosen, each.rejected) for each, _ in leaning)
        extra = sum(abs(each.chosen - each.rejected) for each, _ in leaning)
        told = ", ".join(
            f'"{each.word}" opens {"chosen" if each.chosen > each.rejected else "rejected"} in '
            f"{max(each.chosen, each.rejected):,} of {each.rows:,}"
            for each, _ in leaning[:3]
        )
        rows = sum(each.rows for each, _ in leaning)
        yield Finding(
            "first-words", "warning", "first words that tell chosen from rejected",
            "a model learns how to begin an answer before it learns what to answer",
            "vary how answers begin; stock openings are often left by one model or one prompt for revisions",
            right, rows, (), told, weight=(extra / 2 / self._rows) / (right / rows),
        )  # fmt: skip

    def figures(self) -> dict[str, Any]:
        """The most telling words with their counts and intervals."""
        return {
            "words": len(self._counts),
            "leaning": [
                {"word": each.word, "chosen": each.chosen, "rejected": each.rejected,
                 "accuracy": round(each.chosen / each.rows, 4), "interval": [round(end, 4) for end in ends]}
                for each, ends in self.leaning[:TOLD]
            ],
        }  # fmt: skip


def _opening(text: str) -> str:
    found = _WORD.search(text[:200])
    return found[0].lower().replace("’", "'") if found else ""
