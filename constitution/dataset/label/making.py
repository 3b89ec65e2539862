"""Making: which gates prompts went through, what the rows were made from, and how a mixture was put together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from constitution.core.fates import meaning_of
from constitution.core.markup import Markup, element, joined, text
from constitution.dataset.figures import Gate
from constitution.dataset.label.folding import folded, largest, short, tallied
from constitution.dataset.made_of import Material, Mix, MixSource
from constitution.dataset.saying import declared, mixed_in, shares
from constitution.dataset.statement import Manifest


def funnel(manifest: Manifest, most: int) -> Iterator[Markup]:
    """Gate after gate: how many went in, how many came out, and why the others did not."""
    what = "prompts" if manifest.mix is None else "rows"
    if manifest.ledger:
        first, last = manifest.ledger[0].entered, manifest.ledger[-1].kept
        yield element("p", f"{what.capitalize()} in: {first:,}. Rows out: {last:,}.", class_="lead")

    def row(gate: Gate) -> Sequence[str]:
        return short(gate.gate, 80), f"{gate.entered:,}", f"{gate.kept:,}", f"{gate.dropped:,}", _why(gate, most)

    heads = ("gate", "in", "out", "dropped", "why")
    yield folded(heads, manifest.ledger, row, most, caption=f"Gates that {what} went through, in order", what="gates")


def _why(gate: Gate, most: int) -> Markup:
    """The reasons for which a gate dropped something, the most frequent first."""
    shown, told = max(1, most // 3), largest(gate.reasons)
    left = len(told) - shown
    lines = [element("div", _reason(reason, count)) for reason, count in told[:shown]]
    return joined([*lines, element("div", f"and {left:,} more reasons") if left > 0 else None])


def _reason(reason: str, count: int) -> Markup:
    meaning = meaning_of(reason)
    return joined([f"{count:,} ", element("code", short(reason, 60)), f": {meaning}" if 0 < len(meaning) < 120 else ""])


def parents(manifest: Manifest, most: int) -> Iterator[Markup]:
    """Where prompts came from; the datasets that this one was made from; how a mixture was put together."""
    found, heads, caption = largest(manifest.counts.sources), ("source", "rows"), "Where the prompts came from"
    yield folded(heads, found, tallied, most, caption=caption, what="sources")
    if manifest.materials:
        columns = ("dataset", "rows", "root of its rows")
        caption = "Datasets that this one was made from"
        yield folded(columns, manifest.materials, _material, max(1, most // 2), caption=caption, what="datasets")
    if manifest.mix is not None:
        yield from _mixture(manifest, manifest.mix, most)


def _material(each: Material) -> Sequence[str]:
    root = element("code", short(each.root, 64)) if each.root else text("not known")
    return short(each.name), f"{each.rows:,}" if each.rows else "not known", root


def _mixture(manifest: Manifest, mix: Mix, most: int) -> Iterator[Markup]:
    def row(each: MixSource) -> Sequence[str]:
        used = (f"{each.rows_in:,}", f"{each.rows_used:,}", *shares(manifest, each))
        return short(each.name), *used, short(declared(each), 160)

    heads = ("source", "rows in", "rows used", "asked for", "came to", "its labels")
    yield folded(heads, mix.sources, row, max(1, most // 2), caption="How it was mixed", what="sources")
    yield from (element("p", short(said, 600)) for said in mixed_in(manifest))
