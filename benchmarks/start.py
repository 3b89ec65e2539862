"""Processor time from the start of ``constitution run`` until its first question goes out."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks import ours

ROUNDS = 5
PROMPTS = 50


def start(_: str = "") -> Iterator[str]:
    """A new process each time, stopped at its first question, which a socket of ours takes instead of the server."""
    times = sorted(_until_the_first_question() for _ in range(ROUNDS))
    yield f"constitution run, {PROMPTS} prompts, until the first question: median of {ROUNDS}"
    yield f"  {median(times):.2f} s of processor time (lowest {times[0]:.2f}, highest {times[-1]:.2f})"


def _until_the_first_question() -> float:
    with TemporaryDirectory(dir=Path.cwd()) as folder, socket.create_server(("127.0.0.1", 0)) as listener:
        _project(Path(folder), listener.getsockname()[1])
        command = [sys.executable, "-m", "constitution", "run", "revise", "--prompts", "prompts.jsonl", "--out", "out",
                   "--model", ours.MODEL, "-q"]  # fmt: skip
        with subprocess.Popen(command, cwd=folder, env=_environment(), stderr=subprocess.DEVNULL) as running:
            try:
                listener.settimeout(60)
                connection, _ = listener.accept()
                with connection:
                    connection.recv(1)
                    return _processor_time(running.pid)
            finally:
                running.kill()


def _project(folder: Path, port: int) -> None:
    """A project with prompts and an endpoint at this port."""
    settings = f'[endpoints.here]\nwire = "openai"\nbase_url = "http://127.0.0.1:{port}/v1"\n'
    (folder / "constitution.toml").write_text(settings)
    lines = (json.dumps({"prompt": text}) + "\n" for text in ours.texts(PROMPTS))
    (folder / "prompts.jsonl").write_text("".join(lines))


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("CONSTITUTION_")}


def _processor_time(process: int) -> float:
    """Seconds of user and system time that the process has used; Linux keeps them in clock ticks."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
