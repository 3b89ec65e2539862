"""A provider that answers like the simulator, but for its n-th request, which meets with trouble."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from constitution.providers.simulator import reply_to
from constitution.providers.simulator.serving.wires import WIRES

Trouble = Callable[["Handler"], bool]
"""What the n-th request meets with; returns whether it must be paid for."""


class Provider(ThreadingHTTPServer):
    """Answers, and counts what it was asked and what is to be paid for."""

    daemon_threads = True

    def __init__(self, trouble: Trouble, at: int) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.trouble, self.at = trouble, at
        self.received = self.paid = 0
        self.counting = threading.Lock()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that leave are no news."""


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Provider
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Answer, or do what the trouble is."""
        with self.server.counting:
            self.server.received += 1
            struck = self.server.received == self.server.at
        paid = self.server.trouble(self) if struck else self.answer(self.reply())
        with self.server.counting:
            self.server.paid += paid
        self.close_connection = self.close_connection or struck

    def reply(self) -> bytes:
        """The answer to the request, which is read to its end."""
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        wire = next(wire for wire in WIRES if wire.path == self.path)
        named = {name.lower(): value for name, value in self.headers.items()}
        return json.dumps(wire.write(reply_to(wire.read(body, named)))).encode()

    def answer(self, body: bytes, status: int = 200, *, part: float = 1.0) -> bool:
        """Send an answer, or its first part; what begins with 200 is paid for."""
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: int(len(body) * part)])
        return status == 200

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet."""


def _unheard(handler: Handler) -> bool:
    return False


def _unanswered(handler: Handler) -> bool:
    return bool(handler.reply())


def _no_more_than_a_word(handler: Handler) -> bool:
    handler.reply()
    handler.wfile.write(b"HTTP/1.1 200 O")
    return True


def _error(handler: Handler) -> bool:
    handler.reply()
    return handler.answer(b'{"error": {"message": "try again"}}', 500)


def _busy(handler: Handler) -> bool:
    handler.reply()
    return handler.answer(b'{"error": {"message": "slower"}}', 429)


TROUBLES: dict[str, Trouble] = {
    "leaves and does not hear it": _unheard,
    "leaves when it has heard it": _unanswered,
    "leaves in the first line of its answer": _no_more_than_a_word,
    "leaves in the middle of its answer": lambda handler: handler.answer(handler.reply(), part=0.5),
    "answers with half of an object": lambda handler: handler.answer(handler.reply()[:-40]),
    "has an error": _error,
    "is busy": _busy,
}
"""What may happen to a request, in words that go on from 'the provider'."""


@contextmanager
def troubled(trouble: str, at: int) -> Iterator[Provider]:
    """A provider whose request with this number meets with this trouble; none where it is 0."""
    with Provider(TROUBLES[trouble], at) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield running
        finally:
            running.shutdown()
            thread.join()
