"""Exported: the lines of an export as rows again, each with its labels from the sidecar beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from constitution.dataset.bundle import file_hash
from constitution.errors import BadFile, ConstitutionError
from constitution.labels.checking import NO_ROW, CheckedRow, check_row
from constitution.labels.flaws import NOTES, Flaw
from constitution.labels.hashes import leaf_of, message_hash
from constitution.labels.once import from_text
from constitution.labels.spec import FLAT, PROVENANCE, TEXTS
from constitution.verifying.finding import Found
from constitution.verifying.reading import rows_in
from constitution.verifying.report import Level
from constitution.verifying.within import content_of, within

RECORD, LABELS = "export.json", "labels.jsonl"
"""What an export tells of itself, and the labels of each of its lines."""
_ROLES = {"human": "user", "gpt": "assistant"}
"""Roles of the ShareGPT layout."""


class Line(NamedTuple):
    """One line of an export beside its labels."""

    told: Mapping[str, Any]
    labels: Mapping[str, Any]
    file: str
    number: int


def is_export(folder: Path) -> bool:
    """Whether this is the folder of an export."""
    return all((folder / name).is_file() for name in (RECORD, LABELS))


def lines_of(folder: Path) -> Iterator[Line]:
    """Every line with its labels, in the order of the sidecar.

    Raises ``BadFile`` where the two do not go with each other line by line, as do lines that were put in or left out.
    """
    open_files: dict[str, Iterator[Mapping[str, Any]]] = {}
    numbers: dict[str, int] = {}
    for labels in rows_in(within(folder, LABELS), LABELS):
        file = str(labels.get("file"))
        number = numbers[file] = numbers.get(file, 0) + 1
        if file not in open_files:
            open_files[file] = rows_in(within(folder, file), file)
        told = next(open_files[file], None)
        if told is None or labels.get("line") != number:
            raise BadFile("does not go line by line with its labels", where=f"{file}:{number}",
                          remedy="export the dataset again")  # fmt: skip
        yield Line(told, labels, file, number)
    for file, rest in open_files.items():
        if next(rest, None) is not None:
            raise BadFile("has lines without labels", where=f"{file}:{numbers[file] + 1}",
                          remedy="export the dataset again")  # fmt: skip


def check_line(line: Line) -> CheckedRow:
    """What is wrong with a line: its texts against the hashes of its parts, its labels against their seal."""
    labels = {name: line.labels.get(name) for name in (*FLAT, PROVENANCE)}
    try:
        side, texts = str(line.labels["side"]), _texts(line)
        if line.told.get("pair_id", labels["pair_id"]) != labels["pair_id"]:
            return CheckedRow((Flaw("renamed", "its pair_id is not that of its labels", "pair_id"),))
        if line.told.get("label", side == "chosen") is not (side == "chosen"):
            return CheckedRow((Flaw("swapped", "SWAPPED: its label is not that of its side", "label"),))
        if all(name in texts for name in TEXTS):
            return _whole(check_row({**labels, **texts}))
        return _one_side(labels, texts, side)
    except NO_ROW as error:
        return CheckedRow((Flaw("unreadable", f"it is no line of an export: {str(error)[:80]}"),))


def files_level(folder: Path, manifest_sha256: str) -> Level:
    """The bytes of the export against its own record, which nobody signs."""
    found = Found("files")
    try:
        record = from_text(content_of(folder, RECORD))
        stated = {str(name): str(sha256) for name, sha256 in record["files"].items()}
        for name, sha256 in stated.items():
            if file_hash(within(folder, name)) != sha256:
                found.add("re-encoded", f"is not byte for byte as {RECORD} says", file=name)
        if manifest_sha256 and record["source"]["manifest_sha256"] != manifest_sha256:
            found.add("other edition", "was made from another edition than the one it is held against", file=RECORD)
    except (ConstitutionError, *NO_ROW) as error:
        found.add("record", f"tells nothing of its files: {str(error)[:80]}", "ALTERED", file=RECORD)
        return found.closed("")
    return found.closed(f"{len(stated)} files held against {RECORD}, which nobody signs")


def _whole(checked: CheckedRow) -> CheckedRow:
    """Columns that no trainer reads are not in an export: that they are gone is no news."""
    return CheckedRow(
        tuple(flaw for flaw in checked.flaws if flaw.kind != "unsigned"), checked.pair_id, checked.leaf, checked.told
    )


def _one_side(labels: Mapping[str, Any], texts: Mapping[str, Any], side: str) -> CheckedRow:
    """A line that shows one answer of its pair, or a remark of the critic, which stands there in other words."""
    provenance = labels[PROVENANCE]
    parts = {part["path"]: part["sha256"] for part in provenance["parts"]}
    there = {f"{text}/{place}": message_hash(each) for text in texts for place, each in enumerate(texts[text])}
    said = {path: sha256 for path, sha256 in parts.items() if path.partition("/")[0] in texts}
    flaws = [Flaw("edited", f"edited: {path}", path) for path in sorted(there) if there[path] != said.get(path)]
    flaws += [Flaw("part", f"removed: {path} is not there", path) for path in sorted(said.keys() - there.keys())]
    if side not in texts:
        flaws.append(Flaw("unsigned", f"the text of side {side!r} is put in other words and is not checked", side))
    leaf = leaf_of(labels, provenance)
    if provenance.get("row_sha256") != leaf:
        flaws.append(Flaw("row hash", "row hash: its labels or its provenance are not those sealed", PROVENANCE))
    broken = any(flaw.kind not in NOTES for flaw in flaws)
    return CheckedRow(tuple(flaws), str(labels["pair_id"]), "" if broken else leaf)


def _texts(line: Line) -> dict[str, Any]:
    """The texts of the pair as the row has them, those that the line shows."""
    told, side = line.told, str(line.labels["side"])
    if "conversations" in told:
        opening = [{"role": "system", "content": told["system"]}] if told.get("system") else []
        said = {name: [_plainly(told[name])] for name in ("chosen", "rejected") if name in told}
        return {"prompt": [*opening, *map(_plainly, told["conversations"])], **said}
    if "preferred_output" in told:
        return {"prompt": told["input"]["messages"], "chosen": told["preferred_output"],
                "rejected": told["non_preferred_output"]}  # fmt: skip
    if "messages" in told:
        if side not in TEXTS:
            return {}
        return {"prompt": told["messages"][:-1], side: told["messages"][-1:]}
    if "completion" in told:
        return {"prompt": told["prompt"], side: told["completion"]}
    return {name: told[name] for name in TEXTS if name in told}


def _plainly(message: Mapping[str, Any]) -> dict[str, Any]:
    return {"role": _ROLES[message["from"]], "content": message["value"]}
