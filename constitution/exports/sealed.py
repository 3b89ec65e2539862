"""Whether rows are still what was sealed: each by itself while it streams by, and all together at the end."""

from __future__ import annotations

from constitution.dataset.figures import RootOf
from constitution.dataset.leaves import Leaves
from constitution.dataset.rows import Row
from constitution.dataset.statement import Manifest
from constitution.exports.formats import Source
from constitution.labels.checking import check_row


def broken_seal(row: Row, source: Source) -> str | None:
    """What in a row is not as it was sealed; None for one that is whole."""
    said = {**vars(row), "critique": [dict(vars(remark)) for remark in row.critique]}
    texts = {name: [message.as_json() for message in getattr(row, name)] for name in ("prompt", "chosen", "rejected")}
    flaws = check_row({**said, **texts}, source.terms).flaws
    return next((flaw.what for flaw in flaws if flaw.kind != "unsigned"), None)


def other_set(leaves: Leaves, manifest: Manifest, split: str | None) -> str | None:
    """How the rows together differ from those that the manifest counts; None where they are the same."""
    found: RootOf = leaves.rows()
    sealed: RootOf = manifest.rows
    if split is not None:
        found, sealed = leaves.rows().splits.get(split, RootOf(count=0, root="")), manifest.rows.splits[split]
    if found.root == sealed.root:
        return None
    if found.count != sealed.count:
        return f"there are {found.count:,} rows, and the manifest was made for {sealed.count:,}"
    return "these are not the rows that the manifest was made for"
