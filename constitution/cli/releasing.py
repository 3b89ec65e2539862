"""What principles release says: the version and why, what stands against it, what was written, what to do next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from constitution.api.calling import unless_interrupted
from constitution.api.release.orders import Proposal
from constitution.api.release.releasing import Release, ReleaseOrder, evidence_told, propose, release, step_told
from constitution.cli.output import Output, Said
from constitution.cli.progress import watching
from constitution.cli.tables import count, money
from constitution.engine.prices import FREE
from constitution.principles.changelog import about
from constitution.principles.versions import because, floor

NAMED = 5
"""Principles that a warning names; the lock and the JSON document name all."""


def show_release(output: Output, order: ReleaseOrder) -> int:
    """The draft is released and the files are named, or every refusal is an error with its place and its remedy.

    Raises what ``propose`` and ``release`` raise.
    """
    with unless_interrupted("before anything was asked or written"):
        proposal = propose(order)
    for note in _notes(proposal):
        output.note(note)
    with watching(quiet=output.quiet) as watch:
        done = release(proposal, watch=watch)
    for line in _told(done):
        output.line(line)
    for note in _account(done):
        output.note(note)
    following = list(_following(done))
    for command in following:
        output.line(f"next: {command}")
    return output.end({**done.data(), "next": following}, code=done.exit_code, errors=_errors(done))


def _notes(proposal: Proposal) -> Iterator[str]:
    """What should be known before anything is asked."""
    if proposal.finish:
        yield f"{proposal.ref} is released; the command that did it was cut short before it wrote the changelog"
        return
    if proposal.resumed:
        yield f"the release of {proposal.ref} was cut short before; it is gone on with"
    warnings = [problem for problem in proposal.problems if problem.level == "warning"]
    if warnings:
        yield f"lint gives {count(len(warnings), 'warning')}: constitution principles lint {proposal.draft.ref}"
    if proposal.trials is not None:
        yield from proposal.trials.notes


def _told(done: Release) -> Iterator[str]:
    """The result: what became of the draft, its changes, the evidence and the files."""
    proposal = done.proposal
    if proposal.finish:
        yield f"{'would finish' if proposal.order.dry_run else 'finished'} the release of {proposal.ref}"
    else:
        yield f"{_verb(done)} {proposal.ref}: {step_told(proposal)}"
    for change in proposal.changes:
        yield f"  {floor(change):<6} {about(change)}: {change.what} ({because(change)})"
    if done.evidence is not None:
        yield f"evidence: {evidence_told(done.evidence)}"
    for path in done.written:
        yield f"wrote {path}"


def _verb(done: Release) -> str:
    if done.refusals:
        return "refused"
    return "would release" if done.proposal.order.dry_run else "released"


def _account(done: Release) -> Iterator[str]:
    """What the evidence is worth, and what it took."""
    report, evidence = done.report, done.evidence
    if report is not None and evidence is not None:
        if evidence.insufficient:
            yield (
                f"warning: insufficient: too few cases on {_listed(evidence.insufficient)}, which the lock keeps; "
                f"constitution principles test {done.proposal.draft.ref} shows how many are wanted"
            )
        if evidence.below:
            yield f"warning: the critic is wrong too often on {_listed(evidence.below)}, which the lock keeps"
        cost = money(report.cost, free=report.critic.partition(":")[0] in FREE)
        yield f"critic {evidence.critic}; asked {report.asked:,}, reused {report.reused:,}, cost {cost}"
        yield from report.notes[len(done.proposal.trials.notes) if done.proposal.trials else 0 :]
    if not done.written:
        yield "no file of principles was written"


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _following(done: Release) -> Iterator[str]:
    """The commands that come next."""
    proposal = done.proposal
    name, draft = proposal.order.name, proposal.draft.ref
    kinds = {refusal.kind for refusal in done.refusals}
    if kinds & {"lint", "missing_case"}:
        yield f"constitution principles lint {draft}"
    if "level" in kinds and proposal.before is not None:
        yield f"constitution principles diff {proposal.before.ref} {draft}"
    if kinds & {"case", "flaky", "fault"}:
        yield f"constitution principles test {draft}"
    if not kinds and not proposal.order.dry_run:
        if proposal.before is not None and not proposal.finish:
            yield f"constitution principles diff {proposal.before.ref} {proposal.ref}"
        yield f"constitution plan revise --prompts prompts.jsonl --principles {name}@{proposal.version}"


def _errors(done: Release) -> list[Said]:
    return [
        {"kind": each.kind, "message": each.sentence, "where": each.where, "remedy": each.remedy}
        for each in done.refusals
    ]  # fmt: skip
