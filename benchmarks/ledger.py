"""What one commit for all waiting replies saves over one commit each, both durable, as a ratio.

python benchmarks/ledger.py
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from contextlib import closing
from pathlib import Path

from constitution.core.asking import Reply
from constitution.core.digest import digest
from constitution.engine.recorder import Recorder
from constitution.ledger import Attempt, Entry, open_ledger

REPLIES = 1000
WAITING = 16
"""Calls that end at about the same time, as with ``--concurrency 16``."""
ROUNDS = 5


def entries() -> list[Entry]:
    """Replies of an ordinary size."""
    reply = Reply(text="word " * 200, model_returned="simulator:plain")
    return [Entry(digest(number), "simulator:plain", reply, "2026-01-01T00:00:00Z") for number in range(REPLIES)]


def one_by_one(path: Path) -> float:
    """Seconds for one commit a reply."""
    with closing(open_ledger(path)) as ledger:
        start = time.perf_counter()
        for entry in entries():
            ledger.keep([(entry, 0)])
        return time.perf_counter() - start


def together(path: Path) -> float:
    """Seconds with the recorder, as a run has it."""

    async def main() -> float:
        with closing(open_ledger(path)) as ledger:
            async with Recorder(ledger) as recorder:
                places = asyncio.Semaphore(WAITING)

                async def keep(entry: Entry) -> None:
                    async with places:
                        await recorder.keep(entry, Attempt(0, entry.digest, entry.time))

                start = time.perf_counter()
                await asyncio.gather(*(keep(entry) for entry in entries()))
                return time.perf_counter() - start

    return asyncio.run(main())


def main() -> None:
    """Time both in turn on the same disk."""
    ratios = []
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        for number in range(ROUNDS):
            single = one_by_one(Path(folder) / f"one-{number}.db")
            ratios.append(single / together(Path(folder) / f"many-{number}.db"))
    ratios.sort()
    print(f"{REPLIES} replies, {WAITING} at a time: one commit each takes {ratios[ROUNDS // 2]:.1f} times as long"
          f" (lowest {ratios[0]:.1f}, highest {ratios[-1]:.1f} of {ROUNDS} rounds)")  # fmt: skip


if __name__ == "__main__":
    main()
