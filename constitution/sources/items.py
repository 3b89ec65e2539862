"""Items of a JSON file as they stand there: one a line, or in one list; one at a time is in memory."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Any

from constitution.errors import BadFile
from constitution.sources.text import decoded, opened

Pairs = Callable[[list[tuple[str, Any]]], Any]

MAX_ITEM = 64_000_000
"""Bytes of one line; characters of one item of a list, to a piece of the file."""
_BOM = b"\xef\xbb\xbf"
_PIECE = 1 << 20
_BETWEEN = re.compile(r"[ \t\r\n,]*")


def items(path: Path, called: str = "", *, pairs: Pairs | None = None) -> Iterator[Any]:
    """Every item of the file in order; blank lines are passed over. ``called`` is what messages call the file, and
    ``pairs`` makes objects of their keys and values, where another reader shall than the usual one.

    Raises ``BadFile`` for a file that cannot be read, what is not UTF-8 or not JSON, and an item beyond the bound.
    """
    name = called or str(path)
    with opened(path) as file:
        listed = file.read(4096).removeprefix(_BOM).lstrip().startswith(b"[")
        file.seek(0)
        yield from _listed(file, name, pairs) if listed else _lined(file, name, pairs)


def _lined(file: IO[bytes], name: str, pairs: Pairs | None) -> Iterator[Any]:
    number = 0
    while line := file.readline(MAX_ITEM + 1):
        number += 1
        where = f"{name}:{number}"
        if len(line) > MAX_ITEM:
            raise _too_long(where)
        text = decoded(line, where, first=number == 1)
        if text.strip():
            try:
                yield json.loads(text, object_pairs_hook=pairs)
            except (ValueError, RecursionError) as error:
                raise _no_json(error, where) from error


def _listed(file: IO[bytes], name: str, pairs: Pairs | None) -> Iterator[Any]:
    """The items of a list, a piece of the file at a time."""
    decoder, pieces = json.JSONDecoder(object_pairs_hook=pairs), _pieces(file, name)
    held, at, ended = next(pieces).lstrip().removeprefix("["), 0, False
    while True:
        at = _BETWEEN.match(held, at).end()  # type: ignore[union-attr]  # it also matches nothing
        if held.startswith("]", at):
            return _closed(held[at + 1 :], pieces, name)
        try:
            item, at = decoder.raw_decode(held, at)
        except (ValueError, RecursionError) as error:
            if ended or not isinstance(error, json.JSONDecodeError):
                raise _no_json(error, name) from error
            begun = len(held) - at
            if begun > MAX_ITEM:
                raise _too_long(name) from error
            # Twice as much each time, so that a long item is not begun again and again.
            more = "".join(islice(pieces, 1 + min(begun, MAX_ITEM - begun) // _PIECE))
            held, at, ended = held[at:] + more, 0, not more
            continue
        yield item


def _closed(left: str, pieces: Iterator[str], name: str) -> None:
    """Passes where nothing stands behind the list."""
    if left.strip() or any(piece.strip() for piece in pieces):
        raise BadFile("not JSON: something stands behind the end of the list", where=name, remedy="mend or remove it")


def _pieces(file: IO[bytes], name: str) -> Iterator[str]:
    """The text of the file, piece by piece."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    try:
        while data := file.read(_PIECE):
            yield decoder.decode(data)
        yield decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise BadFile(f"is not UTF-8: {error.reason}", where=name, remedy="save the file as UTF-8") from error


def _no_json(error: Exception, where: str) -> BadFile:
    deep = isinstance(error, RecursionError)
    said = "nested too deeply" if deep else getattr(error, "msg", "") or str(error)[:120]
    return BadFile(f"not JSON: {said}", where=where, remedy="mend or remove it")


def _too_long(where: str) -> BadFile:
    return BadFile(f"a row is longer than {MAX_ITEM:,} bytes, or has no end", where=where, remedy="mend or remove it")
