"""Kill -9 while a server fails one call in eight: nothing is lost, and little is paid for twice."""

from __future__ import annotations

import json
import random
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from constitution.ledger.survey import survey
from constitution.providers.simulator.serving import behaviour, serving
from tests.endpoints_here import clean_environment, command, counts, forget, hashes, settings, write_rows

FAULTS = "429=0.03,429-bare=0.01,500=0.02,503=0.01,529=0.02,drop=0.02,cut=0.01,invalid=0.01"
"""13 attempts of 100."""
AT_ONCE = 8
PATIENCE = 120.0
"""Seconds that a test waits for a process, on a machine however busy."""

Moment = Callable[[], bool]
"""Whether the time to kill has come."""


@dataclass(frozen=True)
class Victim:
    """A project whose runs are killed."""

    folder: Path
    prompts: Path
    url: str

    @property
    def out(self) -> Path:
        """Where the dataset goes."""
        return self.folder / "out"

    def start(self) -> subprocess.Popen[str]:
        """The run, in a process of its own."""
        given = ("run", "--prompts", self.prompts, "--out", "out", "--model", "local:plain")
        flags = ("--concurrency", str(AT_ONCE), "--json", "-q")
        return subprocess.Popen(
            command(*given, *flags), cwd=self.folder, env=clean_environment(), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def finish(self) -> int:
        """The run goes to its end; how many replies it bought."""
        told, err = (running := self.start()).communicate(timeout=PATIENCE)
        assert (running.returncode, err) == (0, "")
        return int(json.loads(told)["data"]["asked"])

    def killed(self, moment: Moment) -> bool:
        """The run is killed when the moment comes; False where it ended before."""
        with self.start() as running:
            until = time.monotonic() + PATIENCE
            while running.poll() is None and not moment() and time.monotonic() < until:
                time.sleep(0.001)
            running.kill()
        return running.returncode == -9

    def asked_for(self, more: int) -> Moment:
        """The moment when the server has received so many further requests."""
        until = counts(self.url)["received"] + more

        def moment() -> bool:
            time.sleep(0.03)  # the server that is asked has other things to do
            return bool(counts(self.url)["received"] >= until)

        return moment

    def exporting(self, after: float) -> Moment:
        """The moment so many seconds after the new folder has appeared beside the old one."""
        beside, seen = self.folder / ".out.constitution-new", [0.0]

        def moment() -> bool:
            if not seen[0] and beside.exists():
                seen[0] = time.monotonic()
            return bool(seen[0]) and time.monotonic() >= seen[0] + after

        return moment


def after(seconds: float) -> Moment:
    """The moment so many seconds from now."""
    until = time.monotonic() + seconds
    return lambda: time.monotonic() >= until


def killed_again_and_again(
    tmp_path: Path,
    *,
    prompts: int,
    while_asking: int,
    while_starting: int,
    at_export: Sequence[float],
    wire: str = "openai",
    seed: int = 7,
) -> None:
    """The whole trial; the seed decides the moments and the faults."""
    dice = random.Random(seed)
    file = write_rows(tmp_path / "prompts.jsonl", prompts)
    with serving(behaviour(faults=FAULTS, seed=f"kill {seed}", latency=0.01, retry_after=0.05)) as url:
        calm = Victim(settings(tmp_path / "calm", url, wire), file, url)
        bought = calm.finish()
        undisturbed = counts(url)
        assert sum(undisturbed["faults"].values()) >= undisturbed["received"] * 0.08
        forget(url)

        victim = Victim(settings(tmp_path / "killed", url, wire), file, url)
        between = undisturbed["received"] // (while_asking + 1)
        moments: list[Callable[[], Moment]] = [
            *(lambda: victim.asked_for(dice.randint(between // 2, between)) for _ in range(while_asking)),
            *(lambda: after(dice.uniform(0.05, 0.8)) for _ in range(while_starting)),
        ]
        dice.shuffle(moments)
        moments += [partial(victim.exporting, seconds) for seconds in at_export]
        kills = sum(victim.killed(moment()) for moment in moments)
        victim.finish()
        counted = counts(url)

        assert kills == len(moments)
        assert hashes(victim.out) == hashes(calm.out)
        assert counted["distinct"] == undisturbed["distinct"] == bought
        assert counted["paid"] <= counted["distinct"] + counted["broken"] + kills * AT_ONCE
        # What was paid for and never came in is among what the ledger says may have been.
        held = survey(victim.folder / ".constitution" / "ledger.db")
        heard = sum(held.attempts[end] for end in ("kept", "duplicate", "broken"))
        dropped = sum(counted["faults"].get(fault, 0) for fault in ("drop", "cut"))
        assert held.replies == counted["distinct"]
        assert counted["paid"] - heard <= held.attempts["unsettled"] <= kills * AT_ONCE + dropped
        assert counted["max_concurrency"] <= 2 * AT_ONCE  # those of a killed run may still be there when the next asks

        # The finished dataset is replaced whole or not at all, and nothing is asked for it.
        assert victim.killed(victim.exporting(0.0))
        assert hashes(victim.out).items() >= hashes(calm.out).items()
        assert victim.finish() == 0
        assert counts(url)["received"] == counted["received"]
        assert hashes(victim.out) == hashes(calm.out)
        assert {path.name for path in victim.folder.iterdir()} == {"constitution.toml", "out", ".constitution"}


def test_a_run_that_is_killed_while_asking_and_while_writing_ends_as_if_it_had_not_been(tmp_path: Path) -> None:
    killed_again_and_again(tmp_path, prompts=40, while_asking=2, while_starting=0, at_export=(0.0,))


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("wire", ["openai", "anthropic"])
def test_twelve_kills_at_any_moment_leave_no_trace_in_the_data(tmp_path: Path, wire: str) -> None:
    killed_again_and_again(
        tmp_path, prompts=200, while_asking=7, while_starting=2, at_export=(0.0, 0.003, 0.01), wire=wire
    )
