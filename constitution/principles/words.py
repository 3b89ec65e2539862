"""The kinds of text that a principle file is made of: names, versions, words, conversations."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import AfterValidator, Discriminator, Field, StringConstraints, Tag
from pydantic_core import PydanticCustomError

from constitution.core.records import Message

NAME = "[a-z0-9][a-z0-9._-]{0,63}"
VERSION = r"((0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*))?"


def _form(pattern: str, words: str) -> AfterValidator:
    """Holds a text to a form, and says in words what the form is."""

    def formed(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise PydanticCustomError(
                "form", "must be {words}, not {value}", {"words": words, "value": repr(value[:60])}
            )
        return value

    return AfterValidator(formed)


Name = Annotated[
    str,
    _form(NAME, "1 to 64 lower-case letters, digits, dots, dashes and underscores"),
    Field(json_schema_extra={"pattern": f"^{NAME}$"}),
]
Version = Annotated[
    str,
    _form(VERSION, "three numbers with dots between them, like 1.2.0"),
    Field(json_schema_extra={"pattern": f"^{VERSION}$"}),
]
WarningCode = Annotated[
    str,
    _form("W[0-9]{3}", "the code of a warning, like W204 (errors cannot be let stand)"),
    Field(json_schema_extra={"pattern": "^W[0-9]{3}$"}),
]
Words = Annotated[str, StringConstraints(min_length=1, max_length=4000, strip_whitespace=True)]


def _text_or_messages(value: Any) -> str:
    """Which of its two shapes a prompt has, so that only that shape's complaints are heard."""
    return "messages" if isinstance(value, list | tuple) else "text"


Conversation = Annotated[
    Annotated[Words, Tag("text")] | Annotated[tuple[Message, ...], Field(min_length=1), Tag("messages")],
    Discriminator(_text_or_messages),
]
