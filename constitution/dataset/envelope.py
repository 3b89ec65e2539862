"""The envelope: the statement as signed bytes, a DSSE v1 file; without signatures it is UNSIGNED."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from constitution.core.digest import canonical
from constitution.dataset.statement import Manifest, Statement
from constitution.errors import BadFile, NotFound
from constitution.labels.once import from_text

ENVELOPE = "provenance/manifest.dsse.json"
PAYLOAD_TYPE = "application/vnd.in-toto+json"
EARLIER, EARLIER_FORMAT = "provenance/manifest.json", "constitution-dataset/1"
"""What stands in a folder of an earlier version in the place of the envelope."""


@dataclass(frozen=True)
class Envelope:
    """A statement with the bytes that signatures cover."""

    statement: Statement
    payload: bytes
    signatures: tuple[dict[str, Any], ...]
    """Each with ``keyid`` and ``sig`` (base64)."""
    sha256: str = ""
    """Of the whole file."""


def payload_of(statement: Statement) -> bytes:
    """The statement as canonical JSON: what is signed."""
    return canonical(statement.model_dump(mode="json", by_alias=True, exclude_none=True))


def envelope_bytes(payload: bytes, signatures: tuple[dict[str, Any], ...] = ()) -> bytes:
    """The file."""
    told = {
        "payload": base64.b64encode(payload).decode(),
        "payloadType": PAYLOAD_TYPE,
        "signatures": list(signatures),
    }
    return (json.dumps(told, indent=2, sort_keys=True) + "\n").encode()


def load_envelope(out: Path) -> Envelope:
    """The envelope of a dataset folder; raises ``NotFound`` without one and ``BadFile`` for one that is not ours."""
    path = out / ENVELOPE
    try:
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        if of_earlier_version(out):
            raise BadFile(
                "the dataset was written by an earlier version, which said less of its rows",
                where=str(out),
                remedy="run again with the same inputs to write it anew: what the ledger holds costs nothing",
            ) from None
        raise NotFound(
            "there is no finished dataset here", where=str(out), remedy="let a run finish, or name its folder"
        ) from None
    except OSError as error:
        raise BadFile(
            f"cannot be read: {error}", where=str(path), remedy="run again to write the folder anew"
        ) from error
    try:
        return _envelope(data)
    except (ValueError, KeyError, TypeError, binascii.Error, RecursionError) as error:
        what = _first(error) if isinstance(error, ValidationError) else str(error) or type(error).__name__
        raise BadFile(
            f"is no manifest that this version can read: {what}",
            where=str(path),
            remedy="it was damaged, or written by another tool or version; run again to write the folder anew",
        ) from error


def of_earlier_version(out: Path) -> bool:
    """Whether a run of an earlier version finished its dataset here: it had a manifest without an envelope."""
    try:
        told = json.loads((out / EARLIER).read_bytes())
        return isinstance(told, dict) and told.get("format") == EARLIER_FORMAT
    except (OSError, ValueError, RecursionError):
        return False


def _envelope(data: bytes) -> Envelope:
    told = from_text(data)
    if told["payloadType"] != PAYLOAD_TYPE:
        raise ValueError(f"its payload is of type {told['payloadType']!r}")
    payload = base64.b64decode(told["payload"], validate=True)
    from_text(payload)  # what is named twice in it would be read in two ways
    signatures = tuple({"keyid": str(each["keyid"]), "sig": str(each["sig"])} for each in told["signatures"])
    return Envelope(
        statement=Statement.model_validate_json(payload),
        payload=payload,
        signatures=signatures,
        sha256=hashlib.sha256(data).hexdigest(),
    )


def _first(error: ValidationError) -> str:
    found = error.errors(include_url=False)[0]
    return f"{'.'.join(map(str, found['loc']))}: {found['msg']}"


def load_statement(out: Path) -> Statement:
    """What the folder says of itself; raises as ``load_envelope`` does."""
    return load_envelope(out).statement


def load_manifest(out: Path) -> Manifest:
    """The same without the hashes of its files."""
    return load_statement(out).predicate
