"""Arrow arrays from plain values, buffer by buffer; ``pyarrow.array`` would load pandas first."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import accumulate, chain
from typing import Any


def array_of(values: Sequence[Any], kind: Any) -> Any:
    """The values as an Arrow array of this type, equal to what ``pyarrow.array`` makes of them.

    Texts, 64-bit integers and floats, booleans, JSON given as text, lists and structs of these; each may be None.
    Raises ``TypeError`` for another type. The layout is that of the Arrow columnar format 1.5.
    """
    import pyarrow as pa

    if isinstance(kind, pa.JsonType):
        return pa.ExtensionArray.from_storage(kind, array_of(values, kind.storage_type))
    absent = sum([value is None for value in values])
    valid = pa.py_buffer(_bits([value is not None for value in values])) if absent else None
    if pa.types.is_struct(kind):
        fields = [kind.field(place) for place in range(kind.num_fields)]
        told = [value or {} for value in values]
        children = [array_of([value.get(field.name) for value in told], field.type) for field in fields]
        return pa.Array.from_buffers(kind, len(values), [valid], absent, children=children)
    if pa.types.is_list(kind):
        held = [value or () for value in values]
        child = array_of(list(chain.from_iterable(held)), kind.value_type)
        return pa.Array.from_buffers(kind, len(values), [valid, _offsets(held)], absent, children=[child])
    if pa.types.is_string(kind):
        texts = [(value or "").encode() for value in values]
        return pa.Array.from_buffers(kind, len(values), [valid, _offsets(texts), pa.py_buffer(b"".join(texts))], absent)
    if pa.types.is_int64(kind):
        numbers = array("q", [value or 0 for value in values])
        return pa.Array.from_buffers(kind, len(values), [valid, pa.py_buffer(numbers)], absent)
    if pa.types.is_float64(kind):
        floats = array("d", [value or 0.0 for value in values])
        return pa.Array.from_buffers(kind, len(values), [valid, pa.py_buffer(floats)], absent)
    if pa.types.is_boolean(kind):
        return pa.Array.from_buffers(kind, len(values), [valid, pa.py_buffer(_bits(values))], absent)
    raise TypeError(f"no column of a dataset is of type {kind}")


def _offsets(parts: Sequence[Sequence[Any]]) -> Any:
    """Where each part begins in all of them together, and where the last one ends."""
    import pyarrow as pa

    return pa.py_buffer(array("i", accumulate(map(len, parts), initial=0)))


def _bits(flags: Sequence[Any]) -> bytes:
    """One bit a flag, the first one lowest."""
    spelled = "".join(["1" if flag else "0" for flag in reversed(flags)])
    return int(spelled or "0", 2).to_bytes((len(flags) + 7) // 8, "little")
