"""Puts a page in its place: whole or not at all, and never over something that is no page."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from constitution.api.people import keep_out
from constitution.errors import Mistake

OPENING = b"<!doctype html>"


def write_page(file: Path, page: str) -> bytes:
    """The file holds the page, the bytes of which are returned.

    Raises ``Mistake`` where a folder or something else than a page stands there, for a place inside a dataset folder,
    and where it cannot be written.
    """
    keep_out(file, "a page", "write it beside the folder, for example --html row.html")
    if file.is_dir():
        raise Mistake("is a folder", where=str(file), remedy=f"name a file in it: --html {file / 'row.html'}")
    fresh = file.with_name(f".{file.name}.{os.getpid()}.new")
    try:
        if file.exists() and not _page(file):
            raise Mistake("is there already and is no page", where=str(file), remedy="choose another name")
        content = page.encode("utf-8")
        with fresh.open("xb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(file)
    except OSError as error:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        what = f"cannot be written: {error.strerror or error}"
        raise Mistake(what, where=str(file), remedy="choose another place or name") from error
    return content


def _page(file: Path) -> bool:
    """Whether it is empty or a page of HTML."""
    with file.open("rb") as stream:
        return stream.read(len(OPENING)).lower() in (OPENING, b"")
