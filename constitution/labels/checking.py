"""Checking: what is wrong with one row, given as plain columns, by nothing but what the row says of itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import from_json

from constitution.core.digest import canonical
from constitution.labels.agreeing import disagreements, left_out
from constitution.labels.flaws import NOTES, Flaw
from constitution.labels.hashes import LEAF, columns_hash, leaf_of
from constitution.labels.once import from_text
from constitution.labels.parting import Spelled, bound, name_of, spelled_in
from constitution.labels.spec import BESIDE, FLAT, PARTED, PROVENANCE, SPEC, TEXTS

OBJECTS = (PROVENANCE, "evidence")
"""Columns that hold a JSON object, which some writers keep as text."""
NO_ROW = (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError)
"""What looking at a row raises that is not of the shape it should be; whoever made it may have meant harm."""


@dataclass(frozen=True)
class CheckedRow:
    """What became of one row."""

    flaws: tuple[Flaw, ...]
    pair_id: str = ""
    """Computed anew from the text; nothing where there is no text to read."""
    leaf: str = ""
    """Computed anew; nothing unless the row is labelled and its name and every part are those of its text."""
    told: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)
    """Its plain columns; none where its texts or its labels cannot be read."""


def check_row(columns: Mapping[str, Any], terms: Mapping[str, Sequence[str]] | None = None) -> CheckedRow:
    """What is wrong with a row, however it was read: JSON as text or as objects, NaN for null.

    ``terms`` are the restrictions of terms by their id, as a manifest tells them. Never raises for what is in the row.
    A row is bound to its text by the hash of each message, and to its labels by ``row_sha256``.
    """
    try:
        told = plain(columns)
        spelled = spelled_in(told)
        name = name_of(spelled)
    except NO_ROW as error:
        return CheckedRow((_unread(columns, f"its texts cannot be read as messages: {_said(error)}"),))
    if not all(spelled[text] for text in TEXTS):
        return CheckedRow((_unread(columns, "a text is missing or holds no message"),))
    try:
        return _checked(told, spelled, name, terms or {}, columns.get(PROVENANCE))
    except NO_ROW as error:
        return CheckedRow((Flaw("unreadable", f"its labels are not of the shape of {SPEC}: {_said(error)}"),), name)


def _unread(columns: Mapping[str, Any], what: str) -> Flaw:
    """What to say of a row without texts of ours; one that has no label either was never sealed."""
    if any(columns.get(name) for name in (*FLAT, PROVENANCE)):
        return Flaw("unreadable", what)
    return Flaw("unlabelled", "has no labels, and its texts are no messages as ours are")


def plain(columns: Mapping[str, Any]) -> dict[str, Any]:
    """The columns with JSON text read and NaN as null; raises ``ValueError`` for text that is no JSON."""
    told = {name: None if type(value) is float and value != value else value for name, value in columns.items()}
    for name in OBJECTS:
        text = told.get(name)
        if isinstance(text, str):
            told[name] = from_json(text) if name == PROVENANCE else from_text(text)
    for name in PARTED:
        messages = told.get(name)
        if isinstance(messages, str):
            messages = from_text(messages)
        if messages is not None:
            told[name] = [from_text(each) if isinstance(each, str) else each for each in messages]
    return told


def is_labelled(told: Mapping[str, Any]) -> bool:
    """Whether plain columns have a provenance and every label that it binds."""
    return bool(told.get(PROVENANCE)) and all(told.get(name) for name in FLAT)


def _checked(
    told: Mapping[str, Any],
    spelled: Spelled,
    name: str,
    terms: Mapping[str, Sequence[str]],
    raw: Any,
) -> CheckedRow:
    provenance = told.get(PROVENANCE)
    flaws, leaf = bound(told, spelled, name), ""
    broken = any(flaw.kind not in NOTES for flaw in flaws)
    if not is_labelled(told):
        lost = [each for each in (*FLAT, PROVENANCE) if not told.get(each)]
        what = "has no labels" if len(lost) > len(FLAT) else f"has lost {', '.join(lost)}"
        flaws.append(Flaw("unlabelled", what, "" if len(lost) > 1 else lost[0]))
    if provenance and is_labelled(told):
        leaf = _quick_leaf(told, provenance, raw)
        if not leaf:
            if isinstance(raw, str):
                from_text(raw)  # a key that stands there twice has been passed over
            leaf = leaf_of(told, provenance)
        flaws += _sealed(told, provenance, leaf)
        flaws += [Flaw("label", f"label disagreement: {what}", part) for part, what in disagreements(told)]
        flaws += [Flaw("restrictions", what, "restrictions") for what in left_out(told, terms)]
    return CheckedRow(tuple(flaws), name, "" if broken else leaf, told)


def _quick_leaf(told: Mapping[str, Any], provenance: Mapping[str, Any], raw: Any) -> str:
    """The leaf that the row names, if the spelling of its provenance as it stands gives it; nothing else.

    What is hashed here is what ``leaf_of`` hashes of a provenance that stands in its canonical form, as ours does; for
    any other form the hash is another one, and the long way, ten times as long, must decide.
    """
    said = provenance.get("row_sha256")
    if not isinstance(raw, str):
        raw = json.dumps(provenance, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    before, mark, after = raw.partition(f'"row_sha256":"{said}",')
    if not mark or '"row_sha256"' in after or '"row_sha256"' in before or type(said) is not str:
        return ""
    spelled = {column: canonical(told[column]) for column in FLAT}
    spelled[PROVENANCE] = (before + after).encode()
    whole = b",".join([b'"%s":%s' % (column.encode(), spelled[column]) for column in sorted(spelled)])
    return said if hashlib.sha256(LEAF + b"{" + whole + b"}").hexdigest() == said else ""


def _sealed(told: Mapping[str, Any], provenance: Mapping[str, Any], leaf: str) -> Iterator[Flaw]:
    if provenance.get("spec") != SPEC:
        yield Flaw("label", f"label disagreement: its provenance is not of {SPEC}", PROVENANCE)
    if provenance.get("row_sha256") != leaf:
        yield Flaw("row hash", "row hash: its labels or its provenance are not those that were sealed", PROVENANCE)
    if provenance.get("columns_sha256") != columns_hash(told):
        # A column that went with all its rows is known to be gone; a null in one that is there is an edit.
        lost = [name for name in BESIDE if name not in told]
        if lost:
            yield Flaw("unsigned", f"columns beside the labels are not checked, for {', '.join(lost)} went", "columns")
        else:
            yield Flaw("columns", "a column beside the labels is not as it was sealed", "columns")


def _said(error: Exception) -> str:
    return str(error)[:120] or type(error).__name__
