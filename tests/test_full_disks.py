"""Disks and locks, rows 17 and 18 of the fault matrix: full, read-only and limited disks, a second run on one ledger.

Row 17: a run stops before it pays, with exit 4, nothing is torn, and the same command goes on once there is room.
Row 18: a second run is refused with the process id of the first, and the lock dies with its process.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from constitution.cli import main
from constitution.core.asking import Reply
from constitution.core.digest import text_digest
from constitution.errors import Stopped
from constitution.ledger import Attempt, Entry, open_ledger, read_ledger
from constitution.ledger.soundness import check
from constitution.ledger.survey import survey
from constitution.providers.simulator.serving import behaviour, serving
from tests.endpoints_here import clean_environment, command, counts, settings, write_rows

TIME = "2026-01-01T00:00:00.000+00:00"
AT_ONCE = 8
SEVERAL = 6
MEGABYTE = 2**20
ROOM = 36 * MEGABYTE
"""Of a disk on which a run can begin: the reserve of the ledger, and a little more."""


@contextmanager
def small_disk(place: Path, size: int = ROOM) -> Iterator[Path]:
    """A disk of this size at this place; where none may be mounted, the test is skipped."""
    place.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(mounting, capture_output=True).returncode != 0:
        pytest.skip("a small disk can be mounted by root alone; limits on file sizes are tried everywhere")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def change(disk: Path, options: str) -> None:
    """The disk is as these options say from now on."""
    subprocess.run(["mount", "-o", f"remount,{options}", str(disk)], check=True)


@dataclass(frozen=True)
class Project:
    """A project whose ledger stands somewhere else."""

    folder: Path
    ledger: Path

    @classmethod
    def of(cls, folder: Path, url: str, ledger: Path, prompts: int) -> Project:
        """One of so many prompts, whose endpoint is at this address."""
        write_rows(settings(folder, url) / "prompts.jsonl", prompts)
        return cls(folder, ledger)

    @property
    def given(self) -> list[str]:
        """The words of its run."""
        folder = ["--prompts", str(self.folder / "prompts.jsonl"), "--out", str(self.folder / "out")]
        return ["run", *folder, "--ledger", str(self.ledger), "--model", "local:plain", "--json", "-q"]

    def start(self) -> subprocess.Popen[str]:
        """The run, in a process of its own."""
        return subprocess.Popen(
            command(*self.given, "--concurrency", str(AT_ONCE)), cwd=self.folder, env=clean_environment(), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip


Run = Callable[[Project], tuple[int, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a project to its end: the exit code, and what the error says; nothing else is said."""

    def to_its_end(project: Project) -> tuple[int, str]:
        monkeypatch.chdir(project.folder)
        code = main(project.given)
        told = capsys.readouterr()
        assert told.err == ""
        return code, " ".join(error["message"] for error in json.loads(told.out)["errors"])

    return to_its_end


def wait_for(moment: Callable[[], bool]) -> None:
    """Until the moment comes, or a minute is over."""
    until = time.monotonic() + 60
    while not moment() and time.monotonic() < until:
        time.sleep(0.02)


def filled(disk: Path, leave: int) -> Path:
    """A file that leaves so many bytes free on the disk."""
    ballast = disk / "ballast"
    free = os.statvfs(disk)
    with open(ballast, "wb") as file:
        file.truncate(0)
        os.posix_fallocate(file.fileno(), 0, free.f_bavail * free.f_frsize - leave)
    return ballast


def test_a_disk_without_room_or_that_is_read_only_stops_the_run_before_it_pays(tmp_path: Path, run: Run) -> None:
    with serving(behaviour()) as url, small_disk(tmp_path / "disk") as disk:
        victim = Project.of(tmp_path / "project", url, disk / "l.db", prompts=3)
        ballast = filled(disk, 30 * MEGABYTE)
        code, said = run(victim)
        assert (code, counts(url)["received"]) == (4, 0)
        assert f"{disk}: the disk is nearly full" in said
        assert "run the same command again" in said

        ballast.unlink()
        change(disk, "ro")
        code, said = run(victim)
        assert (code, counts(url)["received"]) == (4, 0)
        assert f"{victim.ledger}: the ledger cannot be written" in said
        assert (survey(victim.ledger).replies, check(victim.ledger).findings) == (0, ()), "it can be read"

        change(disk, "rw")
        assert run(victim)[0] in (0, 3)
        assert counts(url)["paid"] == counts(url)["distinct"] == survey(victim.ledger).replies


@pytest.mark.slow
def test_a_disk_that_fills_up_while_a_run_asks_stops_it_and_every_reply_that_was_paid_for_is_kept(
    tmp_path: Path, run: Run
) -> None:
    with serving(behaviour(latency=0.05)) as url, small_disk(tmp_path / "disk", 2 * ROOM) as disk:
        victim = Project.of(tmp_path / "project", url, disk / "l.db", prompts=200)
        with victim.start() as running:
            wait_for(lambda: counts(url)["paid"] >= 20)
            ballast = filled(disk, 20 * MEGABYTE)
            told, _ = running.communicate(timeout=60)
        paid = counts(url)["paid"]

        assert running.returncode == 4
        assert "the disk is nearly full" in json.loads(told)["errors"][0]["message"]
        assert paid == survey(victim.ledger).replies < 400
        assert survey(victim.ledger).attempts["unsettled"] == 0
        assert check(victim.ledger).findings == ()
        ballast.unlink()
        assert run(victim)[0] in (0, 3)
        assert counts(url)["paid"] == counts(url)["distinct"]


def acknowledged(path: Path, limit: int) -> int:
    """Replies that a ledger said it had kept until it took no more, where its files may have so many bytes."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        code = 70
        try:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
            fill(path, lambda: os.write(writing, b"."))
            code = 0
        except Stopped:
            code = Stopped.exit_code
        finally:
            os._exit(code)
    os.close(writing)
    with open(reading, "rb") as said:
        told = len(said.read())
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == (0 if told == SEVERAL else Stopped.exit_code)
    return told


def fill(path: Path, said: Callable[[], object] = lambda: None) -> None:
    """Several replies are kept, a commit each for the call and for what it brought; ``said`` is called after each."""
    with closing(open_ledger(path)) as ledger:
        for number in range(SEVERAL):
            attempt = Attempt(ledger.last_attempt() + 1, kept(number).digest, TIME)
            ledger.begin([attempt])
            ledger.keep([(kept(number), attempt.number)])
            said()


def kept(number: int) -> Entry:
    """A reply that does not pack well."""
    text = "".join(text_digest(f"{number} {part}") for part in range(40))
    return Entry(text_digest(f"{number}"), "m:x", Reply(text=text, model_returned="x"), TIME)


@pytest.mark.filterwarnings("ignore:.*use of fork:DeprecationWarning")
def test_a_ledger_that_may_not_grow_beyond_any_size_has_what_it_said_it_kept_and_goes_on(tmp_path: Path) -> None:
    limit, told = 0, list[int]()
    while not told or told[-1] < SEVERAL:
        path = tmp_path / f"{limit}.db"
        told.append(acknowledged(path, limit))
        with closing(open_ledger(path)) as ledger:
            assert [ledger.get(kept(n).digest) for n in range(told[-1])] == [kept(n) for n in range(told[-1])]
        assert check(path).findings == ()
        fill(path)
        assert (survey(path).replies, check(path).findings) == (SEVERAL, ())
        limit += 61_000

    assert told == sorted(told)
    assert len(set(told)) >= 4


def test_a_second_run_on_one_ledger_is_refused_with_the_process_of_the_first_and_asks_nothing(
    tmp_path: Path, run: Run
) -> None:
    with serving(behaviour(latency=0.3)) as url, serving(behaviour()) as elsewhere:
        first = Project.of(tmp_path / "first", url, tmp_path / "l.db", prompts=6)
        second = Project.of(tmp_path / "second", elsewhere, first.ledger, prompts=3)
        with first.start() as running:
            wait_for(lambda: counts(url)["received"] > 0)
            code, said = run(second)
            assert (code, counts(elsewhere)["received"]) == (2, 0)
            assert f"{first.ledger}: process {running.pid} is writing to this ledger" in said
            assert running.poll() is None
            running.kill()
        assert run(first)[0] in (0, 3), "the lock has died with its process"
        with closing(read_ledger(first.ledger)) as ledger:
            assert counts(url)["paid"] - ledger.replies() <= ledger.unheard() <= AT_ONCE
