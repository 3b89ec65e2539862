"""A labelled pair of answers and what a judge said of it in both orders of showing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log
from typing import Literal

from constitution.core.judgement import Preference, Side

Truth = Literal["a", "b", "tie"]
NEUTRAL = 0.1
"""Lengths whose ratio has a smaller logarithm are the same length."""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One item: two answers ``a`` and ``b`` with their label, and the votes of a judge."""

    id: str
    truth: Truth
    """The better answer by the label."""
    a_first: tuple[Preference, ...]
    """Votes with ``a`` shown first, in terms of the answers, not of their places."""
    b_first: tuple[Preference, ...]
    group: str = ""
    """Items of one group are no independent evidence; each is its own group unless said."""
    lengths: tuple[int, int] | None = None
    """Characters of ``a`` and ``b``."""
    families: tuple[str, str] = ("", "")
    """Of the models that wrote ``a`` and ``b``; empty where that is not known."""
    p: tuple[float, ...] = ()
    """Probabilities of ``b`` by the judge, one a showing; none where it gives none."""
    unanimous: bool = False
    """All votes of an order must say the same; else their majority counts."""

    @cached_property
    def orders(self) -> tuple[Preference, Preference]:
        """What each order says: with ``a`` shown first, and with ``b`` shown first."""
        return of_order(self.a_first, self.unanimous), of_order(self.b_first, self.unanimous)

    @property
    def showings(self) -> int:
        """How often the judge was asked."""
        return len(self.a_first) + len(self.b_first)

    @property
    def consistent(self) -> bool:
        """Both orders say the same, be it a tie."""
        first, second = self.orders
        return first == second != "invalid"

    @property
    def verdict(self) -> Truth:
        """What both orders say; a tie where they differ or one is invalid, as a run takes it."""
        said = self.orders[0]
        return said if self.consistent and said != "invalid" else "tie"

    @property
    def covered(self) -> bool:
        """Both orders name the same answer."""
        return self.verdict != "tie"

    @property
    def longer(self) -> Side | None:
        """The longer answer; None where they are about as long as each other, or nobody knows."""
        if self.lengths is None or not all(self.lengths) or abs(log(self.lengths[1] / self.lengths[0])) < NEUTRAL:
            return None
        return "a" if self.lengths[0] > self.lengths[1] else "b"

    def own(self, family: str) -> Side | None:
        """The answer that a model of this family wrote; None where both are its own, or neither is known to be."""
        theirs = [name == family for name in self.families]
        if sum(theirs) != 1 or not all(self.families):
            return None
        return "a" if theirs[0] else "b"


def of_order(votes: Sequence[Preference], unanimous: bool = False) -> Preference:
    """What more than half of the votes say, or all of them; else ``tie``, and invalid where one is, or there is none.

    The rule of a run, ``constitution.pairing.deciding``.
    """
    if "invalid" in votes or not votes:
        return "invalid"
    best = max(votes, key=votes.count)
    enough = votes.count(best) == len(votes) if unanimous else 2 * votes.count(best) > len(votes)
    return best if enough else "tie"
