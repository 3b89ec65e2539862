"""What the engine costs, each figure in a room of its own beside this file, as ratios within one run.

python -m benchmarks.engine            all of them
python -m benchmarks.engine cpu wall   these alone
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

from benchmarks import calls, memory, start
from benchmarks.replay import replay
from benchmarks.server import serving


def peak_memory(_: str) -> Iterator[str]:
    """Whether more prompts need more memory."""
    found = memory.peaks()
    yield f"peak memory of a run of {memory.FEW:,} prompts, and of {memory.MANY:,}"
    yield f"  {found.few:.0f} MiB, {found.many:.0f} MiB  {found.ratio:.2f} x"


FIGURES: dict[str, Callable[[str], Iterator[str]]] = {
    "cpu": calls.cpu,
    "wall": calls.wall,
    "start": start.start,
    "memory": peak_memory,
    "replay": replay,
}
"""A figure is handed the server's address and yields the lines that say it; a new one is one line here."""


def main() -> None:
    """Print the figures that are asked for."""
    with serving() as url:
        for name in sys.argv[1:] or FIGURES:
            for line in FIGURES[name](url):
                print(line, flush=True)


if __name__ == "__main__":
    main()
