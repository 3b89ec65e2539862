"""The whole label: its sections in the order in which they are read, small enough whatever the manifest says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from constitution.core.markup import Markup, defined, element, joined, listed
from constitution.dataset.label import bound, makers, making
from constitution.dataset.label.folding import short
from constitution.dataset.label.style import CSS
from constitution.dataset.markdown import one_line
from constitution.dataset.saying import REHEARSAL, how_synthetic, planted, share
from constitution.dataset.statement import Manifest

LABEL_PAGE = "label.html"
LIMIT = 30_000
"""Bytes of the page at most."""
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""Nothing is fetched and nothing is run, whatever a text may say."""
FOLDS = (20, 12, 8, 5, 3, 1)
"""Entries of a list that are shown: as many as fit on a page of that size."""

Section = Callable[[Manifest, int], Iterator[Markup]]
SECTIONS: Mapping[str, tuple[str, Section]] = {
    "made": ("Who wrote what", makers.origins),
    "models": ("Models and their terms", makers.models),
    "principles": ("Principles", makers.principles),
    "gates": ("What was dropped on the way", making.funnel),
    "people": ("What people did", makers.people),
    "rights": ("Licence and restrictions", bound.rights),
    "parents": ("What it was made from", making.parents),
    "check": ("How to check it", bound.checking),
    "gaps": ("Known gaps", bound.known_gaps),
}
"""Anchor of a section to its heading and to what it says."""


def label_page(manifest: Manifest) -> str:
    """The page, with every figure as the manifest has it: no scripts, nothing from elsewhere, at most ``LIMIT`` bytes.

    The same manifest gives the same text. It says how the folder can be checked, and not that it was.
    """
    pages = (_page(manifest, most) for most in FOLDS)
    return next((page for page in pages if len(page.encode()) < LIMIT), _page(manifest, 1))


def _page(manifest: Manifest, most: int) -> str:
    about = (
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", f"{one_line(manifest.dataset.name)[:80]}: what this dataset is made of"),
        element("style", Markup(f"\n{CSS}\n")),
    )
    body = element("body", _head(manifest), _contents(), _sections(manifest, most), _foot(manifest))
    return "<!doctype html>\n" + element("html", element("head", *about), body, lang="en")


def _head(manifest: Manifest) -> Markup:
    told = how_synthetic(manifest)
    return element(
        "header",
        element("h1", short(manifest.dataset.name)),
        element("p", "A dataset of preference pairs: to each prompt an answer that is held to be the better one, and "
                "one that is held to be the worse."),
        *_warnings(manifest),
        element("p", told, class_="lead"),
        makers.bar(manifest, told),
        _in_short(manifest),
    )  # fmt: skip


def _warnings(manifest: Manifest) -> Iterator[Markup]:
    """What comes before all figures: a rehearsal, and judges that surely do not read."""
    counts = manifest.counts
    if counts.rehearsal:
        yield _warning("Rehearsal.", REHEARSAL)
    told, fooled = planted(counts)
    if fooled:
        said = f"{told} No verdict behind these rows is to be trusted."
        yield _warning("The judge of this dataset does not read.", said)
    elif counts.canaries.get("asked"):
        yield element("p", told)


def _warning(first: str, rest: str) -> Markup:
    return element("p", joined([element("strong", first), f" {rest}"]), class_="warning", role="note")


def _in_short(manifest: Manifest) -> Markup:
    """The figures that are asked for first."""
    rows, counts = manifest.rows.count, manifest.counts
    splits = ", ".join(f"{name} {part.count:,}" for name, part in list(manifest.rows.splits.items())[:4])
    return defined(
        ("rows", short(f"{rows:,}" + (f" ({splits})" if splits else ""))),
        ("made from", f"{counts.prompts:,} prompt{'s' * (counts.prompts != 1)}" if counts.prompts else None),
        ("licence", short(manifest.dataset.license) if rows else "none, for there are no rows"),
        ("restrictions", short(", ".join(manifest.dataset.restrictions) or "none known")),
        ("ruled on by people", f"{share(counts.reviewed, rows)} of rows" if counts.reviewed else "no row"),
        ("root of the rows", element("code", manifest.rows.root)),
    )


def _contents() -> Markup:
    links = (element("a", title, href=f"#{name}") for name, (title, _) in SECTIONS.items())
    return element("nav", listed(*links), aria_label="Contents")


def _sections(manifest: Manifest, most: int) -> Markup:
    return element("main", *(
        element("section", element("h2", title, id=name), *told(manifest, most), aria_labelledby=name)
        for name, (title, told) in SECTIONS.items()
    ))  # fmt: skip


def _foot(manifest: Manifest) -> Markup:
    by = element("code", short(manifest.engine, 80))
    spec = element("code", manifest.spec)
    return element("footer", element("p", "Written by ", by, " from the manifest of the folder, ", spec,
                                     "; every figure was counted from the rows.", class_="note"))  # fmt: skip
