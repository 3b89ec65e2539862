"""Tables for people: the funnel and the list of pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.table import Table
from rich.text import Text

from constitution.cli.canaries import lines_of
from constitution.cli.funnel import Funnel
from constitution.cli.spent import Spent
from constitution.cli.terminal import short
from constitution.core.trail import Trail
from constitution.engine.prices import dollars


def funnel_parts(funnel: Funnel) -> tuple[Text | Table, ...]:
    """Fates with their shares, what each step lost, and what an accepted pair took."""
    share = f" ({funnel.pairs / funnel.prompts:.0%})" if funnel.prompts else ""
    title = Text(f"{count(funnel.prompts, 'prompt')} → {funnel.pairs} paired{share}", style="bold")
    planted = [Text("\n".join(lines_of(funnel.canaries)))] if funnel.canaries else []
    return title, Text(), _fates(funnel), Text(), _steps(funnel), Text(), Text(costs(funnel)), *planted


def costs(funnel: Funnel) -> str:
    """Calls, tokens and money an accepted pair; what a pair and a clean answer took by themselves."""
    calls = funnel.per_pair(funnel.calls)
    lines = ["no pair, so nothing to share the cost out over"] if calls is None else []
    if calls is not None:
        tokens = None if funnel.tokens is None else funnel.per_pair(sum(funnel.tokens.values()))
        cost = None if funnel.cost is None else funnel.per_pair(funnel.cost)
        weighed = "unknown tokens" if tokens is None else f"{tokens:,.0f} tokens"
        lines.append(f"per accepted pair {calls:.1f} calls, {weighed}, cost {money(cost, free=funnel.programs)}")
    ways = ((funnel.calls_of_pair, "a pair"), (funnel.calls_of_clean, "a clean answer"))
    own = [f"{average:.1f} for {what}" for average, what in ways if average is not None]
    lines += ["calls on its own way: " + ", ".join(own)] if own else []
    return "\n".join(lines + ([f"cost unknown: {funnel.unknown}"] if funnel.unknown else []))


def money(amount: float | None, *, free: bool) -> str:
    """US dollars in words; never a guess."""
    if amount is None:
        return "unknown"
    if free or not amount:
        return "0 (simulator)" if free else "0"
    return dollars(amount)


def span(least: float | None, most: float | None, *, free: bool) -> str:
    """Two amounts of US dollars in words, or the one that they are."""
    low, high = money(least, free=free), money(most, free=free)
    return high if low == high or most is None else f"{low} to {high}"


def reason_lines(reasons: Mapping[str, Sequence[tuple[str, int]]]) -> list[str]:
    """A line for each reason: its fate, how many prompts it ended, and what was said."""
    return [f"{fate} {number:,}: {short(why, 120)}" for fate, given in reasons.items() for why, number in given]


def count(number: int, noun: str, plural: str = "") -> str:
    """The number with its noun."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def _fates(funnel: Funnel) -> Table:
    table = _table("fate", prompts="right", share="right")
    for fate, number in funnel.fates.items():
        style = "green" if fate == "paired" else "red" if fate.startswith("fault") else ""
        table.add_row(Text(short(fate, 50), style=style), f"{number:,}", f"{number / funnel.prompts:.0%}")
    return table


def _steps(funnel: Funnel) -> Table:
    """What each step lost and what had gone into that; with what went into pairs, it makes the whole."""
    table = _table("step", left="right", lost="right", calls="right", tokens="right", cost="right")
    fell, whole = funnel.fell, None if funnel.tokens is None else sum(funnel.tokens.values())
    for step, left in funnel.left.items():
        lost = (f"{fell[step]:,}", *_spent(funnel.lost[step])) if fell.get(step) else ()
        table.add_row(step, f"{left:,}", *lost)
    table.add_row("went into pairs", "", "", *_spent(funnel.in_pairs))
    everything = _spent(Spent(calls=funnel.calls, tokens=whole, cost=funnel.cost))
    table.add_row("in all", "", f"{sum(fell.values()):,}", *everything)
    return table


def _spent(spent: Spent) -> tuple[str, str, str]:
    tokens = "unknown" if spent.tokens is None else f"{spent.tokens:,}"
    return f"{spent.calls:,}", tokens, money(spent.cost, free=False)


def pair_list(trails: Sequence[Trail], most: int) -> Table:
    """The first pairs with their numbers, as ``show`` takes them."""
    table = _table("row", pair="left", principles="left", prompt="left")
    for number, trail in enumerate(trails[:most], 1):
        if trail.pair is not None:
            names = ", ".join(dict.fromkeys(principle.id for principle in trail.pair.principles))
            asked = trail.prompt.messages[-1].content
            table.add_row(str(number), trail.pair.pair_id[:12], Text(short(names, 34)), Text(short(asked, 38)))
    return table


def _table(first: str, **others: str) -> Table:
    """A table without lines; each column after the first to one side."""
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="dim")
    table.add_column(first)
    for name, side in others.items():
        table.add_column(name, justify="right" if side == "right" else "left")
    return table
