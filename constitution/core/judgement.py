"""What stands before a judge and what it says: claims, verdicts, ratings, and the rule by which votes decide."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from constitution.core.records import PrincipleRef, Record

Side = Literal["a", "b"]
Preference = Literal["a", "b", "tie", "invalid"]
Question = Literal["principles", "helpfulness"]


class Rating(Record):
    """A score that a judge gave one response by itself."""

    response: int
    """Position of the response in the trail."""
    score: int | None = None
    """1 to 10; None where the judge gave none that counts."""
    reason: str = ""
    step: str


class Claim(Record):
    """Which two responses a strategy would pair, and what has to hold of them; the judge has yet to agree."""

    strategy: str
    rejected: int
    """Position of the response that is claimed to be the worse one: ``a`` of the verdicts."""
    chosen: int
    """Position of the response that is claimed to be the better one: ``b`` of the verdicts."""
    principles: tuple[PrincipleRef, ...] = ()
    """What the judge is asked about; none where the stage ``judge`` takes those in scope."""
    on: Question = "principles"
    """The question that decides."""
    either: bool = False
    """Whether the judge may turn the claim round; else it may only agree."""
    critiqued: bool = False
    """Whether the critic must have found a violation in the rejected response and none of it in the chosen one."""
    strict_help: bool = False
    """Whether no single verdict may say that the rejected response helps more, on harmful prompts too."""


class Ballot(Record):
    """How votes become a decision; the stage ``judge`` notes its rule here."""

    unanimous: bool = False
    """All votes of an order must say the same; else the majority counts."""
    quorum: int = 1
    """Of several judges, how many must decide, and their majority for the same side."""
    together: bool = False
    """Several judges are asked from the first: then none decides alone, also where the others did not answer."""
    clamp: tuple[float, float] = (0.2, 0.8)
    """Between what the probability of a judge is held that nobody has calibrated."""
    temperature: float | None = None
    """By what the log-odds are divided; None for a judge that nobody has calibrated."""
    distrusted: bool = False
    """Log-probs are no probabilities here, by the judge's qualification: the votes count."""


class Verdict(Record):
    """One answer of a judge, mapped back from its options to the two responses that it was shown."""

    a: int
    """Position of one response; where a strategy claims one to be the better, of the other."""
    b: int
    """Position of the other response; where a strategy claims one to be the better, of that."""
    order: Literal["a_first", "b_first"]
    principles: Preference
    helpfulness: Preference
    reason: str = ""
    """In the judge's own words, which know the responses by their option ids."""
    options: dict[str, Side] = Field(default_factory=dict)
    """Option id to what was shown under it."""
    step: str
    draw: int = 0
    cut: bool = False
    """The longer answer was shown without its last 200 characters."""
    role: str = "judge"
    """Which judge of a panel: ``judge``, ``judge-2`` …"""
    p: float | None = None
    """Probability of ``b`` on the question that decides, by the judge's log-probs; None without them."""
    canary: str = ""
    """Kind of the planted text that was shown as ``a``, where this verdict tests the judge; it counts for nothing
    else."""
