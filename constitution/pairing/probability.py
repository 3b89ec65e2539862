"""How sure a pair is: the probability that its chosen answer is the better one, and what it was computed from."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log
from typing import Literal

from constitution.core.judgement import Ballot, Question, Side, Verdict
from constitution.pairing.deciding import judges

Basis = Literal["votes", "logprobs"]


def likelihood(verdicts: Sequence[Verdict], side: Side, field: Question, ballot: Ballot) -> tuple[float, Basis] | None:
    """Probability of ``side`` and its basis: the mean of the judge's own probabilities where each verdict has one,
    else the votes by the rule of succession, a tie as half a vote for each. None without a verdict.

    A calibrated judge's log-odds are divided by its temperature (Guo et al. 2017, arXiv:1706.04599); votes, what
    several judges say together and any other's probability are held within the ballot's clamp, as Bai et al. 2022
    (arXiv:2212.08073) do with judges that reason before they answer.

    >>> both = [Verdict(a=0, b=1, order=o, principles="b", helpfulness="tie", step="s") for o in ("a_first", "b_first")]
    >>> likelihood(both, "b", "principles", Ballot())
    (0.75, 'votes')
    """
    if not verdicts:
        return None
    own = [verdict.p for verdict in verdicts if verdict.p is not None]
    if _by_logprobs(verdicts, ballot):
        of_b, basis = sum(own) / len(own), "logprobs"
    else:
        said = [getattr(verdict, field) for verdict in verdicts]
        of_b, basis = (said.count("b") + said.count("tie") / 2 + 1) / (len(said) + 2), "votes"
    probability = of_b if side == "b" else 1 - of_b
    temperature = ballot.temperature if calibrated(verdicts, ballot) else None
    return _corrected(probability, temperature, ballot.clamp), "logprobs" if basis == "logprobs" else "votes"


def calibrated(verdicts: Sequence[Verdict], ballot: Ballot) -> bool:
    """Whether the ballot's temperature is of these: one judge's log-probs, to which alone it was fitted."""
    return ballot.temperature is not None and _by_logprobs(verdicts, ballot) and len(judges(verdicts)) == 1


def _by_logprobs(verdicts: Sequence[Verdict], ballot: Ballot) -> bool:
    return not ballot.distrusted and all(verdict.p is not None for verdict in verdicts)


def _corrected(probability: float, temperature: float | None, clamp: tuple[float, float]) -> float:
    if temperature is None:
        least, most = clamp
        return min(max(probability, least), most)
    held = min(max(probability, 1e-6), 1 - 1e-6)
    return 1 / (1 + exp(-log(held / (1 - held)) / temperature))
