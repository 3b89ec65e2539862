"""Signals, closed pipes and onlookers, with real processes: what they are told, and how to go on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from constitution.cli import main
from constitution.dataset.replace import MARKER, PROGRESS
from constitution.dataset.snapshot import Snapshot, read_snapshot, write_snapshot
from constitution.providers.simulator.serving import behaviour, serving

RUN = ("run", "revise", "--prompts", "prompts.jsonl", "--out", "out", "--model", "local:plain")
Started = subprocess.Popen[str]
SIGNALS = pytest.mark.parametrize(("number", "name"), [(signal.SIGINT, "Ctrl-C"), (signal.SIGTERM, "SIGTERM")])


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with many prompts, as the working folder."""
    monkeypatch.delenv("CONSTITUTION_LEDGER", raising=False)
    monkeypatch.chdir(tmp_path)
    rows = (json.dumps({"prompt": f"What is the number {place} good for?"}) for place in range(400))
    (tmp_path / "prompts.jsonl").write_text("\n".join(rows))
    return tmp_path


@pytest.fixture
def slow(project: Path) -> Iterator[str]:
    """A server that the project knows as ``local`` and that takes its time."""
    with serving(behaviour(latency=0.2)) as url:
        (project / "constitution.toml").write_text(f'[endpoints.local]\nwire = "openai"\nbase_url = "{url}/v1"\n')
        yield url


@pytest.fixture
def start() -> Iterator[Callable[..., Started]]:
    """Starts commands; whatever still runs at the end is killed."""
    started: list[Started] = []

    def given(*arguments: str) -> Started:
        command = [sys.executable, "-m", "constitution", *arguments]
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
        return started[-1]

    yield given
    for process in started:
        with process:
            process.kill()


def until(holds: Callable[[], bool], process: Started) -> None:
    """Wait until something holds; the process must go on meanwhile."""
    end = time.monotonic() + 30
    while not holds():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.02)


def listens(process: Started) -> bool:
    """Whether it has an action of its own for the signal, by what the system says; SIGINT has one from the start."""
    told = Path(f"/proc/{process.pid}/status")
    if not told.exists():
        time.sleep(0.3)
        return True
    (caught,) = (line.split()[1] for line in told.read_text().splitlines() if line.startswith("SigCgt"))
    return bool(int(caught, 16) >> (signal.SIGTERM - 1) & 1)


def asking(process: Started) -> None:
    """Wait until replies have come in."""
    until(lambda: (found := read_snapshot(Path("out"))) is not None and found.asked > 0, process)


def ended(process: Started) -> tuple[int, str, str]:
    """Exit code, standard output and standard error."""
    out, err = process.communicate(timeout=60)
    assert "Traceback" not in err
    return process.returncode, out, err


@SIGNALS
def test_the_first_signal_lets_calls_in_flight_end(
    slow: str, start: Callable[..., Started], number: signal.Signals, name: str
) -> None:
    running = start(*RUN, "--concurrency", "4")
    asking(running)
    running.send_signal(number)
    code, out, err = ended(running)
    *notes, said = err.splitlines()

    assert (code, out) == (130, "")
    assert any("stopping once the calls in flight have ended" in note for note in notes)
    assert said.startswith(f"error: stopped by {name}; ")
    assert "new replies are kept" in said
    assert "paid for without an answer" not in said
    assert "run the same command again to go on" in said


def test_the_second_signal_stops_now_and_says_what_may_be_lost(project: Path, start: Callable[..., Started]) -> None:
    with serving(behaviour(latency=20)) as url:
        (project / "constitution.toml").write_text(f'[endpoints.local]\nwire = "openai"\nbase_url = "{url}/v1"\n')
        running = start(*RUN)
        until(lambda: (found := read_snapshot(Path("out"))) is not None and found.in_flight > 0, running)
        time.sleep(0.5)
        began = time.monotonic()
        running.send_signal(signal.SIGINT)
        time.sleep(0.5)
        assert running.poll() is None
        running.send_signal(signal.SIGINT)
        code, _, err = ended(running)

    assert code == 130
    assert time.monotonic() - began < 10
    assert "may have been paid for without an answer" in err


def test_what_was_stopped_goes_on_and_asks_nothing_twice(slow: str, start: Callable[..., Started]) -> None:
    few = (*RUN, "--max-candidates", "12", "--json", "-q")
    running = start(*few)
    asking(running)
    running.send_signal(signal.SIGTERM)
    stopped, out, _ = ended(running)
    kept = read_snapshot(Path("out"))
    again, told, _ = ended(start(*few))
    data = json.loads(told)["data"]

    assert (stopped, json.loads(out)["errors"][0]["kind"]) == (130, "interrupted")
    assert kept is not None
    assert kept.state in ("stopped", "writing")  # the signal may come when the last reply has just come in
    assert again == 0
    assert data["reused"] == kept.asked
    assert not (Path("out") / PROGRESS).exists()


@SIGNALS
@pytest.mark.parametrize(
    "delay", [0.0, pytest.param(0.1, marks=pytest.mark.slow), pytest.param(0.3, marks=pytest.mark.slow)]
)
def test_a_signal_while_the_program_is_loaded_or_prepares_is_one_sentence(
    project: Path, start: Callable[..., Started], number: signal.Signals, name: str, delay: float
) -> None:
    # The prompts never come to an end, so that preparing does not either.
    os.mkfifo("endless.jsonl")
    running = start("run", "--prompts", "endless.jsonl", "--out", "out")
    until(lambda: listens(running), running)
    time.sleep(delay)
    running.send_signal(number)
    code, out, err = ended(running)

    assert out == ""
    assert not Path("out").exists()
    if code == -number:
        # While one handler hands over to the next, for some milliseconds, the signal ends the process without a word.
        assert err == ""
        return
    assert code == 130
    assert err.startswith(f"error: stopped by {name}")
    assert err.count("\n") == 1
    assert "run the same command again" in err


def test_a_signal_while_preparing_says_that_nothing_was_asked(start: Callable[..., Started]) -> None:
    os.mkfifo("endless.jsonl")
    running = start("run", "--prompts", "endless.jsonl", "--out", "out", "--json")
    with open("endless.jsonl", "w"):  # opens once the other side reads
        running.send_signal(signal.SIGTERM)
        code, out, _ = ended(running)

    assert code == 130
    assert json.loads(out)["errors"][0]["message"].startswith("stopped by SIGTERM before anything was asked; ")


def test_a_signal_that_whoever_started_us_ignores_is_ignored(project: Path) -> None:
    program = (
        "import signal, os; signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "from constitution.cli import main\n"
        "from constitution.cli import door\n"
        "os.kill(os.getpid(), signal.SIGINT)\n"
        "raise SystemExit(main(['--version']))\n"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert (told.returncode, told.stderr) == (0, "")


def test_a_command_in_this_process_puts_the_signals_back() -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)

    assert main(["run", "--prompts", "prompts.jsonl", "--out", "out", "--max-candidates", "1", "-q"]) == 0
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


@pytest.mark.parametrize("closing", [">&-", "2>&-", "| true", ">/dev/full"])
def test_a_closed_or_full_output_is_no_traceback_and_the_dataset_is_there(project: Path, closing: str) -> None:
    command = f"{sys.executable} -m constitution run --prompts prompts.jsonl --out out --max-candidates 3 {closing}"
    told = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False)

    assert told.returncode == (4 if "full" in closing else 0)
    assert "Traceback" not in told.stderr
    assert "Exception ignored" not in told.stderr
    assert Path("out/README.md").is_file()


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """A command in this process."""
    code = main(arguments)
    told = capsys.readouterr()
    return code, told.out, told.err


def test_show_tells_from_another_terminal_how_far_a_run_is(
    slow: str, start: Callable[..., Started], capsys: pytest.CaptureFixture[str]
) -> None:
    running = start(*RUN, "-q")
    asking(running)
    code, out, _ = said(capsys, "show", "out")
    data: dict[str, Any] = json.loads(said(capsys, "show", "out", "--json")[1])["data"]

    assert code == 0
    assert out.startswith(f"in progress: process {running.pid} is asking\n")
    assert "of 400 prompts" in out
    assert (data["state"], data["progress"]["alive"]) == ("unfinished", True)
    assert data["progress"]["asked"] > 0

    running.kill()
    running.wait()
    code, out, _ = said(capsys, "show", "out")
    assert code == 0
    assert out.startswith(f"unfinished: process {running.pid} has ended; run the same command again to go on\n")
    assert json.loads(said(capsys, "show", "out", "--json")[1])["data"]["progress"]["alive"] is False


def test_a_process_with_the_number_of_an_earlier_one_is_another(project: Path) -> None:
    here = Snapshot(run_id="r-1", started="then", time="now")

    assert here.alive
    assert here.but(born="1").alive is False
    assert here.but(pid=2**22 + 1).alive is False
    assert here.but(host="elsewhere").alive is None


def test_a_folder_in_which_a_run_began_and_left_no_figures_is_unfinished(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("out").mkdir()
    (Path("out") / MARKER).write_text('{"format": "constitution-run/1", "inputs": {}}')

    assert said(capsys, "show", "out")[:2] == (
        0, "unfinished: a run began here and left no figures; run the same command again to go on\n"
    )  # fmt: skip
    write_snapshot(Path("out"), Snapshot(run_id="r", started="a", time="b", host="elsewhere", pid=7))
    assert "process 7 of elsewhere may still be at it" in said(capsys, "show", "out")[1]


def test_a_finished_dataset_is_shown_while_another_run_is_to_replace_it(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said(capsys, "run", "--prompts", "prompts.jsonl", "--out", "out", "--max-candidates", "2", "-q")[0] == 0
    (Path("out") / MARKER).write_text('{"format": "constitution-run/1", "inputs": {}}')
    write_snapshot(Path("out"), Snapshot(run_id="r", started="a", time="b"))
    code, out, err = said(capsys, "show", "out")

    assert code == 0
    assert out.startswith("2 prompts")
    assert f"process {os.getpid()} is asking" in err
