"""The JSON Schema of a principle file, made from the models.

It describes the file as any YAML 1.2 reader sees it. After a change of the models, publish it anew:
``python -m constitution.principles.schema > principles/constitution.schema.json``
"""

from __future__ import annotations

from typing import Any

from constitution.core.published import schema_of, spelled_out
from constitution.core.records import Message
from constitution.principles.model import Allowed, AppliesWhen, Case, Constitution, Group, Principle, Rule

ID = "urn:constitution:principle-file:1"


def schema() -> dict[str, Any]:
    """The schema as JSON values."""
    return schema_of(Constitution, Group, Principle, Case, AppliesWhen, Rule, Allowed, Message, name=ID)


def published() -> str:
    """The text of ``principles/constitution.schema.json``."""
    return spelled_out(schema())


if __name__ == "__main__":
    print(published(), end="")
