"""A row of any source becomes a prompt, or is refused with its place and what was expected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_args

from pydantic import ConfigDict, TypeAdapter, ValidationError

from constitution.core.records import Candidate, Intent, Message, Origin, Parent, Prompt, Record
from constitution.errors import BadFile, Mistake
from constitution.sources.calls import hold_calls, spelled_out
from constitution.sources.parents import parent_of
from constitution.sources.preferences import in_our_shape
from constitution.sources.sendable import sendable
from constitution.sources.text import brief
from constitution.spool import Spool

Ignored = Counter[str]
"""Key of a row to how many rows had it and were read without it."""

EXPECTED = (
    'a row is {"prompt": text}, {"messages": [{"role", "content"}, ...]}, {"instruction": text, "input"?: text}, '
    '{"transcript": text} or {"chosen", "rejected"} that share their prompt, '
    "with id?, tags?, intent?, language?, origin?, source?, license?, group_id?, response? or candidates?"
)
MAX_ROWS = 1_000_000
"""Prompts of one source."""


class Instance(Record):
    """One instance of a Self-Instruct task; its output is the task's own answer, not a candidate."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    input: str = ""


class Row(Record):
    """The keys that are read; others are ignored and counted."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    id: str | int | None = None
    messages: tuple[Message, ...] | None = None
    prompt: str | None = None
    instruction: str | None = None
    input: str | None = None
    instances: tuple[Instance, ...] = ()
    tags: tuple[str, ...] = ()
    intent: Intent | None = None
    language: str | None = None
    origin: Origin = "unknown"
    source: str | None = None
    license: str | None = None
    group_id: str | int | None = None
    response: str | None = None
    candidates: tuple[Candidate, ...] = ()


_ROW = TypeAdapter(Row)


def collected(rows: Iterable[tuple[str, Any]], place: str, *, remedy: str) -> tuple[Sequence[Prompt], Ignored]:
    """The prompts of rows that are given with their places, and how many rows had each key that was not read.

    The prompts are set aside on disk, and made again when they are looked at.

    Raises ``BadFile`` at the first row that is no prompt, for no row at all, and for more than a million.
    """
    ignored: Ignored = Counter()
    prompts = Spool(Prompt)
    for where, row in rows:
        if len(prompts) == MAX_ROWS:
            raise BadFile(f"there are more than {MAX_ROWS:,} rows", where=place, remedy="split the prompts")
        prompts.append(prompt_of(row, where, ignored))
    if not prompts:
        raise BadFile("the file holds no prompt", where=place, remedy=remedy)
    return prompts.records(), ignored


def made_by(prompt: Prompt, origin: Origin) -> Prompt:
    """The prompt with its answers by this maker, where its row named none.

    Raises ``Mistake`` for a maker that there is no word for.
    """
    if origin not in get_args(Origin):
        raise Mistake(f"candidate origin {origin!r} is unknown", remedy=f"known: {', '.join(get_args(Origin))}")
    if origin == "unknown" or not prompt.candidates:
        return prompt
    said = tuple(each.but(origin=origin) if each.origin == "unknown" else each for each in prompt.candidates)
    return prompt.but(candidates=said)


def prompt_of(row: Any, where: str, ignored: Ignored) -> Prompt:
    """The prompt that this row holds; keys that are not read are counted in ``ignored``.

    Raises ``BadFile`` naming the key for a row of another shape, for text that no wire can carry (lone surrogates,
    NUL), for a text of more than a million characters and for a tool call that no wire can say.
    """
    if isinstance(row, str):
        row = {"prompt": row}
    if not isinstance(row, Mapping):
        raise BadFile(f"the row is {_kind(row)}", where=where, remedy=EXPECTED)
    sendable(row, where)
    known = in_our_shape({key: value for key, value in row.items() if value is not None}, where, ignored)
    if isinstance(known.get("messages"), (list, tuple)):
        known["messages"] = [_message(item) for item in known["messages"]]
        hold_calls(known["messages"], where)
    try:
        # Python lists stand for tuples in strict mode only when they come as JSON.
        read = _ROW.validate_python(_tupled(known))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = brief(".".join(map(str, first["loc"])))
        raise BadFile(f"{key}: {first['msg']}", where=where, remedy=EXPECTED) from error
    ignored.update(set(known) - set(Row.model_fields))
    return _prompt(read, where, parent_of(row))


def _prompt(row: Row, where: str, parent: Parent | None) -> Prompt:
    ways = [name for name in ("messages", "prompt", "instruction") if getattr(row, name) is not None]
    if len(ways) != 1:
        what = f"it holds {' and '.join(ways)} at once" if ways else "it holds no prompt"
        raise BadFile(what, where=where, remedy=EXPECTED)
    if row.response is not None and row.candidates:
        raise BadFile("it holds response and candidates at once", where=where, remedy="keep one of them")
    messages = row.messages if row.messages is not None else (Message(role="user", content=_text(row)),)
    _answerable(messages, where)
    given = (Candidate(text=row.response),) if row.response is not None else row.candidates
    return Prompt.of(
        *messages,
        tags=row.tags,
        intent=row.intent,
        language=row.language,
        origin=row.origin,
        source=row.source,
        source_id=_name(row.id, "id", where),
        license=row.license,
        group_id=_name(row.group_id, "group_id", where),
        candidates=given,
        parent=parent,
    )


def _name(given: str | int | None, key: str, where: str) -> str | None:
    """What a row is called by, as text."""
    try:
        return None if given is None else str(given)
    except ValueError as error:  # more digits than Python writes out
        raise BadFile(f"{key}: the number is too long", where=where, remedy="write it as text") from error


def _text(row: Row) -> str:
    """The one user message of a row without messages."""
    if row.prompt is not None:
        return row.prompt
    extra = row.input if row.input is not None else (row.instances[0].input if row.instances else "")
    return f"{row.instruction}\n\n{extra}" if extra else f"{row.instruction}"


def _message(item: Any) -> Any:
    """A message without its nulls; one that only calls tools says nothing beside."""
    if not isinstance(item, Mapping):
        return item
    message = {key: value for key, value in item.items() if value is not None}
    if not message.get("tool_calls"):
        return message
    return {"content": "", **message, "tool_calls": spelled_out(message["tool_calls"])}


def _answerable(messages: tuple[Message, ...], where: str) -> None:
    if not messages or messages[-1].role not in ("user", "tool"):
        raise BadFile(
            "the conversation does not end with a user or tool message",
            where=where,
            remedy="leave the answer out of messages; give it as response",
        )
    if not any(message.content.strip() for message in messages if message.role == "user"):
        raise BadFile("the prompt is empty", where=where, remedy="write the prompt, or remove the row")


def _tupled(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return tuple([_tupled(item) for item in value])
    if isinstance(value, Mapping):
        return {name: item if type(item) is str else _tupled(item) for name, item in value.items()}
    return value


def _kind(value: Any) -> str:
    return "a list" if isinstance(value, list) else f"a {type(value).__name__}"
