"""The export of a dataset folder: read, checked, written beside its place and put there whole, with its labels."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from constitution.dataset.bundle import file_hash
from constitution.dataset.durable import write_new
from constitution.dataset.envelope import ENVELOPE, Envelope, load_envelope
from constitution.dataset.folder import each_pair
from constitution.dataset.leaves import Leaves
from constitution.dataset.manifest import json_bytes
from constitution.dataset.replace import real
from constitution.dataset.rows import Row
from constitution.errors import BadFile, Mistake, NotFound, Occupied
from constitution.exports.formats import Facts, Format, Source
from constitution.exports.place import FORMAT, RECORD, placed
from constitution.exports.sealed import other_set
from constitution.exports.writing import Turned, Writing, each

MANIFEST = "manifest.dsse.json"
"""The envelope of the dataset, byte for byte: what the labels are held against."""
UNSEALED = "see what verify says of it; --unverified exports it as it is, and says so"


def export_folder(
    folder: Path,
    out: Path,
    name: str,
    form: Format,
    *,
    options: Mapping[str, Any],
    split: str | None = None,
    skip: bool = False,
    unverified: bool = False,
) -> dict[str, Any]:
    """``out`` is the export of the dataset ``folder`` in this format, with labels and manifest; its record is returned.

    Raises ``Mistake``, with nothing at ``out``, where a row is not as it was sealed (unless ``unverified``), or the
    format cannot say it (unless ``skip``, which leaves such rows out and lists them), or where too few are left;
    ``Occupied`` where something else stands at ``out``, or ``out`` is in the dataset; ``NotFound``, ``BadFile`` and
    ``Stopped`` by the disk.
    """
    envelope = load_envelope(folder)
    source = Source(envelope.statement.predicate)
    _known(split, source, folder)
    _beside(out, folder)
    with placed(out) as new, Writing(new, form, source, skip=skip, unverified=unverified) as writing:
        leaves = _stream(each(each_pair(folder), split), writing)
        _stop(writing, name, folder)
        if not unverified and (other := other_set(leaves, source.manifest, split)) is not None:
            raise Mistake(other, where=str(folder), remedy=UNSEALED)
        facts = writing.close()
        _enough(facts, form, name, folder)
        record = _record(name, form, facts, writing, envelope)
        record |= {"options": dict(options), "split": split or "all", "verified": not unverified}
        return _whole(new, {**form.beside(facts), MANIFEST: _unchanged(folder, envelope)}, record)


def _whole(new: Path, beside: Mapping[str, bytes], record: dict[str, Any]) -> dict[str, Any]:
    """The files beside the lines are written, and the record, with the hash of every file in it, last."""
    for name, content in beside.items():
        write_new(new / name, content)
    files = sorted(path for path in new.iterdir() if not path.name.startswith("."))
    record = {**record, "files": {path.name: file_hash(path) for path in files}}
    write_new(new / RECORD, json_bytes(record))
    return record


def _unchanged(folder: Path, envelope: Envelope) -> bytes:
    """The bytes of the envelope that the rows were held against; raises ``BadFile`` where another one has come."""
    found = (folder / ENVELOPE).read_bytes()
    if hashlib.sha256(found).hexdigest() != envelope.sha256:
        raise BadFile("changed while it was read", where=str(folder), remedy="export again when nobody writes to it")
    return found


def _beside(out: Path, folder: Path) -> None:
    """Raises ``Occupied`` where the export would stand in the dataset, which would then hold what is not its own."""
    if real(folder) in (real(out), *real(out).parents):
        raise Occupied("the export would stand in the dataset itself", where=str(out), remedy="name another --out")


def _known(split: str | None, source: Source, folder: Path) -> None:
    """Passes where there is such a split; raises ``NotFound``."""
    splits = source.manifest.rows.splits
    if split is not None and split not in splits:
        raise NotFound(f"there is no split {split!r}", where=str(folder), remedy=f"known: {', '.join(sorted(splits))}")


def _stream(rows: Iterable[tuple[Row, str]], writing: Writing) -> Leaves:
    """Every row is written or counted; their leaves."""
    leaves = Leaves()
    for row, split in rows:
        writing.add(row, split)
        if writing.sealed:
            leaves.add(row.provenance["row_sha256"], split)
    return leaves


def _stop(writing: Writing, name: str, folder: Path) -> None:
    """Raises ``Mistake`` where rows were found for which there may be no export."""
    if writing.broken.why:
        raise Mistake(
            f"{writing.broken.why.total():,} of {writing.rows_in:,} rows are not as they were sealed: "
            f"{told(writing.broken)}", where=str(folder), remedy=UNSEALED,
        )  # fmt: skip
    if writing.stopped:
        raise Mistake(
            f"{writing.refused.why.total():,} of {writing.rows_in:,} rows cannot be written as {name} without loss: "
            f"{told(writing.refused)}",
            where=str(folder),
            remedy="name another format (constitution export --formats), or --skip to leave such rows out; nothing was "
            "written",
        )


def _enough(facts: Facts, form: Format, name: str, folder: Path) -> None:
    """Raises ``Mistake`` where a split has fewer lines than the trainer takes, or there is none at all, and where a
    column of it would not be read as text.
    """
    if facts.dates:
        named = " and ".join(f"{column} in {file}" for file, column in facts.dates)
        raise Mistake(
            f"every text of {named} is a date: the library datasets would read times, and change the texts",
            where=str(folder), remedy="train on the dataset folder itself, in which a text is a text",
        )  # fmt: skip
    short = {split: count for split, count in facts.lines.items() if count < form.least} or (not facts.lines)
    if short:
        split = f" in {min(short)}" if isinstance(short, dict) else ""
        found = min(short.values()) if isinstance(short, dict) else 0
        raise Mistake(
            f"{name} wants at least {form.least} lines{split}, and there are {found}", where=str(folder),
            remedy="export a larger dataset, or one split with --split",
        )  # fmt: skip


def told(turned: Turned) -> str:
    """Each reason, how often, and the first pairs, the most frequent first."""
    return "; ".join(
        f"{why} ({count:,}: {', '.join(turned.first[why])}{', …' if count > len(turned.first[why]) else ''})"
        for why, count in sorted(turned.why.items(), key=lambda found: (-found[1], found[0]))
    )


def _record(name: str, form: Format, facts: Facts, writing: Writing, envelope: Envelope) -> dict[str, Any]:
    """What the export says of itself."""
    manifest = envelope.statement.predicate
    return {
        "written_as": FORMAT,
        "format": name,
        "purpose": form.purpose,
        "cannot": list(form.cannot),
        "note": form.note,
        "source": {
            "name": manifest.dataset.name,
            "root": manifest.rows.root,
            "manifest_sha256": envelope.sha256,
            "license": manifest.dataset.license,
            "restrictions": list(manifest.dataset.restrictions),
        },
        "rehearsal": manifest.counts.rehearsal,
        "rows_in": writing.rows_in,
        "rows_out": facts.rows,
        "skipped": dict(sorted(writing.refused.why.items())),
        "lines": dict(facts.lines),
        "sides": dict(facts.sides),
        "hints": dict(form.hints(facts)),
    }
