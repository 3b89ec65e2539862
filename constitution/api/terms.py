"""The conditions of models' providers that hold in a project: its own, with their texts, before the shipped ones."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from constitution.core.digest import digest
from constitution.errors import BadFile
from constitution.labels.terms import SHIPPED, Terms, in_order
from constitution.providers.endpoints import GivenTerms

MAX_BYTES = 2**20
"""Of one text of terms."""


@dataclass(frozen=True)
class Conditions:
    """Terms in the order in which they are tried, and the texts that the project keeps of them."""

    terms: tuple[Terms, ...] = SHIPPED
    texts: Mapping[str, bytes] = field(default_factory=dict)
    """Id to the bytes."""

    @property
    def inputs(self) -> dict[str, str]:
        """A digest of what the project says; nothing where it says nothing, for the shipped ones come with the
        engine."""
        own = [terms.as_json() for terms in self.terms if terms not in SHIPPED]
        return {"terms": digest(own)} if own else {}


def conditions_of(given: Mapping[str, GivenTerms], root: Path) -> Conditions:
    """The terms that ``constitution.toml`` names, their texts read, and after them the shipped ones.

    Raises ``BadFile`` for a text that is not there, outside the project, or larger than a mebibyte.
    """
    texts = {name: _text(name, each.file, root) for name, each in given.items() if each.file}
    own = (_terms(name, each, texts.get(name)) for name, each in given.items())
    return Conditions(in_order(own), texts)


def _terms(name: str, given: GivenTerms, text: bytes | None) -> Terms:
    return Terms(
        id=name,
        models=given.models,
        url=given.url,
        restrictions=given.restrictions,
        retrieved=given.retrieved,
        sha256="" if text is None else hashlib.sha256(text).hexdigest(),
        file="" if text is None else f"provenance/terms/{name}.txt",
    )


def _text(name: str, file: str, root: Path) -> bytes:
    where = str(root / "constitution.toml")
    try:
        path = (root / file).resolve()
        if not path.is_relative_to(root.resolve()):
            raise BadFile(f"terms.{name}.file leads out of the project", where=where, remedy="keep the text inside it")
        with open(path, "rb") as opened:
            found = opened.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise BadFile(
            f"terms.{name}.file: {file} cannot be read: {why}",
            where=where,
            remedy="name the file by its path from constitution.toml, or leave the key out",
        ) from error
    if len(found) > MAX_BYTES:
        raise BadFile(f"terms.{name}.file: {file} is larger than {MAX_BYTES:,} bytes", where=where, remedy="shorten it")
    return found
