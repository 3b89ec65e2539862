"""Releases a draft: proposes, holds its cases, and freezes it with the evidence. What ``principles release`` does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from constitution.api.release.evidence import evidence_of, refusals_of
from constitution.api.release.orders import Proposal, Refusal, ReleaseOrder
from constitution.api.release.proposing import propose
from constitution.api.trial.holding import TrialReport, hold_trials
from constitution.engine.progress import Watch
from constitution.principles.changelog import entry
from constitution.principles.versions import because, floor, highest, step
from constitution.shelf.lock import Approval, Evidence
from constitution.shelf.releasing import freeze, settle, sha256_of

__all__ = ["Proposal", "Refusal", "Release", "ReleaseOrder", "propose", "release"]


@dataclass(frozen=True, kw_only=True)
class Release:
    """What came of it."""

    proposal: Proposal
    refusals: tuple[Refusal, ...] = ()
    """All that stands against it; where there is anything, nothing was written."""
    report: TrialReport | None = None
    evidence: Evidence | None = None
    written: tuple[str, ...] = ()
    """Paths beneath the project."""

    @property
    def exit_code(self) -> int:
        """0 where it is released or could be; 1 for findings; 2 where nothing but a model or a flag is missing."""
        if not self.refusals:
            return 0
        return 2 if all(refusal.kind == "rehearsal" for refusal in self.refusals) else 1

    def data(self) -> dict[str, Any]:
        """The release as plain JSON values."""
        proposal = self.proposal
        before = proposal.before
        return {
            "name": proposal.order.name,
            "version": proposal.version,
            "released": bool(self.written),
            "dry_run": proposal.order.dry_run,
            "resumed": proposal.resumed or bool(proposal.finish),
            "sha256": sha256_of(proposal.data),
            "previous": {"ref": before.ref, "sha256": before.sha256} if before and not proposal.finish else None,
            "level": proposal.level,
            "floor": proposal.floor,
            "changes": _changes(proposal),
            "warnings": sum(problem.level == "warning" for problem in proposal.problems),
            "refusals": [vars(refusal) for refusal in self.refusals],
            "evidence": self.evidence.model_dump(mode="json") if self.evidence else None,
            "test": self.report.data() if self.report else None,
            "written": list(self.written),
        }


def _changes(proposal: Proposal) -> list[dict[str, str]]:
    return [
        {"kind": each.kind, "level": floor(each), "because": because(each), "what": each.what,
         "principle": each.principle, "group": each.group, "before": each.before, "after": each.after}
        for each in proposal.changes
    ]  # fmt: skip


def release(order: ReleaseOrder | Proposal, *, watch: Watch | None = None) -> Release:
    """The draft is released under its version for good, or the refusals say why not and nothing is written.

    A release that was cut short is gone on with. Raises ``Mistake`` and its kin as ``propose`` does, what
    ``hold_trials`` raises while the critic is asked, ``Occupied`` where somebody released it or another version
    meanwhile, and ``Stopped`` where the files cannot be written.
    """
    proposal = order if isinstance(order, Proposal) else propose(order)
    if proposal.finish:
        return _finished(proposal)
    if proposal.trials is None:
        return Release(proposal=proposal, refusals=proposal.refusals)
    report = hold_trials(proposal.trials, watch=watch)
    refusals = refusals_of(report, accept_rehearsal=proposal.order.accept_rehearsal)
    evidence = evidence_of(proposal, report)
    written = () if refusals or proposal.order.dry_run else _frozen(proposal, evidence)
    return Release(proposal=proposal, refusals=refusals, report=report, evidence=evidence, written=written)


def _finished(proposal: Proposal) -> Release:
    """The changelog of a release that was cut short is written."""
    if proposal.order.dry_run:
        return Release(proposal=proposal)
    return Release(proposal=proposal, written=(settle(proposal.root, proposal.order.name),))


def _frozen(proposal: Proposal, evidence: Evidence) -> tuple[str, ...]:
    order = proposal.order
    approval = Approval(
        sha256=sha256_of(proposal.data), approved_by=order.approved_by, reason=order.because, evidence=evidence
    )
    told = (step_told(proposal), evidence_told(evidence))
    noted = entry(proposal.version, order.date, order.approved_by, order.because, told, proposal.changes)
    return freeze(proposal.root, order.name, proposal.version, proposal.data, approval, noted, proposal.before)


def step_told(proposal: Proposal) -> str:
    """From where to where, in a sentence."""
    if proposal.before is None:
        groups, principles = proposal.draft.constitution.groups, proposal.draft.constitution.principles
        return f"First release: {_count(len(principles), 'principle')} in {_count(len(groups), 'group')}."
    last = proposal.before.constitution.version
    if not proposal.changes:
        return f"A {proposal.level} release after {last}; only comments, layout or the order of fields differ."
    if proposal.level == proposal.floor:
        return f"A {proposal.level} release after {last}; its changes demand no less."
    verb = "demand" if highest((proposal.floor, step(last, proposal.version))) == proposal.floor else "would allow"
    return f"A {proposal.level} release after {last}; its changes {verb} a {proposal.floor} one."


def evidence_told(evidence: Evidence) -> str:
    """What the cases showed, in a sentence or two."""
    told = f"{evidence.passed} of {_count(evidence.cases, 'case')} passed with the critic {evidence.critic}."
    if evidence.flaky:
        told += f" Flaky for a reason that they give: {', '.join(evidence.flaky)}."
    if evidence.rehearsal:
        number = _count(len(evidence.rehearsal), "principle")
        told += f" For {number} without `rules` this is a rehearsal: no model was asked."
    if evidence.insufficient:
        told += f" Too few cases to vouch for any critic on {_count(len(evidence.insufficient), 'principle')}."
    return told


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
