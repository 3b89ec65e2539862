"""Signals, closed pipes and onlookers, with real processes: what they are told, and how to go on."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from constitution.api import Order, run
from constitution.api.signals import on_signals
from constitution.cli import main
from constitution.dataset.replace import MARKER, PROGRESS
from constitution.dataset.snapshot import Snapshot, read_snapshot, write_snapshot
from constitution.engine.progress import Progress
from constitution.errors import Interrupted
from constitution.ledger import read_ledger
from constitution.providers.simulator.serving import behaviour, serving

RUN = ("run", "revise", "--prompts", "prompts.jsonl", "--out", "out", "--model", "local:plain")
FEW = ("run", "--prompts", "prompts.jsonl", "--out", "out", "--max-candidates", "2", "-q")
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


NTH = """
import os, signal, sys
seen, when, numbers = 0, sys.argv.pop(1), [int(number) for number in sys.argv.pop(1).split(",")]
owner = os.getpid()

def step(event, given):
    global seen
    if begun and os.getpid() == owner:
        seen += 1
        if str(seen) == when or (event in ("import", "open") and os.path.basename(str(given[0])) == when):
            for number in numbers:
                os.kill(owner, number)

begun = 0
sys.addaudithook(step)
from constitution import cli

def loading(given, before=cli.loading):
    global begun
    before(given)
    begun = 1

cli.loading = loading
code = cli.main()
begun = 0
if when == "never":
    open("steps", "w").write(str(seen))
sys.exit(code)
"""
"""Runs the command, and sends the process signals at its n-th step, as far as Python tells of steps, or at an import
or at the opening of a file. It begins to count when our first line about signals has been run."""


def signalled(when: int | str, numbers: str, *arguments: str) -> tuple[int, str, str]:
    """The command, and what it said; the signals came at this step, at this import, at this file or never."""
    command = [sys.executable, "-c", NTH, str(when), numbers, *arguments]
    told = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return told.returncode, told.stdout, told.stderr


@SIGNALS
def test_a_signal_while_the_program_is_loaded_is_one_sentence(number: signal.Signals, name: str) -> None:
    code, out, err = signalled("constitution.cli.door", str(int(number)), *FEW)

    assert (code, out) == (130, "")
    assert err == f"error: stopped by {name}; every reply that was paid for is kept; run the same command again\n"
    assert not Path("out").exists()


@SIGNALS
def test_a_signal_while_preparing_says_that_nothing_was_asked(number: signal.Signals, name: str) -> None:
    code, out, err = signalled("prompts.jsonl", str(int(number)), *FEW, "--json")

    assert (code, err) == (130, "")
    assert json.loads(out)["errors"][0]["message"].startswith(f"stopped by {name} before anything was asked; ")


def test_a_signal_while_writing_says_that_the_dataset_is_not_there(project: Path) -> None:
    code, out, err = signalled("leaves.txt", "15", *FEW)

    assert (code, out) == (130, "")
    assert err.startswith("error: stopped by SIGTERM before the dataset was in its place; every reply is kept; ")
    assert not Path("out/README.md").exists()
    assert signalled("never", "2", *FEW, "--json")[0] == 0


@pytest.mark.parametrize("steps", [4, pytest.param(80, marks=[pytest.mark.slow, pytest.mark.timeout(600)])])
def test_a_signal_at_any_step_is_one_sentence_and_is_never_lost(project: Path, steps: int) -> None:
    given = (*FEW, "--json")
    assert signalled("never", "2", *given)[0] == 0
    shutil.rmtree("out")
    code, _, _ = signalled("never", "2", *given)
    last = int(Path("steps").read_text())  # with every reply in the ledger, as in all runs below: the first took more
    shutil.rmtree("out")
    assert code == 0

    for place in range(steps):
        number, name = [(signal.SIGINT, "Ctrl-C"), (signal.SIGTERM, "SIGTERM")][place % 2]
        code, out, err = signalled(1 + last * place // steps, str(int(number)), *given)
        document = json.loads(out)

        assert (code, err) == (130, ""), place
        assert document["errors"][0]["message"].startswith(f"stopped by {name}")
    assert signalled("never", "2", *given)[0] == 0


def test_two_signals_while_the_program_is_loaded_end_it_at_once(project: Path) -> None:
    given = FEW[:5]

    assert signalled(5, "2,15", *given) == (130, "", "error: stopped by Ctrl-C; run the same command again\n")
    code, out, err = signalled(5, "15,2", *given, "--json")
    assert (code, err, json.loads(out)["errors"][0]["kind"]) == (130, "", "interrupted")


def acts() -> tuple[object, object]:
    """What the signals do now."""
    return signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)


def test_in_a_loop_of_somebody_elses_program_signals_are_calls_and_afterwards_what_they_were() -> None:
    async def main() -> tuple[list[str], bool]:
        told: list[str] = []
        before = acts()
        with on_signals(told.append):
            os.kill(os.getpid(), signal.SIGTERM)
            os.kill(os.getpid(), signal.SIGINT)
            while len(told) < 2:
                await asyncio.sleep(0.01)
        return told, acts() == before

    before = acts()
    assert asyncio.run(main()) == (["SIGTERM", "Ctrl-C"], True)
    assert acts() == before


def test_a_signal_that_comes_too_late_for_the_loop_is_not_lost() -> None:
    async def main() -> None:
        with on_signals(lambda name: None):
            signal.raise_signal(signal.SIGINT)
        await asyncio.sleep(5)

    with pytest.raises(KeyboardInterrupt):
        asyncio.run(main())


def test_a_third_signal_does_not_wait_for_a_loop_that_is_stuck() -> None:
    async def main() -> None:
        with on_signals(lambda name: None):
            for _ in range(3):
                signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt, match="Ctrl-C"):
        asyncio.run(main())


def test_a_signal_wakes_a_loop_that_has_nothing_else_to_do() -> None:
    async def main() -> None:
        stop = asyncio.Event()
        with on_signals(lambda name: stop.set()):
            sender = subprocess.Popen(["sh", "-c", f"sleep 0.2; kill -TERM {os.getpid()}"])
            await asyncio.wait_for(stop.wait(), 20)
        sender.wait()

    began = time.monotonic()
    asyncio.run(main())
    assert time.monotonic() - began < 10


def test_importing_touches_no_signal() -> None:
    program = (
        "import signal; before = [signal.getsignal(n) for n in (2, 15)]\n"
        "import constitution.api, constitution.front, constitution.cli.door\n"
        "assert before == [signal.getsignal(n) for n in (2, 15)]"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_bug_while_asking_ends_with_70_and_says_what_is_saved(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = 0

    def breaks(asked: str, returned: str) -> bool:
        nonlocal seen
        seen += 1
        return 1 // (30 - seen) < 0

    monkeypatch.setattr("constitution.engine.strangers.is_stranger", breaks)
    given = ("run", "--prompts", "prompts.jsonl", "--out", "out", "-q", "--max-candidates", "40")
    code, out, err = said(capsys, *given)

    assert (code, out, err.count("\n")) == (70, "", 1)
    assert "a bug of constitution, not of yours (ZeroDivisionError)" in err
    assert " new replies are kept; run the same command again to go on" in err
    assert "ZeroDivisionError" in (project / ".constitution" / "bug.txt").read_text()
    monkeypatch.undo()
    monkeypatch.chdir(project)
    assert said(capsys, *given)[0] == 0


def in_a_notebook(*moments: Callable[[Progress], bool]) -> None:
    """A run inside a loop of the main thread, which gets a Ctrl-C at each of these moments."""
    seen: list[Progress] = []

    def press() -> None:
        for is_due in moments:
            while not (seen and is_due(seen[0])):
                time.sleep(0.05)
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    async def cell() -> None:
        order = Order(prompts=Path("prompts.jsonl"), model="local:plain", out=Path("out"), concurrency=4)
        run(order, watch=seen.append)

    threading.Thread(target=press, daemon=True).start()
    with closing(asyncio.new_event_loop()) as loop:
        loop.run_until_complete(cell())


def test_ctrl_c_in_a_notebook_lets_calls_in_flight_end_and_keeps_them(slow: str) -> None:
    with pytest.raises(Interrupted, match="stopped by Ctrl-C") as stopped:
        in_a_notebook(lambda progress: progress.asked >= 4)
    with closing(read_ledger(Path(".constitution/ledger.db"))) as ledger:
        assert 4 <= ledger.replies() < 100
        assert ledger.unsettled() == 0
        assert f"{ledger.replies()} new replies are kept" in stopped.value.remedy

    assert not [thread for thread in threading.enumerate() if thread.name == "constitution"]


def test_a_second_ctrl_c_in_a_notebook_gives_the_calls_up(project: Path) -> None:
    with serving(behaviour(latency=20)) as url:
        (project / "constitution.toml").write_text(f'[endpoints.local]\nwire = "openai"\nbase_url = "{url}/v1"\n')
        began = time.monotonic()
        with pytest.raises(Interrupted, match="stopped by Ctrl-C") as stopped:
            in_a_notebook(lambda progress: progress.attempts > 0, lambda progress: bool(progress.stopping))

    assert time.monotonic() - began < 15
    assert "may have been paid for without an answer" in stopped.value.remedy


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
