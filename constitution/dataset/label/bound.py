"""Bound: what those who use the rows must keep to, how the folder is checked, and what nobody should read into it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from constitution.core.markup import Markup, defined, element, listed
from constitution.dataset.gaps import gaps
from constitution.dataset.label.folding import folded, largest, short, tallied
from constitution.dataset.saying import NO_RESTRICTION, TO_VERIFY, asks, licence, on_top, verify_command
from constitution.dataset.statement import Manifest


def rights(manifest: Manifest, most: int) -> Iterator[Markup]:
    """Licence and restrictions in plain sentences."""
    counts = manifest.counts
    yield element("p", short(licence(manifest), 400), on_top(manifest))
    if len(counts.licenses) > 1:
        found = largest(counts.licenses)
        caption = "Rows by licence"
        yield folded(("licence", "rows"), found, tallied, most, caption=caption, what="licences")
    if not manifest.dataset.restrictions:
        yield element("p", NO_RESTRICTION)
        return
    heads = ("restriction", "what it means", "rows")
    caption = "Restrictions: whoever uses all rows is bound by all of them"

    def row(name: str) -> Sequence[str]:
        return short(name, 60), asks(name), _rows(manifest, name)

    yield folded(heads, manifest.dataset.restrictions, row, most, caption=caption, what="restrictions")


def _rows(manifest: Manifest, name: str) -> str:
    found = manifest.counts.restrictions
    return f"{found[name]:,}" if name in found else "not counted"


def checking(manifest: Manifest, most: int) -> Iterator[Markup]:
    """The root, the edition, and the command that says whether the folder is what it says."""
    about, rows = manifest.dataset, manifest.rows
    yield element("p", "This page is a file like any other: it can say anything, and vouches for nothing. Whether the "
                  "folder around it is what it says it is, this command tells:")  # fmt: skip
    yield element("pre", element("code", verify_command(manifest)))
    yield element("p", TO_VERIFY)
    version = f", version {about.version}" if about.version else ", without a version when this page was written"
    splits = list(rows.splits.items()) if len(rows.splits) > 1 else []
    yield defined(
        ("root of all rows", element("code", rows.root)),
        *((short(f"root of {split}", 60), element("code", part.root)) for split, part in splits[:most]),
        ("edition", short(f"number {about.sequence}{version}")),
        ("comes after", element("code", short(about.supersedes, 64)) if about.supersedes else None),
    )
    yield element("p", "A root is the head of an RFC 9162 tree over the sorted hashes of the rows "
                  f"({rows.leaf_spec}, {rows.canon}): the order of rows does not change it, any change of a row does.",
                  class_="note")  # fmt: skip


def known_gaps(manifest: Manifest, _most: int) -> Iterator[Markup]:
    """What nobody should read into the dataset."""
    yield listed(*(short(gap.replace("`", ""), 400) for gap in gaps(manifest)))
