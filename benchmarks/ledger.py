"""What the ledger costs: commits together against one each, CPU a reply, bytes on disk, time to find a reply again.

python benchmarks/ledger.py
"""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from statistics import median

from constitution.core.asking import Reply, Usage
from constitution.core.digest import digest
from constitution.engine.recorder import Recorder
from constitution.ledger import Attempt, Entry, open_ledger, read_ledger

REPLIES = 500
MANY = 10_000
WAITING = 16
"""Calls that end at about the same time, as with ``--concurrency 16``."""
TOGETHER = 128
"""Writes of one commit where nobody has to wait: what the ledger itself can take."""
ROUNDS = 5
TIME = "2026-01-01T00:00:00.000+00:00"
PROSE = Path(__file__).parent.parent / "README.md"


def entries(number: int) -> list[Entry]:
    """Replies of an ordinary size: a walk from word to word as they follow each other in the README."""
    dice, after, words = random.Random(1), defaultdict(list), PROSE.read_text("utf-8").split()
    for word, following in pairwise(words):
        after[word].append(following)

    def reply() -> Reply:
        said = [dice.choice(words)]
        while len(said) < 120:
            said.append(dice.choice(after[said[-1]] or words))
        usage = Usage(input=dice.randrange(300, 900), output=dice.randrange(100, 300))
        return Reply(
            text=" ".join(said), model_returned="some-model-1", usage=usage, raw={"id": dice.randbytes(12).hex()}
        )

    return [Entry(digest(place), "local:some-model-1", reply(), TIME) for place in range(number)]


def one_by_one(path: Path, given: Sequence[Entry]) -> float:
    """Seconds for a commit before each call and one after it."""
    with closing(open_ledger(path)) as ledger:
        start = time.perf_counter()
        for number, entry in enumerate(given):
            ledger.begin([Attempt(number, entry.digest, TIME)])
            ledger.keep([(entry, number)])
        return time.perf_counter() - start


def together(path: Path, given: Sequence[Entry]) -> float:
    """Seconds with the recorder, as a run has it."""

    async def main() -> float:
        with closing(open_ledger(path)) as ledger:
            async with Recorder(ledger) as recorder:
                waiting = iter(given)

                async def work() -> None:
                    for entry in waiting:
                        await recorder.keep(entry, await recorder.begin(entry.digest, TIME))

                start = time.perf_counter()
                await asyncio.gather(*(work() for _ in range(WAITING)))
                return time.perf_counter() - start

    return asyncio.run(main())


def cpu(work: Callable[[], object]) -> float:
    """CPU seconds that the work takes."""
    start = time.process_time()
    work()
    return time.process_time() - start


def fill(path: Path, given: Sequence[Entry]) -> None:
    """The ledger holds these replies, with the attempts that brought them."""
    with closing(open_ledger(path)) as ledger:
        for start in range(0, len(given), TOGETHER):
            some = list(enumerate(given[start : start + TOGETHER], start))
            ledger.write(begun=[Attempt(number, entry.digest, TIME) for number, entry in some])
            ledger.write(kept=[(entry, number) for number, entry in some])


def commits(folder: Path) -> None:
    """Say what a commit for all that wait saves over one each."""
    given = entries(REPLIES)
    pairs = [
        (one_by_one(folder / f"one-{n}.db", given), together(folder / f"many-{n}.db", given)) for n in range(ROUNDS)
    ]
    ratios = sorted(single / many for single, many in pairs)
    print(f"{REPLIES} replies, {WAITING} at a time: one commit each takes {median(ratios):.1f} times as long"
          f" (lowest {ratios[0]:.1f}, highest {ratios[-1]:.1f} of {ROUNDS} rounds)")  # fmt: skip


def sizes(folder: Path) -> None:
    """Say what a reply costs in CPU, on disk, and to be found again."""
    given, path = entries(MANY), folder / "large.db"
    plain = sum(len(entry.reply.model_dump_json(exclude_defaults=True).encode()) for entry in given)
    wrote = cpu(lambda: fill(path, given))
    print(f"{MANY:,} replies, {TOGETHER} a commit: {MANY / wrote:,.0f} a CPU second, the note of each call included")
    print(
        f"plain text {plain / 1e6:.1f} MB, on disk {path.stat().st_size / 1e6:.1f} MB with digests, times and attempts"
    )
    with closing(read_ledger(path)) as ledger:
        wanted = random.Random(2).sample([entry.digest for entry in given], MANY)
        one = min(cpu(lambda: [ledger.get(name) for name in wanted]) for _ in range(3)) / MANY
    print(f"a reply is found in {one * 1e6:.0f} us")


def main() -> None:
    """Measure on the disk of the working folder."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        commits(Path(folder))
        sizes(Path(folder))


if __name__ == "__main__":
    main()
