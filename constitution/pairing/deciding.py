"""From votes to a decision: both orders of each judge, then the judges together. Nothing is decided by default."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from constitution.core.judgement import Ballot, Preference, Question, Verdict

Decision = Literal["a", "b", "tie", "split", "invalid"]
"""What came of it: a side, a tie in both orders, no agreement, or no valid answer in both orders."""

DECISIVE: tuple[Decision, ...] = ("a", "b")


def of_order(verdicts: Sequence[Verdict], order: str, field: Question, *, unanimous: bool = False) -> Preference:
    """What one order of showing says: the only answer, or the majority (or all) of several; without one, ``tie``.

    ``invalid`` where an answer is invalid, or where there is none.
    """
    votes: list[Preference] = [getattr(verdict, field) for verdict in verdicts if verdict.order == order]
    if "invalid" in votes or not votes:
        return "invalid"
    best = max(votes, key=votes.count)
    enough = votes.count(best) == len(votes) if unanimous else votes.count(best) * 2 > len(votes)
    return best if enough else "tie"


def orders(verdicts: Sequence[Verdict], field: Question, *, unanimous: bool = False) -> tuple[Preference, Preference]:
    """What both orders say: with ``a`` shown first, and with ``b`` shown first."""
    first, second = (of_order(verdicts, order, field, unanimous=unanimous) for order in ("a_first", "b_first"))
    return first, second


def of_judge(verdicts: Sequence[Verdict], field: Question, ballot: Ballot) -> Decision:
    """What one judge decides: a side only where both orders name it."""
    first, second = orders(verdicts, field, unanimous=ballot.unanimous)
    if "invalid" in (first, second):
        return "invalid"
    return first if first == second else "split"


def judges(verdicts: Sequence[Verdict]) -> dict[str, tuple[Verdict, ...]]:
    """The verdicts by the judge that gave them, in the order in which they were asked."""
    return {role: tuple(v for v in verdicts if v.role == role) for role in dict.fromkeys(v.role for v in verdicts)}


def decided(verdicts: Sequence[Verdict], field: Question, ballot: Ballot) -> Decision:
    """What all verdicts on two responses come to.

    A judge alone decides by itself, unless several were asked ``together``. Of several, at least ``quorum`` must
    decide, and more than half of those for one side (the panel of Verga et al. 2024, arXiv:2404.18796, with
    abstention).
    """
    each = [of_judge(own, field, ballot) for own in judges(verdicts).values()]
    if not each or (len(each) == 1 and not ballot.together):
        return each[0] if each else "invalid"
    decisive = [said for said in each if said in DECISIVE]
    for side in DECISIVE:
        if len(decisive) >= ballot.quorum and decisive.count(side) * 2 > len(decisive):
            return side
    if decisive:
        return "split"
    return "tie" if "tie" in each else "invalid" if set(each) == {"invalid"} else "split"
