"""A trial as a conversation: the critic's own question of a run, drawn until the verdicts are steady."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from constitution.core.asking import Asking, Unanswered
from constitution.core.records import Origin
from constitution.core.trail import CriticVerdict, Critique, Response, Trail
from constitution.errors import OffSchema
from constitution.principles.model import Principle
from constitution.stages.brief import Brief
from constitution.stages.holding import hold
from constitution.trials.case import Trial

MORE = (5, 11)
"""How many draws to go on to, one after the other, while the verdicts are not steady."""


@dataclass(frozen=True, kw_only=True)
class Critic:
    """Who is put to the test, and how a run asks them."""

    brief: Brief
    role: str = "critic"
    template: str = "critique"
    max_tokens: int = 2048
    draws: int = 3
    """How often each question is asked at first."""

    @property
    def rounds(self) -> tuple[int, ...]:
        """Numbers of draws after which it is seen whether the verdicts are steady."""
        return (self.draws, *(more for more in MORE if more > self.draws))


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What came of one trial."""

    votes: tuple[CriticVerdict, ...] = ()
    """The verdict of each draw."""
    critiques: tuple[Critique, ...] = ()
    """What each draw said of the trial's own principle, where that was asked about."""
    by: frozenset[Origin] = frozenset()
    """Who answered: a model, or a program that stands in for one."""
    named: frozenset[str] = frozenset()
    """The names by which those who answered called themselves."""
    fault: str = ""
    """Why the critic could not be asked, if it could not."""

    @property
    def verdict(self) -> CriticVerdict:
        """What more than half of the draws say; without that, ``cannot_tell``."""
        best, number = commonest(self.votes)
        return best if 2 * number > len(self.votes) else "cannot_tell"


VerdictOf = Callable[[Sequence[Critique]], CriticVerdict]
"""From what one draw says of all principles that were asked about to the verdict on the trial."""


def commonest(votes: Sequence[CriticVerdict]) -> tuple[CriticVerdict, int]:
    """The verdict that most draws give, and how many do."""
    return Counter(votes).most_common(1)[0] if votes else ("cannot_tell", 0)


def steady(votes: Sequence[CriticVerdict]) -> bool:
    """Whether no more than a fifth of the draws differ from the commonest verdict."""
    return 5 * (len(votes) - commonest(votes)[1]) <= len(votes)


def try_case(
    critic: Critic, trial: Trial, asked: tuple[Principle, ...], verdict_of: VerdictOf | None = None
) -> Asking[Tally]:
    """Ask the critic about the trial's response, held to these principles together, until the verdicts are steady.

    The words are those of a run, so that the ledger answers for both. ``verdict_of`` reads the verdict off a draw;
    unless given, it is what the draw says of the trial's own principle. Of no principle, nothing is asked, and
    nothing applies.
    """
    if not asked:
        nothing: CriticVerdict = "not_applicable"
        return Tally(votes=(nothing,) * critic.draws)
    trail = Trail.start(trial.prompt).plus(responses=(Response(text=trial.case.response, origin="unknown"),))
    votes: list[CriticVerdict] = []
    try:
        for most in critic.rounds:
            before = len(trail.critiques)
            trail, _ = yield from hold(
                critic.brief, trail, 0, {trial.group: asked}, role=critic.role, template=critic.template,
                max_tokens=critic.max_tokens, broken=False, draws=range(len(votes), most),
            )  # fmt: skip
            new = trail.critiques[before:]
            drawn = [new[start : start + len(asked)] for start in range(0, len(new), len(asked))]
            votes += [(verdict_of or of_own(trial))(draw) for draw in drawn]
            if steady(votes):
                break
    except Unanswered as lost:
        return Tally(fault=str(next(iter(lost.failures.values()))))
    except OffSchema as failure:
        return Tally(fault=str(failure))
    return Tally(
        votes=tuple(votes),
        critiques=tuple(critique for critique in trail.critiques if critique.principle.id == trial.principle),
        by=frozenset(step.agent for step in trail.steps),
        named=frozenset(step.model_returned for step in trail.steps if step.model_returned),
    )


def of_own(trial: Trial) -> VerdictOf:
    """The verdict is what is said of the trial's own principle."""
    return lambda draw: next(critique.verdict for critique in draw if critique.principle.id == trial.principle)


def of_any(draw: Sequence[Critique]) -> CriticVerdict:
    """The verdict on an answer whose own principle is not asked about: what the others make of it.

    ``violates`` where any of them is broken, else ``cannot_tell`` where the critic cannot tell of any; what is left
    is an answer to which nobody objects.
    """
    said = {critique.verdict for critique in draw}
    order: tuple[CriticVerdict, ...] = ("violates", "cannot_tell", "complies", "not_applicable")
    return next(verdict for verdict in order if verdict in said)
