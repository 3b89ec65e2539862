"""One prompt explained from its words to its labels: draft, critique, principle, word diff, verdicts, steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from constitution.cli.marking import diff_text, marked
from constitution.cli.ruled import ruled
from constitution.cli.terminal import one_line, safe
from constitution.core.records import PrincipleRef
from constitution.core.trail import Critique, Evidence, Trail, Verdict
from constitution.dataset.rows import row_of
from constitution.pairing.earned import sides, violations
from constitution.principles.model import Principle

Section = tuple[str, Text]
"""What it is called, and what it says."""

_SHOWN_FIRST = {"draft_first": "draft shown first", "revision_first": "revision shown first"}
_LABELS = (
    "synthetic", "prompt_origin", "chosen_origin", "rejected_origin", "chosen_model", "rejected_model",
    "intent", "license", "strategy", "self_judged",
)  # fmt: skip


def explained(
    trail: Trail, told: Mapping[str, Principle], *, title: str, colour: bool, verbose: bool = False
) -> tuple[Rule | Table, ...]:
    """The whole story of one trail; ``told`` are the principles by id, for their words."""
    return _laid_out(title, [
        *_opening(trail),
        *_principles(trail, told),
        *_found(trail, every=verbose),
        *_revision(trail, colour=colour),
        *_judged(trail),
        *ruled(trail),
        *_labels(trail),
        ("steps", _steps(trail, digests=verbose)),
        ("fate", _fate(trail)),
    ])  # fmt: skip


def tried(trail: Trail, *, title: str, colour: bool, verbose: bool = False) -> tuple[Rule | Table, ...]:
    """What one principle made of one prompt."""
    sections = [*_opening(trail), *_found(trail, every=True), *_revision(trail, colour=colour), *ruled(trail)]
    return _laid_out(title, [*sections, *(_judged(trail) if verbose else ()), ("fate", _fate(trail))])


def _laid_out(title: str, sections: Sequence[Section]) -> tuple[Rule | Table, ...]:
    grid = Table.grid(padding=(0, 2, 1, 0))
    grid.add_column(style="bold", no_wrap=True, min_width=10)
    grid.add_column(overflow="fold")
    for name, text in sections:
        grid.add_row(name, text)
    return Rule(Text(one_line(title)), align="left", style="dim"), grid


def _opening(trail: Trail) -> Iterator[Section]:
    """The conversation and the draft, with the evidence marked in both."""
    draft = (sides(trail) or (0, 0))[0]
    evidence = [each.evidence for each in violations(trail, draft) if each.evidence]
    demands = [each for each in evidence if each.kind == "omission"]
    yield "prompt", _conversation(trail, demands)
    if trail.responses:
        quotes = [(each.start, each.end) for each in evidence if each.kind != "omission"]
        yield "draft", marked(trail.responses[draft].text, quotes)


def _conversation(trail: Trail, demands: Sequence[Evidence]) -> Text:
    messages = trail.prompt.messages
    shown = []
    for place, message in enumerate(messages):
        text = marked(message.content, [(each.start, each.end) for each in demands if each.message == place])
        for call in message.tool_calls:
            text.append(f"\n(calls {safe(str(call.get('function', call)))})")
        shown.append(text if len(messages) == 1 else Text().append(f"{message.role}: ", "dim").append_text(text))
    return Text("\n").join(shown)


def _principles(trail: Trail, told: Mapping[str, Principle]) -> Iterator[Section]:
    """The principles that the draft breaks, in the words that the models were told."""
    draft = (sides(trail) or (0, 0))[0]
    for critique in violations(trail, draft):
        yield "principle", _principle(critique.principle, told.get(critique.principle.id))


def _principle(ref: PrincipleRef, principle: Principle | None) -> Text:
    text = Text().append(one_line(ref.id), "bold")
    text.append(f"  tier {ref.tier}, meaning {one_line(ref.meaning[:16])}…", "dim")
    if principle is None or principle.meaning != ref.meaning:
        return text.append("\n(its words are not in this folder)")
    said = principle.rule or principle.critique_request or principle.preference_question or ""
    text.append(f"\n{safe(said)}")
    return text.append(f"\nwhy: {safe(principle.why)}") if principle.why else text


def _found(trail: Trail, *, every: bool) -> Iterator[Section]:
    """What the critic said of the draft: the violations, and the others where all are wanted."""
    draft = (sides(trail) or (0, 0))[0]
    critiques = trail.critiques_of(draft)
    broken = [each for each in critiques if each.verdict == "violates"]
    others = [each for each in critiques if each.verdict != "violates"]
    for critique in [*broken, *(others if every or not broken else [])]:
        yield "critique", _critique(critique)


def _critique(critique: Critique) -> Text:
    style = {"violates": "red", "complies": "green"}.get(critique.verdict, "yellow")
    severity = "" if critique.severity == "none" else f" ({critique.severity})"
    text = Text().append(critique.verdict + severity, style).append(f"  {one_line(critique.principle.id)}", "dim")
    text.append(f"\n{safe(critique.reason)}" if critique.reason else "")
    if critique.evidence is not None:
        text.append(f"\n{critique.evidence.kind}: ", "dim").append(f"«{safe(critique.evidence.text)}»")
    return text.append(f"\n({safe(critique.note)})", "dim") if critique.note else text


def _revision(trail: Trail, *, colour: bool) -> Iterator[Section]:
    """The word diff from draft to revision, and what the critic said of the revision."""
    positions = sides(trail)
    if positions is None:
        return
    draft, revision = (trail.responses[position] for position in positions)
    yield "revision", diff_text(draft.text, revision.text, colour=colour)
    cited = {each.principle.id for each in violations(trail, positions[0])}
    again = trail.critiques_of(positions[1])
    said = [f"{one_line(each.principle.id)}: {each.verdict}" for each in again
            if each.principle.id in cited or each.verdict == "violates"]  # fmt: skip
    if said:
        yield "re-check", Text("\n".join(said))


def _judged(trail: Trail) -> Iterator[Section]:
    for verdict in trail.verdicts:
        yield "judge", _verdict(verdict)


def _verdict(verdict: Verdict) -> Text:
    text = Text().append(_SHOWN_FIRST[verdict.order] + (", the longer answer cut" if verdict.cut else ""), "dim")
    text.append(f"\nkeeps the principle better: {verdict.principles}; helps more: {verdict.helpfulness}")
    reason = verdict.reason
    for name, shown in verdict.options.items():
        reason = reason.replace(name, f"the {shown}")
    return text.append(f"\n{safe(reason)}") if reason else text


def _labels(trail: Trail) -> Iterator[Section]:
    """The flat labels of the row, where there is one."""
    if trail.fate == "paired":
        row = row_of(trail, engine="")
        labels = {name: getattr(row, name) for name in _LABELS}
        if row.warnings:
            labels["warnings"] = ", ".join(row.warnings)
        width = max(map(len, labels))
        yield "labels", Text("\n".join(f"{name:<{width}}  {one_line(str(value))}" for name, value in labels.items()))


def _steps(trail: Trail, *, digests: bool) -> Text:
    lines = []
    for step in trail.steps:
        by = step.model_returned or step.agent_id or step.agent
        after = f"  after {', '.join(step.inputs)}" if step.inputs else ""
        asked = f"\n    request {step.request}" if digests and step.request else ""
        lines.append(f"{step.id:<4}{step.kind + ' ':<10}{one_line(by)}{after}{asked}")
    return Text("\n".join(lines) or "nothing was asked")


def _fate(trail: Trail) -> Text:
    style = "green" if trail.fate == "paired" else "yellow"
    reasons = [trail.reason, *(f"{each.check} ({each.severity}): {each.reason}" for each in trail.findings)]
    reasons += [f"{each.stage}, {each.kind}: {each.reason}" for each in trail.faults if each.reason != trail.reason]
    text = Text().append(one_line(trail.fate or "unfinished"), style)
    return text.append("".join(f"\n{safe(reason)}" for reason in reasons if reason))
