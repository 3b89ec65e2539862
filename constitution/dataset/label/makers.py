"""Makers: who wrote the texts, which models took part, under whose terms and principles, and what people did."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from constitution.core.markup import Markup, element, joined, text
from constitution.dataset.counts import TEXTS
from constitution.dataset.figures import ModelShare, SyntheticShare
from constitution.dataset.label.folding import folded, largest, short
from constitution.dataset.made_of import PrincipleFile
from constitution.dataset.saying import (
    UNREAD,
    share,
    standing,
    without_terms,
    wording_of,
)
from constitution.dataset.statement import Manifest
from constitution.dataset.verdicts import reviewed
from constitution.labels.spec import UNKNOWN
from constitution.labels.terms import Terms

WORDS = {
    "full": "machines wrote prompt and both answers", "partial": "machines wrote some of it",
    "none": "people wrote prompt and both answers", UNKNOWN: "nobody said who wrote it",
}  # fmt: skip
"""How much of a row is synthetic, to what that means."""
WRITERS = {
    "human": "a person", "model": "a model", "program": "a program", "mixed": "people and machines together",
    "simulator": "the simulator, a stand-in for a model", UNKNOWN: "not known",
}  # fmt: skip


def bar(manifest: Manifest, told: str) -> Markup:
    """How synthetic the rows are, as a strip whose parts differ without colour."""
    rows, found = manifest.rows.count, manifest.synthetic.by_row
    parts = (
        element("span", class_=word, style=f"width:{100 * found[word] / rows:.3f}%")
        for word in WORDS
        if rows and found.get(word)
    )
    return element("div", *parts, class_="bar", role="img", aria_label=told)


def origins(manifest: Manifest, most: int) -> Iterator[Markup]:
    """Rows by how much machines wrote; messages and characters by who wrote them."""
    rows, found = manifest.rows.count, manifest.synthetic

    def row(word: str) -> Sequence[str]:
        count = found.by_row.get(word, 0)
        return joined([_key(word), word]), f"{count:,}", share(count, rows), WORDS[word]

    heads = ("rows", "number", "share", "what it means")
    yield folded(heads, tuple(WORDS), row, len(WORDS), caption="Rows by how much of them machines wrote")
    written = [(kind, origin) for kind in TEXTS for origin, _ in largest(found.by_part.get(kind, {}))]
    columns = ("text", "written by", "messages", "share", "characters", "share of characters")
    caption = "Messages by who wrote them"
    yield folded(columns, written, lambda each: _written(found, *each), 2 * most + 4, caption=caption)


def _written(found: SyntheticShare, kind: str, origin: str) -> Sequence[str]:
    """One kind of text by one kind of writer: messages and characters, and their share of that kind."""
    parts, chars = found.by_part[kind], found.by_chars.get(kind, {})
    by = WRITERS.get(origin) or short(origin, 60)
    of_parts = f"{parts[origin]:,}", share(parts[origin], sum(parts.values()))
    return kind, by, *of_parts, f"{chars.get(origin, 0):,}", share(chars.get(origin, 0), sum(chars.values()))


def _key(word: str) -> Markup:
    return element("span", class_=f"key {word}", aria_hidden="true")


def models(manifest: Manifest, most: int) -> Iterator[Markup]:
    """Which models took part in how many rows, and on which terms."""
    found = sorted(manifest.synthetic.models, key=lambda model: (-model.rows, -_most_rows(model), model.model))
    heads = ("model", "provider", "in rows", "wrote chosen", "wrote rejected", "criticised", "judged", "terms")
    caption = "Models, by the name that they gave themselves, in rows"
    yield folded(heads, found, _model, most, caption=caption, what="models")
    if manifest.terms or without_terms(manifest):
        yield _terms(manifest, most)
        yield element("p", UNREAD)


def _model(each: ModelShare) -> Sequence[str]:
    counts = (each.rows, each.chosen, each.rejected, each.critique, each.judge)
    terms = short(each.terms or "no trained model", 60)
    return short(each.model), short(each.provider, 60), *(f"{count:,}" for count in counts), terms


def _most_rows(model: ModelShare) -> int:
    return max(model.chosen, model.rejected, model.critique, model.judge)


def _terms(manifest: Manifest, most: int) -> Markup:
    """The terms one by one; the models of which nobody said any come first, in one line."""
    lacking, every = len(without_terms(manifest)), len(manifest.synthetic.models)
    items = [*([None] if lacking else []), *manifest.terms]

    def row(each: Terms | None) -> Sequence[str]:
        if each is None:
            return UNKNOWN, f"for {lacking:,} of {every:,} models nobody said which terms hold", ""
        return short(each.id, 60), short(wording_of(each).partition(": ")[2], 400), _link(each.url)

    heads = ("terms", "what they ask", "where they stand")
    return folded(heads, items, row, most, caption="Terms of the models", what="terms")


def _link(url: str) -> Markup:
    """The address, to be followed where it is one of the web."""
    if not url.startswith("https://") or len(url) > 200 or not url.isascii():
        return short(url) if url else text("not noted")
    return element("a", short(url), href=url, rel="noreferrer")


def principles(manifest: Manifest, most: int) -> Iterator[Markup]:
    """The files that the rows were made under, who stands behind them, and the principles that tell pairs apart."""
    heads = ("file", "version", "who stands behind it", "verbatim in", "SHA-256")
    few = max(1, most // 2)
    yield folded(heads, manifest.principles, _file, few, caption="Principle files", what="files")
    used = [(file.ref, name, rows) for file in manifest.principles for name, rows in file.ids_used.items()]
    several = len(manifest.principles) > 1

    def row(use: tuple[str, str, int]) -> Sequence[str]:
        ref, name, rows = use
        return element("code", short(name, 80)), *((short(ref, 60),) if several else ()), f"{rows:,}"

    columns = ("principle", *(("file",) if several else ()), "rows")
    items = sorted(used, key=lambda use: (-use[2], use[1], use[0]))
    caption = "Principles that pairs were decided under"
    yield folded(columns, items, row, most, caption=caption, what="principles")


def _file(each: PrincipleFile) -> Sequence[str]:
    stands = short(standing(each.approval, each.version))
    at = element("code", short(each.file)), element("code", short(each.sha256, 64))
    return short(each.name, 80), short(each.version, 40), stands, *at


def people(manifest: Manifest, _most: int) -> Iterator[Markup]:
    """What people did."""
    yield element("p", reviewed(manifest))
