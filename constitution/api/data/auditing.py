"""Audit: what a trainer will make of anybody's pairs, before anything is spent on training."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from constitution.auditing.exported import labels_beside
from constitution.auditing.looks.tokens import MAX_LENGTH, Eye
from constitution.auditing.passing import audited
from constitution.auditing.reading import each_row
from constitution.auditing.report import Report
from constitution.auditing.tokenizing import load_tokenizer
from constitution.errors import BadFile, Mistake, Occupied, Stopped

Line = Callable[[dict[str, Any]], None]


def audit(
    path: str | Path,
    *,
    tokenizer: str | Path | None = None,
    max_length: int | None = None,
    chat_template: str | Path | None = None,
    split: str | None = None,
    rows: str | Path | None = None,
    told: Line | None = None,
) -> Report:
    """What is wrong with the pairs at ``path``, and what they teach besides: nothing is changed, nothing fetched.

    With a ``tokenizer`` (a folder, or a name in the cache) the rows are also seen through the eyes of a trainer that
    cuts at ``max_length`` tokens; the tokens of each row then go to ``told``, and to a new file ``rows``.

    Raises ``NotFound`` and ``BadFile`` for what is not there or cannot be read, ``Mistake`` where a tokenizer is needed
    or its library is not installed, ``Occupied`` where ``rows`` is there already, and ``Stopped`` on a full disk.
    """
    if tokenizer is None:
        needing = {"--max-length": max_length, "--chat-template": chat_template, "--rows": rows}
        for name, given in needing.items():
            if given is not None:
                raise Mistake(f"{name} says nothing without a tokenizer", remedy="name one with --tokenizer")
    if max_length is not None and max_length < 1:
        raise Mistake(f"a row of {max_length} tokens holds nothing", remedy="give --max-length as 1 or more")
    source = each_row(Path(path), split)
    if tokenizer is None:
        report = audited(str(path), source)
    else:
        loaded = load_tokenizer(str(tokenizer), None if chat_template is None else Path(chat_template))
        with _lines(rows) as write:
            eye = Eye(loaded, max_length or MAX_LENGTH, _both(told, write))
            report = audited(str(path), source, [eye])
    if not report.rows:
        raise BadFile("holds no row to look at", where=str(path), remedy="name a file or a folder that has rows")
    if labels_beside(Path(path)):
        return replace(report, findings=tuple(each for each in report.findings if each.name != "unlabelled"))
    return report


def _both(*given: Line | None) -> Line | None:
    asked = [each for each in given if each is not None]

    def tell(line: dict[str, Any]) -> None:
        for each in asked:
            each(line)

    return tell if asked else None


@contextmanager
def _lines(path: str | Path | None) -> Iterator[Line | None]:
    """What writes one line a row into a new file."""
    if path is None:
        yield None
        return
    try:
        with open(path, "x", encoding="utf-8") as file:

            def write(line: dict[str, Any]) -> None:
                try:
                    file.write(json.dumps(line) + "\n")
                except OSError as error:
                    raise _refused(path, error) from error

            yield write
    except FileExistsError as error:
        raise Occupied("is there already", where=str(path), remedy="name another file, or move it away") from error
    except OSError as error:
        raise _refused(path, error) from error


def _refused(path: str | Path, error: OSError) -> Stopped:
    return Stopped(f"cannot be written: {error.strerror or error}", where=str(path), remedy="name another place")
