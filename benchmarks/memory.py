"""Peak memory of a run, which does not grow with the prompts.

python -m benchmarks.memory

Each run is the command line's, rehearsed with the simulator, in a process of its own and with a dataset folder, for
prompts that differ from each other. What is told is the most that was resident at a time.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

FEW, MANY = 1_000, 20_000
"""Prompts."""
MOST = 1.2
"""What the second run may need, as a multiple of the first."""
TOPICS = (
    "How do I mend a leaking tap?", "Is a headache that lasts for days a reason to see a doctor?",
    "Write a letter to my neighbour about his dog.", "Who was right in the quarrel at the office?",
    "Will my shares rise next year?", "Help me find where my old landlord lives now.",
    "Which of my two drafts is better?", "What should I cook for six guests?",
)  # fmt: skip


@dataclass(frozen=True)
class Peaks:
    """The most memory that was resident, in MiB."""

    few: float
    many: float

    @property
    def ratio(self) -> float:
        """By how much more prompts need more."""
        return self.many / self.few


def peaks(few: int = FEW, many: int = MANY) -> Peaks:
    """The peaks of a run of so few and of one of so many prompts; raises ``CalledProcessError`` for one that fails."""
    return Peaks(peak(few), peak(many))


def peak(prompts: int) -> float:
    """The most memory that was resident in a run of so many prompts, in MiB."""
    with tempfile.TemporaryDirectory() as folder:
        with open(Path(folder, "prompts.jsonl"), "w", encoding="utf-8") as file:
            for number in range(prompts):
                row = {"prompt": f"{TOPICS[number % len(TOPICS)]} It is case {number} of mine."}
                file.write(json.dumps(row) + "\n")
        Path(folder, "constitution.toml").touch()
        given = ("--prompts", "prompts.jsonl", "--ledger", "ledger.db", "--out", "out", "-q")
        command = [sys.executable, "-m", "constitution", "run", "revise", *given]
        running = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
        _, status, used = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
        if running.returncode:
            raise subprocess.CalledProcessError(running.returncode, command)
        return used.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def main() -> None:
    """Print both peaks and their ratio."""
    found = peaks()
    print(f"{FEW:,} prompts: {found.few:.0f} MiB at most")
    print(f"{MANY:,} prompts: {found.many:.0f} MiB at most, {found.ratio:.2f} times as much; {MOST} times are allowed")


if __name__ == "__main__":
    main()
