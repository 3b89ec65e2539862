"""Broken answers: bodies with status 200 that nobody can use, and connections that end too early."""

from __future__ import annotations

import asyncio

JSON = "application/json"
_HTML = b"<!doctype html><html><head><title>Busy</title></head><body><h1>Please come back later</h1></body></html>"
_INVALID: tuple[tuple[bytes, str], ...] = (
    (_HTML, "text/html; charset=utf-8"),
    (_HTML, JSON),
    (b"", JSON),
    (b"null", JSON),
    (b"[]", JSON),
    (b"{}", JSON),
    (b"{'answer': None}", JSON),
    (b'{"choices": [], "content": null', JSON),
    ('{"choices": [], "content": null}'.encode("utf-16"), JSON),
    (b'{"choices": [], "content": "\xff\xfe"}', JSON),
    (b'\xef\xbb\xbf{"choices": [], "content": NaN}', JSON),
    (b'{"choices": NaN, "content": NaN}', JSON),
    (b'{"choices": ["yes"], "content": ["yes"]}', JSON),
    (b'data: {"choices": []}\n\ndata: [DONE]\n\n', "text/event-stream"),
    (b"upstream connect error or disconnect/reset before headers", "text/plain"),
)


def cut(body: bytes, share: float) -> bytes:
    """The beginning of a JSON object, which is never one itself."""
    return body[: max(1, int(len(body) * share))]


def invalid(share: float) -> tuple[bytes, str]:
    """A body that is no answer, and the content type it claims."""
    return _INVALID[int(share * len(_INVALID))]


def drop(connection: asyncio.Transport, share: float) -> None:
    """The connection is gone: reset without a word, or closed within the answer."""
    if share < 0.5:
        connection.abort()
        return
    connection.write(b'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 900\r\n\r\n{"id": "si')
    connection.close()
