"""Servers on loopback, and projects that ask them: what the tests over HTTP share."""

from __future__ import annotations

import hashlib
import json
import os
import socket
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

EXAMPLES = Path(__file__).parent.parent / "examples" / "prompts.jsonl"
KEYS = ("ANTHROPIC_API_KEY", "OPENAI_API_KEY", "CONSTITUTION_LEDGER", "CONSTITUTION_DEBUG", "FORCE_COLOR")
BASE = {"openai": "/v1", "anthropic": ""}
"""What a wire's ``base_url`` has after the host."""


@dataclass(frozen=True)
class Asked:
    """One request as it came over the wire."""

    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]

    @property
    def words(self) -> str:
        """All that was said, as JSON."""
        return json.dumps(self.body["messages"])


@dataclass(frozen=True)
class Answer:
    """What goes back."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"content-type": "application/json"})

    @classmethod
    def of(cls, value: Any, status: int = 200, **headers: str) -> Answer:
        """A JSON answer; header names are written with underscores."""
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        return cls(json.dumps(value).encode(), status, {"content-type": "application/json", **named})


class Here(ThreadingHTTPServer):
    """Answers every POST by a plain function and keeps what came in."""

    daemon_threads = True

    def __init__(self, answer: Callable[[Asked], Answer]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = answer
        self.seen: list[Asked] = []

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that leave are no news."""


class _Handler(BaseHTTPRequestHandler):
    server: Here

    def do_POST(self) -> None:
        """Note the request, send the answer."""
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        asked = Asked(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
        self.server.seen.append(asked)
        answer = self.server.answer(asked)
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet."""


@contextmanager
def here(answer: Callable[[Asked], Answer]) -> Iterator[Here]:
    """A server that answers while the block runs."""
    with Here(answer) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield running
        finally:
            running.shutdown()
            thread.join()


def refused_port() -> int:
    """A port on loopback where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def chat(text: str | None = "Because.", finish: str = "stop", *, model: str = "m", **message: Any) -> dict[str, Any]:
    """A chat completion."""
    choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": text, **message}}
    return {"id": "c-1", "object": "chat.completion", "created": 1, "model": model, "choices": [choice],
            "usage": {"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7}}  # fmt: skip


def note(text: str | None = "Because.", stop: str = "end_turn", *, model: str = "m", **more: Any) -> dict[str, Any]:
    """A message of the Messages wire."""
    blocks = [] if text is None else [{"type": "text", "text": text}]
    return {"id": "m-1", "type": "message", "role": "assistant", "model": model, "stop_reason": stop,
            "stop_sequence": None, "content": blocks, "usage": {"input_tokens": 5, "output_tokens": 2},
            **more}  # fmt: skip


def whole(asked: Asked, text: str = "Because.") -> Answer:
    """A whole answer in the wire that was asked in."""
    return Answer.of(note(text) if asked.path.endswith("/messages") else chat(text))


def settings(folder: Path, url: str, wire: str = "openai", **more: str) -> Path:
    """The folder as a project whose endpoint ``local`` is at this address."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = {"wire": wire, "base_url": f"{url}{BASE[wire]}", **more}
    text = "\n".join(f'{name} = "{value}"' for name, value in lines.items())
    (folder / "constitution.toml").write_text(f"[endpoints.local]\n{text}\n")
    return folder


def rows(number: int) -> list[dict[str, Any]]:
    """The example prompts, and after them variations of them: all different, as many as wanted."""
    examples = [json.loads(line) for line in EXAMPLES.read_text(encoding="utf-8").splitlines()]
    return [_varied(examples[place % len(examples)], place // len(examples)) for place in range(number)]


def _varied(row: dict[str, Any], turn: int) -> dict[str, Any]:
    if not turn:
        return row
    said = f" I ask for the {turn + 1}. time."
    if "messages" in row:
        *before, last = row["messages"]
        return {**row, "messages": [*before, {**last, "content": last["content"] + said}]}
    name = "prompt" if "prompt" in row else "instruction"
    return {**row, name: row[name] + said}


def write_rows(path: Path, number: int) -> Path:
    """The prompts as a file."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows(number)), encoding="utf-8")
    return path


def command(*arguments: str | Path) -> list[str]:
    """The command line in a process of its own."""
    return [sys.executable, "-m", "constitution", *map(str, arguments)]


def clean_environment(**more: str) -> dict[str, str]:
    """The environment without keys of whoever runs the tests."""
    return {name: value for name, value in os.environ.items() if name not in KEYS} | more


def counts(url: str) -> dict[str, Any]:
    """What the simulator's server has counted."""
    with urllib.request.urlopen(f"{url}/stats", timeout=10) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


def forget(url: str) -> None:
    """The simulator's server counts from nothing."""
    urllib.request.urlopen(urllib.request.Request(f"{url}/stats/reset", method="POST"), timeout=10).close()


def hashes(folder: Path) -> dict[str, str]:
    """Every file below the folder, but for the one with the clock in it, with its hash."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "calls.parquet")
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
