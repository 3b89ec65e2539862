"""Replay of a finished run: every reply is in the ledger, nothing is asked, the dataset is written again.

python -m benchmarks.replay
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Any

from constitution.api import Order, run

PROMPTS = 2000
ROUNDS = 5
EXAMPLES = Path(__file__).parent.parent / "examples" / "prompts.jsonl"
TOP = 12
"""Lines of the profile."""


def replay(_: str = "") -> Iterator[str]:
    """Rows a second of a fresh process, from the first module of ours to the folder in its place; then what it does.

    No server takes part; every figure is handed the address of one.
    """
    with TemporaryDirectory(dir=Path.cwd()) as folder:
        made(Path(folder))
        told = [_fresh(folder, "once") for _ in range(ROUNDS)]
        profile = _fresh(folder, "profile")
    rows, asked = told[0]["rows"], told[0]["reused"]
    yield f"replay of {rows:,} prompts with {asked:,} replies, each round a new process: median of {ROUNDS}"
    for name, of in (("wall", "wall"), ("cpu", "processor")):
        speeds = sorted(rows / each[name] for each in told)
        yield (f"  {median(speeds):,.0f} rows a second of {of} time"
               f" (lowest {speeds[0]:,.0f}, highest {speeds[-1]:,.0f})")  # fmt: skip
    yield "  where the processor time goes, by the innermost file of ours:"
    for name, share in profile["rooms"][:TOP]:
        yield f"  {share:6.1%}  {name}"


def made(folder: Path, prompts: int = PROMPTS) -> None:
    """The folder holds so many different prompts, made of the examples, and a ledger with all that they need."""
    examples = [json.loads(line) for line in EXAMPLES.read_text(encoding="utf-8").splitlines()]
    rows = (_varied(row, number // len(examples)) for number, row in enumerate(islice(cycle(examples), prompts)))
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (folder / "prompts.jsonl").write_text(text, encoding="utf-8")
    run(order(folder))


def _varied(row: dict[str, Any], number: int) -> dict[str, Any]:
    """The row as another prompt."""
    more, name = f" (Case {number}.)", f"{row['id']}-{number}"
    if "messages" in row:
        *before, last = row["messages"]
        return {**row, "id": name, "messages": [*before, {**last, "content": last["content"] + more}]}
    asked = "prompt" if "prompt" in row else "instruction"
    return {**row, "id": name, asked: row[asked] + more}


def order(folder: Path) -> Order:
    """What is run and replayed: a rehearsal."""
    return Order(
        prompts=folder / "prompts.jsonl", ledger=folder / "ledger.db", out=folder / "out", root=folder, concurrency=64
    )


def _fresh(folder: str, how: str) -> dict[str, Any]:
    """What a new process tells of one replay."""
    command = [sys.executable, "-m", "benchmarks.replay", how, folder]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=Path(__file__).parent.parent)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _once(folder: Path) -> dict[str, Any]:
    """One replay, with its times in seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    done = run(order(folder))
    found = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    assert done.asked == 0, "a replay asks nothing"
    return {**found, "rows": len(done.trails), "reused": done.reused}


def _profiled(folder: Path) -> dict[str, Any]:
    """One replay, and the share of its processor time in each file of ours, by looking in every few milliseconds."""
    seen: Counter[str] = Counter()

    def look(_: int, frame: FrameType | None) -> None:
        while frame is not None and "/constitution/" not in frame.f_code.co_filename:
            frame = frame.f_back
        seen[frame.f_code.co_filename.rpartition("/constitution/")[2] if frame else "outside"] += 1

    signal.signal(signal.SIGPROF, look)
    signal.setitimer(signal.ITIMER_PROF, 0.001, 0.001)
    found = _once(folder)
    signal.setitimer(signal.ITIMER_PROF, 0)
    return {**found, "rooms": [(name, count / seen.total()) for name, count in seen.most_common()]}


def main() -> None:
    """Print the figure; with ``once`` or ``profile`` and a folder, do one replay and tell of it as JSON."""
    if len(sys.argv) > 2:
        found = _profiled(Path(sys.argv[2])) if sys.argv[1] == "profile" else _once(Path(sys.argv[2]))
        print(json.dumps(found))
        return
    for line in replay():
        print(line, flush=True)


if __name__ == "__main__":
    main()
