"""What a sample showed of an edit: verdicts that flip, pairs that die or are born, and the rows side by side."""

from __future__ import annotations

from collections.abc import Iterator

from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from constitution.api.impact.effect import Becomes, Effect, Flip, Outcome
from constitution.api.impact.estimate import Estimate
from constitution.cli.tables import count, money
from constitution.cli.terminal import one_line, short
from constitution.core.trail import Critique, Trail
from constitution.pairing.earned import violations
from constitution.pairing.story import held

Part = Text | Table | Rule

_PAIRS: dict[Becomes, str] = {
    "dies": "pairs that die",
    "born": "pairs that are born",
    "other text": "pairs with other text",
}
_DRAWN = {"certain": "certainly touched", "possible": "possibly touched"}
_STYLES = {"violates": "red", "complies": "green"}


def effect_parts(effect: Effect, *, free: bool, most: int | None) -> Iterator[Part]:
    """Figures with their intervals, then the rows in which something flipped, ``most`` of them where that is given."""
    drawn = f"sample: {len(effect.outcomes):,} of {count(len(effect.pool), 'row')} that are {_DRAWN[effect.how]}"
    yield Text(drawn, "bold")
    yield Text(f"asked {effect.run.asked:,}, reused {effect.run.reused:,}, cost {money(effect.run.cost, free=free)}")
    lost = len(effect.outcomes) - len(effect.counted)
    if lost:
        yield Text(f"{count(lost, 'row')} could not be asked about and are left out of the figures", "red")
    other = sum(not each.same_draft for each in effect.counted)
    if other:
        yield Text(f"{count(other, 'row')} got another draft, so that their verdicts cannot be compared", "yellow")
    yield _figures(effect)
    told = [each for each in effect.counted if each.told]
    for outcome in told if most is None else told[:most]:
        yield Text()
        yield from _side_by_side(outcome)
    if most is not None and len(told) > most:
        yield Text(f"and {len(told) - most:,} more rows came out otherwise; -v shows them all", "dim")


def _figures(effect: Effect) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("in the sample")
    table.add_column("rows", justify="right", no_wrap=True)
    table.add_column("share (95% interval)", justify="right", no_wrap=True)
    table.add_column(f"of all {len(effect.pool):,} rows", justify="right", no_wrap=True)
    table.add_row("verdicts flip", *_estimate(effect.flipped))
    for name, estimate in effect.verdicts.items():
        if estimate.hits:
            table.add_row(f"  {short(name, 36)}", *_estimate(estimate))
    for kind, words in _PAIRS.items():
        table.add_row(words, *_estimate(effect.pairs(kind)))
    return table


def _estimate(estimate: Estimate) -> tuple[str, str, str]:
    """Hits, their share with its interval, and how many rows that makes of all."""
    if not estimate.of:
        return "-", "-", "-"
    (low, high), (least, most) = estimate.share, estimate.rows
    share = f"{estimate.hits / estimate.of:.0%}" + (f" ({low:.0%} to {high:.0%})" if low < high else "")
    return f"{estimate.hits:,} of {estimate.of:,}", share, f"{least:,}" if least == most else f"{least:,} to {most:,}"


def _side_by_side(outcome: Outcome) -> Iterator[Part]:
    prompt = outcome.before.prompt
    yield Rule(Text(one_line(prompt.id)), align="left", style="dim")
    yield Text(f"prompt: {short(prompt.messages[-1].content, 300)}")
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("", no_wrap=True)
    table.add_column("before", ratio=1)
    table.add_column("after", ratio=1)
    for flip in outcome.flips:
        table.add_row(*_flip(flip))
    if not outcome.flips:
        table.add_row("found", _found(outcome.before), _found(outcome.after))
    table.add_row("fate", _fate(outcome.before), _fate(outcome.after))
    yield table


def _flip(flip: Flip) -> tuple[Text, Text, Text]:
    return Text(short(flip.after.principle.id, 28), "bold"), _critique(flip.before), _critique(flip.after)


def _found(trail: Trail) -> Text:
    """What the answer breaks that was held to them; other principles were asked about before and after."""
    broken = violations(trail, held(trail))
    asked = f"nothing broken, asked about {', '.join(trail.groups) or 'nothing'}"
    shown = [Text(one_line(each.principle.id), "bold").append("\n").append_text(_critique(each)) for each in broken]
    return Text("\n").join(shown) if shown else Text(one_line(asked), "dim")


def _critique(critique: Critique) -> Text:
    text = Text(critique.verdict, _STYLES.get(critique.verdict, "yellow"))
    if critique.evidence is not None:
        text.append(f"\n«{short(critique.evidence.text, 200)}»")
    return text.append(f"\n{short(critique.reason or critique.note, 160)}", "dim")


def _fate(trail: Trail) -> Text:
    return Text(short(f"{trail.fate}: {trail.reason}", 160), "green" if trail.fate == "paired" else "yellow")
