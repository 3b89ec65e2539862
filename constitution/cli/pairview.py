"""One prompt explained from its words to its labels: answers, critique, principle, word diff, verdicts, steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from constitution.cli.answers import Section, answers, claimed, ratings
from constitution.cli.evidence import evidenced
from constitution.cli.judging import judged
from constitution.cli.marking import diff_text, marked
from constitution.cli.ruled import ruled
from constitution.cli.terminal import one_line, safe
from constitution.core.records import PrincipleRef
from constitution.core.trail import Critique, Evidence, Trail
from constitution.dataset.rows import row_of
from constitution.pairing.earned import sides, violations
from constitution.pairing.story import first_readings, held, later_readings, revised, stakes
from constitution.pairing.words import bare, called
from constitution.principles.model import Principle

_LABELS = (
    "synthetic", "prompt_origin", "chosen_origin", "rejected_origin", "chosen_model", "rejected_model",
    "chosen_arm", "rejected_arm", "intent", "license", "strategy", "flipped", "self_judged",
)  # fmt: skip


FEW = 2
"""Principles whose words are shown, unless all are wanted or the critic found them broken."""


def explained(
    trail: Trail, told: Mapping[str, Principle], *, title: str, colour: bool, verbose: bool = False
) -> tuple[Rule | Table, ...]:
    """The whole story of one trail; ``told`` are the principles by id, for their words."""
    return _laid_out(title, [
        *_opening(trail, every=verbose),
        *_principles(trail, told, every=verbose),
        *_found(trail, every=verbose),
        *_revision(trail, colour=colour),
        *evidenced(trail),
        *judged(trail),
        *ruled(trail),
        *_labels(trail),
        ("steps", _steps(trail, digests=verbose)),
        ("fate", _fate(trail)),
    ])  # fmt: skip


def tried(trail: Trail, *, title: str, colour: bool, verbose: bool = False) -> tuple[Rule | Table, ...]:
    """What one principle made of one prompt."""
    sections = [*_opening(trail, every=verbose), *_found(trail, every=True), *_revision(trail, colour=colour)]
    votes = judged(trail) if verbose or not trail.critiques else ()
    return _laid_out(title, [*sections, *ruled(trail), *votes, ("fate", _fate(trail))])


def _laid_out(title: str, sections: Sequence[Section]) -> tuple[Rule | Table, ...]:
    grid = Table.grid(padding=(0, 2, 1, 0))
    grid.add_column(style="bold", no_wrap=True, min_width=10)
    grid.add_column(overflow="fold")
    for name, text in sections:
        grid.add_row(name, text)
    return Rule(Text(one_line(title)), align="left", style="dim"), grid


def _opening(trail: Trail, *, every: bool) -> Iterator[Section]:
    """The conversation and the answer that was revised, or those that are compared, with the evidence marked in all."""
    position = held(trail)
    evidence = [each.evidence for each in violations(trail, position) if each.evidence]
    demands = [each for each in evidence if each.kind == "omission"]
    yield "prompt", _conversation(trail, demands)
    if not trail.responses:
        return
    if revised(trail):
        quotes = [(each.start, each.end) for each in evidence if each.kind != "omission"]
        yield bare(called(trail, position)), marked(trail.responses[position].text, quotes)
    else:
        yield from answers(trail, every=every)
        yield from ratings(trail, every=every)
        yield from claimed(trail)


def _conversation(trail: Trail, demands: Sequence[Evidence]) -> Text:
    messages = trail.prompt.messages
    shown = []
    for place, message in enumerate(messages):
        text = marked(message.content, [(each.start, each.end) for each in demands if each.message == place])
        for call in message.tool_calls:
            text.append(f"\n(calls {safe(str(call.get('function', call)))})")
        shown.append(text if len(messages) == 1 else Text().append(f"{message.role}: ", "dim").append_text(text))
    return Text("\n").join(shown)


def _principles(trail: Trail, told: Mapping[str, Principle], *, every: bool) -> Iterator[Section]:
    """The principles that are at stake, in the words that the models were told."""
    found = stakes(trail)
    shown = found if every or violations(trail, held(trail)) else found[:FEW]
    for ref in shown:
        yield "principle", _principle(ref, told.get(ref.id))
    if len(shown) < len(found):
        yield "", Text(f"and {len(found) - len(shown)} more (-v shows their words)", "dim")


def _principle(ref: PrincipleRef, principle: Principle | None) -> Text:
    text = Text().append(one_line(ref.id), "bold")
    text.append(f"  tier {ref.tier}, meaning {one_line(ref.meaning[:16])}…", "dim")
    if principle is None or principle.meaning != ref.meaning:
        return text.append("\n(its words are not in this folder)")
    said = principle.rule or principle.critique_request or principle.preference_question or ""
    text.append(f"\n{safe(said)}")
    return text.append(f"\nwhy: {safe(principle.why)}") if principle.why else text


def _found(trail: Trail, *, every: bool) -> Iterator[Section]:
    """What the critic said at first: the violations, and the others where all are wanted."""
    critiques = first_readings(trail)
    broken = [each for each in critiques if each.verdict == "violates"]
    others = [each for each in critiques if each.verdict != "violates"]
    several = not revised(trail) or len({each.response for each in critiques}) > 1
    for critique in [*broken, *(others if every or not broken else [])]:
        yield "critique", _critique(critique, of=f", {called(trail, critique.response)}" if several else "")


def _critique(critique: Critique, *, of: str) -> Text:
    style = {"violates": "red", "complies": "green"}.get(critique.verdict, "yellow")
    severity = "" if critique.severity == "none" else f" ({critique.severity})"
    text = Text().append(critique.verdict + severity, style).append(f"  {one_line(critique.principle.id)}{of}", "dim")
    text.append(f"\n{safe(critique.reason)}" if critique.reason else "")
    if critique.evidence is not None:
        text.append(f"\n{critique.evidence.kind}: ", "dim").append(f"«{safe(critique.evidence.text)}»")
    return text.append(f"\n({safe(critique.note)})", "dim") if critique.note else text


def _revision(trail: Trail, *, colour: bool) -> Iterator[Section]:
    """The word diff from an answer to its revision, and what the critic said of the one that is to be the better."""
    positions = sides(trail)
    if positions is None:
        return
    rejected, chosen = (trail.responses[position] for position in positions)
    if revised(trail):
        yield bare(called(trail, positions[1])), diff_text(rejected.text, chosen.text, colour=colour)
    named = {each.id for each in stakes(trail)}
    said = [f"{one_line(each.principle.id)}: {each.verdict}" for each in later_readings(trail, positions[1])
            if each.principle.id in named or each.verdict == "violates"]  # fmt: skip
    if said:
        yield "re-check", Text("\n".join(said))


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
