"""Schema of the data files: Arrow types, and the same said again in the words of Hugging Face datasets.

The files are written by pyarrow alone; the note under ``huggingface`` makes ``datasets.load_dataset`` give JSON
columns back as objects.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from constitution.core.digest import canonical
from constitution.core.records import Message
from constitution.dataset.rows import Row


def pair_schema(*, tools: bool) -> Any:
    """The Arrow schema of ``data/``.

    ``tools`` is true where a prompt of the set uses names, tool calls or tool results. Its messages are then
    JSON objects: a struct would put nulls where a message has no such key, and chat templates that only ask
    whether the key is there would fail on them.
    """
    import pyarrow as pa

    text, texts = pa.string(), pa.list_(pa.string())
    messages = pa.list_(pa.struct({"role": text, "content": text}))
    remarks = pa.list_(pa.struct({"principle": text, "verdict": text, "text": text}))
    special = {
        "prompt": pa.list_(pa.json_()) if tools else messages,
        "chosen": messages,
        "rejected": messages,
        "critique": remarks,
        "principles": texts,
        "self_judged": pa.bool_(),
        "warnings": texts,
        "flipped": pa.bool_(),
        "p_chosen": pa.float64(),
        "p_calibrated": pa.bool_(),
        "evidence": pa.json_(),
        "provenance": pa.json_(),
    }
    schema = pa.schema([pa.field(name, special.get(name, text)) for name in Row.model_fields])
    return schema.with_metadata({"huggingface": features_note(schema)})


def features_note(schema: Any) -> str:
    """The schema as ``datasets`` keeps it in a Parquet file."""
    features = {column.name: feature(column.type) for column in schema}
    return json.dumps({"info": {"features": features}}, separators=(",", ":"))


def feature(kind: Any) -> dict[str, Any]:
    """One Arrow type in the words of ``datasets``."""
    import pyarrow as pa

    if isinstance(kind, pa.JsonType):
        return {"_type": "Json"}
    if pa.types.is_list(kind):
        return {"feature": feature(kind.value_type), "_type": "List"}
    if pa.types.is_struct(kind):
        return {kind.field(place).name: feature(kind.field(place).type) for place in range(kind.num_fields)}
    return {"dtype": "float64" if pa.types.is_float64(kind) else str(kind), "_type": "Value"}


def uses_tools(messages: Iterable[Message]) -> bool:
    """Whether a message of a prompt says more than role and content."""
    return any(message.as_json().keys() - {"role", "content"} for message in messages)


def with_tools(columns: dict[str, Any]) -> dict[str, Any]:
    """The columns of a row without tools as they stand in a set with some."""
    return {**columns, "prompt": [canonical(message).decode() for message in columns["prompt"]]}


def columns_of(row: Row, *, tools: bool) -> dict[str, Any]:
    """The row as the values of its columns; JSON ones as canonical text."""
    columns = {
        **vars(row),
        "critique": [vars(remark) for remark in row.critique],
        "prompt": [message.as_json() for message in row.prompt],
        "chosen": [message.as_json() for message in row.chosen],
        "rejected": [message.as_json() for message in row.rejected],
        "evidence": canonical(row.evidence).decode(),
        "provenance": canonical(row.provenance).decode(),
    }
    return with_tools(columns) if tools else columns


def row_from(columns: dict[str, Any]) -> Row:
    """The row that these columns hold; columns that are not ours are passed over."""
    ours = {name: columns[name] for name in Row.model_fields}
    prompt = tuple(json.loads(item) if isinstance(item, str) else item for item in columns["prompt"])
    return Row.model_validate(
        {
            **ours,
            "prompt": tuple(Message.model_validate(message) for message in prompt),
            "evidence": json.loads(columns["evidence"]),
            "provenance": json.loads(columns["provenance"]),
        }
    )
