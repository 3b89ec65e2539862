"""What the cases of a draft prove for its release: the record for the lock, and what stands against it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from constitution.api.release.orders import Proposal, Refusal
from constitution.shelf.lock import Evidence, Previous
from constitution.trials.outcome import Outcome
from constitution.trials.report import TrialReport

NAMED = 5
"""Principles that a refused rehearsal names."""
_OWN_NAMES = ("simulator:", "scripted:")


def refusals_of(report: TrialReport, *, accept_rehearsal: bool) -> tuple[Refusal, ...]:
    """Every case that failed, was flaky or could not be asked, and a rehearsal that nobody accepted."""
    found = [*map(_refused, (*report.failed, *report.faults))]
    return (*found, *(() if accept_rehearsal else _rehearsal(report)))


def _refused(outcome: Outcome) -> Refusal:
    said = f"{outcome.trial.name}: {outcome.said}: {outcome.why}"
    if outcome.status == "fault":
        return Refusal("fault", said, outcome.trial.place, "release again; what was answered is kept")
    if outcome.status == "flaky":
        remedy = 'make the principle or the case plainer, or say why it may be in the case: `note: "flaky: ..."`'
        return Refusal("flaky", said, outcome.trial.place, remedy)
    return Refusal("case", said, outcome.trial.place, outcome.remedy)


def rehearsed(report: TrialReport) -> tuple[str, ...]:
    """Ids of principles without ``rules`` of which the simulator was asked; one answer of its is enough."""
    asked = {each.trial.principle for each in report.outcomes if "simulator" in each.tally.by}
    return tuple(each.id for each in report.constitution.principles if each.id in asked and not each.rules)


def _rehearsal(report: TrialReport) -> Iterator[Refusal]:
    names = rehearsed(report)
    if names:
        more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
        yield Refusal(
            "rehearsal",
            f"no model was asked about {', '.join(names[:NAMED])}{more}: the simulator is a program that looks for "
            "flaws it knows, so this rehearses the release and proves nothing about how a model reads the principles",
            remedy="name a model with --critic PROVIDER:MODEL, or type --accept-rehearsal to release all the same, "
            "which the lock will say",
        )


def evidence_of(proposal: Proposal, report: TrialReport) -> Evidence:
    """What is known of the draft as it is released."""
    before = proposal.before
    return Evidence.model_validate(
        {
            "critic": _called(report),
            "asked_for": report.critic,
            "seed": report.seed,
            "draws": report.draws,
            "cases": len(report.outcomes),
            "passed": sum(outcome.status == "pass" for outcome in report.outcomes),
            "flaky": tuple(outcome.trial.name for outcome in report.outcomes if outcome.status == "flaky"),
            "standing": report.pooled.standing,
            "insufficient": report.insufficient,
            "below": tuple(each.name for each in report.figures if each.standing == "below"),
            "rehearsal": rehearsed(report),
            "level": proposal.level,
            "floor": proposal.floor,
            "changes": dict(Counter(change.kind for change in proposal.changes)),
            "previous": Previous(ref=before.ref, sha256=before.sha256) if before else None,
        }
    )


def _called(report: TrialReport) -> str:
    """The critic by the name it gave itself; several, where several answered."""
    provider = report.critic.partition(":")[0]
    names = sorted({name for outcome in report.outcomes for name in outcome.tally.named})
    said = (name if name.startswith(_OWN_NAMES) else f"{provider}:{name}" for name in names)
    return ", ".join(said) or report.critic
