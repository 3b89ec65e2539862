"""Reads a constitution: the text of a principle file in, the model out, every mistake with its place."""

from __future__ import annotations

from constitution.core.places import Document
from constitution.core.strict_yaml import fit, parse
from constitution.principles.model import Constitution


def read_constitution(text: str, name: str) -> Constitution:
    """The constitution that this text holds; ``name`` stands for the file in messages.

    Raises ``BadFile`` with ``file:line:column`` for what is not strict YAML, for a field that is unknown,
    missing or of another type, and for a quote that is not in its case's response.
    """
    return read_marked(text, name)[0]


def read_marked(text: str, name: str) -> tuple[Constitution, Document]:
    """The constitution, and the places of its parts; raises as ``read_constitution`` does."""
    document = parse(text, name)
    return fit(document, Constitution), document
