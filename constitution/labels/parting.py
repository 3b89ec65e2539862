"""Parting: the messages of a row against the parts of its provenance, one to one, and against the name of the pair."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from constitution.core.digest import bytes_digest, canonical, without_nothing
from constitution.labels.flaws import Flaw
from constitution.labels.spec import PARTED, PROVENANCE, TEXTS

Spelled = Mapping[str, list[bytes]]
"""Column to the canonical form of each message in it."""
_SWAPPED = Flaw("swapped", "SWAPPED: chosen and rejected have changed places", "chosen")


def spelled_in(told: Mapping[str, Any]) -> Spelled:
    """The messages of plain columns; raises ``ValueError`` and ``TypeError`` for what is none."""
    return {name: [_spelling(each) for each in told.get(name) or ()] for name in PARTED}


def _spelling(message: Any) -> bytes:
    """The canonical form of a message, by canon-v1."""
    plainly = type(message) is dict and all(type(each) is str for each in message.values())
    return canonical(message if plainly else without_nothing(message))


def bound(told: Mapping[str, Any], spelled: Spelled, name: str) -> list[Flaw]:
    """Where name and parts are not those of the text; ``name`` is the one that the text gives."""
    provenance = told.get(PROVENANCE)
    parted = _parted(told, spelled, provenance) if provenance else ()
    return _named([*_renamed(told, spelled, name), *parted])


def name_of(spelled: Spelled) -> str:
    """``pair_name`` of texts whose messages are spelled already."""
    told = [b'"%s":[%s]' % (text.encode(), b",".join(spelled[text])) for text in sorted(TEXTS) if spelled[text]]
    return "pp1:" + bytes_digest(b"{" + b",".join(told) + b"}")[:32]


def _renamed(told: Mapping[str, Any], spelled: Spelled, name: str) -> Iterator[Flaw]:
    said = told.get("pair_id")
    if not said or said == name:
        return
    if said == name_of(_other_way_round(spelled)):
        yield _SWAPPED
    else:
        yield Flaw("renamed", "its pair_id is not that of its text", "pair_id")


def _other_way_round(spelled: Spelled) -> Spelled:
    return {**spelled, "chosen": spelled["rejected"], "rejected": spelled["chosen"]}


def _parted(told: Mapping[str, Any], spelled: Spelled, provenance: Mapping[str, Any]) -> Iterator[Flaw]:
    """Each message held against its part; parts and messages must be one to one."""
    parts = {part["path"]: part["sha256"] for part in provenance["parts"]}
    there = {f"{text}/{place}": each for text in PARTED for place, each in enumerate(spelled[text])}
    if len(parts) != len(provenance["parts"]):
        yield Flaw("part", "two parts of its provenance name one message", PROVENANCE)
    without = "critique" not in told
    changed = [path for path in there if path in parts and bytes_digest(there[path]) != parts[path]]
    if changed and all(parts.get(path) == bytes_digest(each) for path, each in _crosswise(spelled)):
        yield _SWAPPED
        changed = [path for path in changed if not path.startswith(("chosen/", "rejected/"))]
    for path in changed:
        alone = len(spelled[path.partition("/")[0]]) == 1
        yield Flaw("edited", f"edited: {path.partition('/')[0] if alone else path}", path)
    for path in there.keys() - parts.keys():
        yield Flaw("part", f"added: {path} is a message of which the provenance knows nothing", path)
    gone = sorted(parts.keys() - there.keys())
    if without and any(path.startswith("critique/") for path in gone):
        yield Flaw("unsigned", "the critiques are not there", "critique")
    for path in gone:
        if not (without and path.startswith("critique/")):
            yield Flaw("part", f"removed: {path} is named in the provenance and is not there", path)


def _crosswise(spelled: Spelled) -> Iterator[tuple[str, bytes]]:
    """The messages of both answers, each under the name that it had if they were the other way round."""
    for text, other in (("chosen", "rejected"), ("rejected", "chosen")):
        for place, each in enumerate(spelled[other]):
            yield f"{text}/{place}", each


def _named(bound: Sequence[Flaw]) -> list[Flaw]:
    """A swap is told once, and a name that a message's edit has made wrong is not told beside it."""
    flaws = list(dict.fromkeys(bound))
    told = any(flaw.kind in ("edited", "part", "swapped") for flaw in flaws)
    return [flaw for flaw in flaws if not (told and flaw.kind == "renamed")]
