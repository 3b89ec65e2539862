"""Execution: a command decides about answers, is held while it does, and is remembered like any reply."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import constitution
from constitution.api.order import Order
from constitution.api.preparing import prepare
from constitution.cli import main
from constitution.core.asking import Reply, Request, drive
from constitution.core.execution import Outcome
from constitution.core.records import Message
from constitution.core.trail import Pair, Response, Trail
from constitution.errors import BadFile, CallFailed, Mistake, NotFound, ProviderGone
from constitution.ledger import read_ledger
from constitution.providers.command import Commands
from constitution.providers.command.ground import emptied
from constitution.providers.command.kit import Command
from constitution.providers.endpoints import read_settings
from constitution.recipe import chain
from constitution.stages.blocks import fenced, taken
from constitution.stages.execute import execute
from constitution.stages.screen import screen
from tests import scenes

EXAMPLE = Path(__file__).parent.parent / "examples" / "json-answers"
SECRET = "canary-7f3a91c2"
"""Put where a key would be, and looked for everywhere."""
PROBE = (
    "import ctypes, os, sys; os.geteuid() or os.setuid(65534); sys.exit(ctypes.CDLL(None).unshare(0x70020000) and 1)"
)
"""Asked without any of our code, so that a mistake in it skips no test."""
held = pytest.mark.skipif(
    subprocess.run([sys.executable, "-c", PROBE], check=False, capture_output=True).returncode != 0,
    reason="the kernel gives no namespaces",
)


def python(code: str, **more: Any) -> Command:
    """A command that runs this code."""
    return Command(argv=("python3", "-I", "-c", code), **more)


def ended(command: Command, answer: str = "", root: Path | None = None) -> Outcome:
    """How the command ends on this answer to a prompt."""

    async def asked() -> Reply:
        provider = Commands({"it": command}, root)
        return await provider.answer(request(provider, answer))

    return Outcome.model_validate_json(asyncio.run(asked()).text)


def request(provider: Commands, answer: str) -> Request:
    """What the stage asks."""
    said = (Message(role="user", content="A question?"), Message(role="assistant", content=answer))
    return Request(model=f"command:{provider.pinned('it')}", messages=said)


def running(marker: str) -> list[str]:
    """Processes whose command line holds the marker."""
    lines = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.append(path.read_bytes().decode(errors="replace"))
        except OSError:  # it has ended meanwhile
            continue
    return [line for line in lines if marker in line and "launcher.py" not in line]


def gone(marker: str) -> bool:
    """Whether nothing with the marker runs any more, waited for as long as a busy machine may take to tell."""
    for _ in range(100):
        if not running(marker):
            return True
        time.sleep(0.05)
    return False


# What a command gets.


@held
def test_a_command_gets_the_answer_twice_the_prompt_and_its_files(tmp_path: Path) -> None:
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "one.txt").write_text("a case")
    code = (
        "import json, sys, os; answer = sys.stdin.read(); assert open('answer.txt', newline='').read() == answer; "
        "print(json.dumps([answer, json.load(open('prompt.json')), open('cases/one.txt').read(), os.getcwd()]))"
    )
    found = ended(python(code, files=("cases/one.txt",)), "An answer,\r\nwith Ünïcode.", tmp_path)

    assert found.passed, found.stderr
    answer, prompt, case, folder = json.loads(found.stdout)
    assert answer == "An answer,\r\nwith Ünïcode."
    assert prompt == [{"role": "user", "content": "A question?"}]
    assert case == "a case"
    assert not Path(folder).exists()


@held
@pytest.mark.parametrize("answer", ["", "x" * 3_000_000, "a\0b\x01\x1b[31m", "\u202e end", "- --help"])
def test_an_answer_arrives_as_it_is_however_long_or_odd(answer: str) -> None:
    found = ended(python("import sys, hashlib; print(hashlib.sha256(sys.stdin.buffer.read()).hexdigest())"), answer)
    file = ended(python("import hashlib; print(hashlib.sha256(open('answer.txt', 'rb').read()).hexdigest())"), answer)

    assert found.passed
    assert found.stdout == file.stdout


@held
def test_a_long_answer_may_be_left_unread() -> None:
    assert ended(python("pass"), "x" * 3_000_000).passed


@held
def test_a_command_knows_nothing_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "HF_TOKEN", "MY_CANARY"):
        monkeypatch.setenv(name, SECRET)
    found = ended(Command(argv=("env",)))

    assert {line.partition("=")[0] for line in found.stdout.splitlines()} == {"PATH", "LANG", "HOME"}
    assert SECRET not in found.text


@held
def test_a_command_cannot_read_the_environment_of_another_program_of_the_user() -> None:
    with subprocess.Popen(["sleep", "60"], env={"PATH": os.environ["PATH"], "KEY": SECRET}) as other:
        try:
            code = f"print(open('/proc/{other.pid}/environ').read())"
            outside = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
            found = ended(python(code))
        finally:
            other.kill()

    assert SECRET in outside
    assert not found.passed
    assert "PermissionError" in found.stderr


# What a command may not do.


@pytest.fixture
def port() -> Iterator[int]:
    """Where somebody listens on this machine."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@held
def test_a_command_has_no_network_unless_the_project_gives_it_one(port: int) -> None:
    code = f"import socket; socket.create_connection(('127.0.0.1', {port}), 5)"
    outside = subprocess.run([sys.executable, "-I", "-c", code], check=False, capture_output=True)
    without, with_one = ended(python(code)), ended(python(code, network=True))

    assert outside.returncode == 0
    assert without.exit == 1
    assert "Network is unreachable" in without.stderr
    assert with_one.passed, with_one.stderr
    assert (without.network, with_one.network) == (False, True)


CALLS = {
    # What a namespace of its own leaves open: to other programs of the user, to virtual machines, to keys.
    "socket of a file": ("import socket; socket.socket(socket.AF_UNIX)", "Permission denied"),
    "socket of a virtual machine": ("import socket; socket.socket(40, socket.SOCK_STREAM)", "Permission denied"),
    "socket of the kernel": ("import socket; socket.socket(socket.AF_NETLINK)", "Permission denied"),
    "pair that turns to a file": ("import socket; socket.socketpair(type=socket.SOCK_DGRAM)", "Permission denied"),
    "raw pair": ("import socket; socket.socketpair(type=socket.SOCK_RAW)", "Permission denied"),
    "ring": ("import ctypes, os; c = ctypes.CDLL(None, use_errno=True); c.syscall(425, 4, bytes(256)); "
             "raise OSError(os.strerror(ctypes.get_errno()))", "Function not implemented"),
    "a device": ("import os; os.open(os.path.join('/dev', 'ptmx'), os.O_RDWR)", "Permission denied"),
}  # fmt: skip


@held
@pytest.mark.parametrize("call", CALLS)
def test_a_command_speaks_to_nobody_else_on_this_machine(call: str) -> None:
    code, why = CALLS[call]
    found = ended(python(code))

    assert (found.exit, why in found.stderr) == (1, True), found.stderr


@held
def test_a_command_may_still_speak_to_its_own_processes_and_use_what_is_harmless() -> None:
    code = (
        "import asyncio, os, socket, subprocess\n"
        "asyncio.run(asyncio.sleep(0))\n"
        "a, b = socket.socketpair(); a.send(b'x'); assert b.recv(1) == b'x'\n"
        "assert subprocess.run(['cat'], input=b'y', capture_output=True).stdout == b'y'\n"
        "open('/dev/null', 'w').write('z'); assert os.urandom(1) and len(open('/dev/urandom', 'rb').read(1)) == 1"
    )
    found = ended(python(code))

    assert found.passed, found.stderr


@held
@pytest.mark.parametrize("kill", ["os.kill(0, 15)", "os.kill(1, 2); time.sleep(0.3); os.abort()", "os.killpg(0, 9)"])
def test_a_command_cannot_end_who_watches_it(kill: str) -> None:
    found = ended(python(f"import os, time; {kill}"))

    assert found.signal in (15, 6, 9)


def test_a_folder_is_emptied_however_deep_a_command_has_dug(tmp_path: Path) -> None:
    code = "import os\nfor _ in range(3000): os.mkdir('d'); open('f', 'w').close(); os.chdir('d')\nos.mkdir('e', 0)"
    (tmp_path / "other").mkdir()
    with emptied(str(tmp_path)):
        subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)
        (tmp_path / "link").symlink_to("/")

    assert not list(tmp_path.iterdir())


@held
def test_a_command_writes_in_its_own_folder_and_nowhere_else(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    for folder in tmp_path.parents:
        if folder.stat().st_uid == os.geteuid() and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o011)
    code = f"open('mine', 'w').write('x'); open({str(tmp_path / 'theirs')!r}, 'w')"
    found = ended(python(code))

    assert "Read-only file system" in found.stderr
    assert not list(tmp_path.iterdir())


@held
@pytest.mark.skipif(os.geteuid() != 0, reason="for root alone")
def test_a_command_of_root_is_run_as_nobody(tmp_path: Path) -> None:
    secret = Path("/root") if Path("/root").is_dir() else tmp_path
    found = ended(python(f"import os; print(os.stat('.').st_uid, os.getgroups()); os.listdir({str(secret)!r})"))

    assert found.stdout == "65534 []\n"
    assert "PermissionError" in found.stderr


LIMITS: dict[str, tuple[str, dict[str, Any]]] = {
    "time of a child": ("import os\nif os.fork() == 0:\n  while True: pass\nos.wait()", {"timeout": 1}),
    "memory": ("held = bytearray(2**29)", {"memory": 128}),
    "file size": ("open('large', 'wb').write(bytes(17 * 2**20))", {}),
    "processes": ("import os, time\nfor _ in range(60):\n  if os.fork() == 0: time.sleep(9)", {}),
    "open files": ("held = [open('answer.txt') for _ in range(300)]", {}),
    "time": ("import time; time.sleep(60)", {"timeout": 0.5}),
}


@held
@pytest.mark.parametrize("limit", LIMITS)
def test_a_command_that_takes_too_much_is_ended(limit: str) -> None:
    code, given = LIMITS[limit]
    start = time.monotonic()
    found = ended(python(code, **given))

    assert not found.passed
    assert time.monotonic() - start < 8
    assert found.timed_out == ("time" in limit.split())
    assert found.exit is None or found.exit == 1


@held
def test_the_kernel_holds_a_command_to_its_limits_too() -> None:
    names = ("CPU", "AS", "FSIZE", "NOFILE", "NPROC", "CORE")
    code = f"import resource as r; print(*(n for x in {names} for n in set(r.getrlimit(getattr(r, 'RLIMIT_' + x)))))"
    found = ended(python(code, timeout=2.5, memory=99))

    assert found.stdout.split() == ["4", str(99 * 2**20), str(16 * 2**20), "256", "35", "0"]


@held
def test_a_signal_that_ends_a_command_is_told() -> None:
    found = ended(Command(argv=("sh", "-c", "ulimit -c; kill -SEGV $$")))

    assert (found.exit, found.signal, found.stdout) == (None, 11, "0\n")
    assert found.told == "ended by signal 11"


@held
@pytest.mark.parametrize(("rest", "timeout"), [("time.sleep(60)", 1.0), ("sys.exit(3)", 10.0)])
def test_nothing_that_a_command_started_outlives_it(rest: str, timeout: float) -> None:
    marker = f"grandchild-{os.getpid()}-{time.monotonic_ns()}"
    code = (
        "import os, sys, time, subprocess\n"
        f"subprocess.Popen(['python3', '-c', 'import time; time.sleep(60)', {marker!r}], "
        f"start_new_session=True); time.sleep(0.3); {rest}"
    )
    found = ended(python(code, timeout=timeout))

    assert found.timed_out == (timeout == 1.0)
    assert gone(marker)


@held
def test_output_is_kept_up_to_its_cap_and_read_to_its_end() -> None:
    code = "import sys\nfor _ in range(400): sys.stdout.write('y' * 10_000); sys.stderr.write('n')"
    found = ended(python(code, output=2))

    assert found.passed
    assert (found.stdout, found.stderr) == ("y" * 2048, "n" * 400)
    assert found.cut == ("stdout",)


@held
def test_output_that_is_no_text_is_kept_with_marks() -> None:
    found = ended(python("import sys; sys.stdout.buffer.write(bytes(range(256)))"))

    assert found.stdout.startswith("\0\x01")
    assert found.stdout.endswith("\ufffd" * 128)
    assert Outcome.model_validate_json(found.text) == found


@held
def test_a_program_that_is_not_there_is_no_verdict_on_the_answer() -> None:
    with pytest.raises(CallFailed, match=r"could not be run: \./nothing"):
        ended(Command(argv=("./nothing",)))
    for program in ("surely-nothing", "/surely/nothing", "./nothing"):
        with pytest.raises(NotFound, match=f"no program {program}"):
            Commands({"it": Command(argv=(program,))}).ready()


@held
def test_a_program_may_be_one_of_its_own_files(tmp_path: Path) -> None:
    (tmp_path / "check").write_text("#!/bin/sh\nexec grep -q yes\n")
    command = Command(argv=("./check",), files=("check",))
    with pytest.raises(NotFound, match=r"no program \./check") as told:
        Commands({"it": command}, tmp_path).ready()
    (tmp_path / "check").chmod(0o755)
    Commands({"it": command}, tmp_path).ready()

    assert "files" in told.value.remedy
    assert [ended(command, answer, tmp_path).exit for answer in ("oh yes", "no")] == [0, 1]


@held
def test_a_command_ends_with_a_call_that_is_given_up() -> None:
    marker = f"given-up-{os.getpid()}"

    async def given_up() -> None:
        provider = Commands({"it": Command(argv=("python3", "-c", "import time; time.sleep(60)", marker))})
        call = asyncio.create_task(provider.answer(request(provider, "")))
        for _ in range(200):
            await asyncio.sleep(0.02)
            if running(marker):
                break
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call

    asyncio.run(given_up())

    assert gone(marker)


ALONE = """
import asyncio, sys
from constitution.core.asking import Request
from constitution.core.records import Message
from constitution.providers.command import Commands
from constitution.providers.command.kit import Command
provider = Commands({"it": Command(argv=("python3", "-c", "import time; time.sleep(60)", sys.argv[1]))})
asked = Request(model=f"command:{provider.pinned('it')}", messages=(Message(role="assistant", content=""),))
asyncio.run(provider.answer(asked))
"""


@held
def test_a_command_does_not_outlive_a_run_that_was_killed() -> None:
    marker = f"orphan-{os.getpid()}"
    with subprocess.Popen([sys.executable, "-c", ALONE, marker]) as run:
        for _ in range(200):
            time.sleep(0.05)
            if len(running(marker)) > 1:  # the run itself has the marker too
                break
        run.kill()

    assert gone(marker)


NO_NAMESPACES = """
import ctypes, os, sys
user = os.getuid()
assert ctypes.CDLL(None).unshare(0x10000000) == 0
open("/proc/self/setgroups", "w").write("deny")
open("/proc/self/uid_map", "w").write(f"0 {user} 1")
open("/proc/sys/user/max_user_namespaces", "w").write("0")
import asyncio
from constitution.core.asking import Request
from constitution.core.records import Message
from constitution.errors import CallFailed, Mistake
from constitution.providers.command import Commands
from constitution.providers.command.kit import Command
for network in (False, True):
    provider = Commands({"it": Command(argv=("python3", "-c", "print('ran')"), network=network)})
    asked = Request(model=f"command:{provider.pinned('it')}", messages=(Message(role="assistant", content=""),))
    for attempt in (provider.ready, lambda: print(asyncio.run(provider.answer(asked)).text)):
        try:
            attempt()
        except (CallFailed, Mistake) as error:
            print(type(error).__name__, error.sentence)
code = "echo begun; setsid sleep 40 & sh -c 'sleep 60; true' $0 & wait"
provider = Commands({"it": Command(argv=("sh", "-c", code, sys.argv[1]), network=True, timeout=1)})
asked = Request(model=f"command:{provider.pinned('it')}", messages=(Message(role="assistant", content=""),))
print(asyncio.run(provider.answer(asked)).text)
"""


@held
def test_without_namespaces_nothing_runs_but_what_may_have_the_network() -> None:
    marker = f"uncontained-{os.getpid()}"
    command = [sys.executable, "-c", NO_NAMESPACES, marker]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    if "max_user_namespaces" in done.stderr:
        pytest.skip("this kernel does not let a namespace set its own limit")
    refused, failed, ran, late = done.stdout.splitlines()

    assert refused.startswith("Mistake commands cannot be held: the kernel gives no namespaces of our own")
    assert "network = true under [commands.it]" in refused
    assert failed.startswith("CallFailed the command it could not be run: ")
    assert (Outcome.model_validate_json(ran).stdout, Outcome.model_validate_json(ran).contained) == ("ran\n", False)
    assert Outcome.model_validate_json(late) == Outcome(timed_out=True, network=True, contained=False, stdout="begun\n")
    assert gone(marker)


# Who a command is.


def test_a_command_is_another_one_once_its_words_files_or_limits_change(tmp_path: Path) -> None:
    check = tmp_path / "check.py"
    check.write_text("pass")
    names = [Commands({"it": Command(argv=("a",), **more)}, tmp_path).pinned("it")
             for more in ({}, {}, {"timeout": 3}, {"memory": 99}, {"output": 1}, {"network": True},
                          {"files": ["check.py"]})]  # fmt: skip
    check.write_text("fail")
    names.append(Commands({"it": Command(argv=("a",), files=("check.py",))}, tmp_path).pinned("it"))
    names.append(Commands({"it": Command(argv=("a", "b"))}, tmp_path).pinned("it"))

    assert names[0] == names[1]
    assert len(set(names[1:])) == len(names) - 1
    assert all(name.startswith("it@") and len(name) == 15 for name in names)


def test_a_command_that_was_edited_meanwhile_is_not_run(tmp_path: Path) -> None:
    asked = request(Commands({"it": python("pass")}), "")

    with pytest.raises(ProviderGone, match="edited meanwhile"):
        asyncio.run(Commands({"it": python("print()")}).answer(asked))


@pytest.mark.parametrize("name", ["/etc/passwd", "../other", "folder/../kept", "answer.txt", "linked", "folder"])
def test_files_of_a_command_lie_in_the_project(name: str, tmp_path: Path) -> None:
    (tmp_path / "linked").symlink_to("/etc/passwd")
    (tmp_path / "folder").mkdir()
    (tmp_path / "kept").write_text("")

    with pytest.raises(BadFile, match=r"constitution\.toml: commands\.it\.files"):
        Commands({"it": Command(argv=("a",), files=(name,))}, tmp_path).check("it")


BROKEN = {
    "argv = []": "argv",
    "argv = 'python3 check.py'": "argv",
    "argv = ['a']\ntimeout = 0": "timeout",
    "argv = ['a']\nmemory = '1 GB'": "memory",
    "argv = ['a']\nnetwork = 1": "network",
    "argv = ['a']\nshell = true": "shell",
}


@pytest.mark.parametrize("text", BROKEN)
def test_a_mistake_in_the_table_of_commands_is_told_with_its_key(text: str, tmp_path: Path) -> None:
    (tmp_path / "constitution.toml").write_text(f"[commands.it]\n{text}\n")

    with pytest.raises(BadFile, match=rf"commands\.it\.{BROKEN[text]}") as told:
        read_settings(tmp_path / "constitution.toml")
    assert "a command is argv = " in told.value.remedy


# The stage.

BRIEF = scenes.brief(commands={"tests": "command:tests@0123456789ab"})
TESTED = "Here:\n\n```python\nprint(1)\n```\n"


def trail(chosen: str = TESTED, rejected: str = "worse") -> Trail:
    """A trail with its pair."""
    begun = Trail.start(scenes.prompt())
    worse, better = (Response(text=text, origin="model", step=f"s{place}") for place, text in
                     enumerate((rejected, chosen)))  # fmt: skip
    made = Pair.of(begun, chosen=better, rejected=worse, principles=(), strategy="revision_over_draft")
    return begun.plus(responses=(worse, better)).but(pair=made)


def staged(
    outcomes: Callable[[str], Outcome | CallFailed], of: Trail | None = None, **settings: Any
) -> tuple[Trail, list[str]]:
    """The trail after this stage and the last, and the texts that the command was run on; outcomes are by text."""
    asked: list[str] = []

    def answer(request: Request) -> Reply | CallFailed:
        asked.append(request.messages[-1].content)
        found = outcomes(asked[-1])
        if isinstance(found, CallFailed):
            return found
        return Reply(text=found.text, model_returned="command:tests@0123456789ab")

    stage = chain([("execute", execute(BRIEF, command="tests", **settings)), ("screen", screen(BRIEF))])
    return drive(stage(of or trail()), answer), asked


def exits(code: int, stderr: str = "") -> Callable[[str], Outcome]:
    """The command ends so whatever the text."""
    return lambda text: Outcome(exit=code, stderr=stderr)


def test_an_answer_that_passes_keeps_its_pair_and_gets_a_step() -> None:
    found, asked = staged(exits(0), block="python")
    step = found.steps[-1]

    assert (found.fate, found.pair) == ("paired", trail().pair)
    assert asked == ["print(1)\n"]
    assert (step.kind, step.agent, step.provider, step.model) == ("execute", "program", "command", "tests@0123456789ab")
    assert (step.params, step.inputs) == ({"answer": "chosen", "block": "python", "passed": True}, ("s1",))


def test_an_answer_that_fails_makes_no_pair_and_its_last_line_is_the_reason() -> None:
    found, _ = staged(exits(1, "Traceback\n  \x1b[31mcase 3\x1b[0m: ‮no\n\n"))

    assert (found.fate, found.pair) == ("screened:execution", None)
    assert found.reason == r"tests: the chosen answer fails: exit 1; \x1b[31mcase 3\x1b[0m: \u202eno"
    assert [(each.check, each.severity) for each in found.findings] == [("execution", "refuse")]


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        (Outcome(timed_out=True), "out of time"),
        (Outcome(signal=9), "ended by signal 9"),
        (Outcome(exit=2, stderr="e" * 900), f"exit 2; {'e' * 200}…"),
        (Outcome(exit=0, timed_out=True), "out of time"),
    ],
)
def test_whatever_is_no_exit_with_zero_is_no_pass(outcome: Outcome, reason: str) -> None:
    found, _ = staged(lambda text: outcome)

    assert (found.fate, found.reason) == ("screened:execution", f"tests: the chosen answer fails: {reason}")


def test_a_command_that_could_not_be_run_is_a_fault_and_no_verdict() -> None:
    found, _ = staged(lambda text: CallFailed("no ground"))

    assert (found.fate, found.reason) == ("fault:call", "execute: no ground")


def test_a_ledger_that_holds_something_else_is_a_fault() -> None:
    stage = chain([("execute", execute(BRIEF, command="tests"))])
    found = drive(stage(trail()), lambda request: Reply(text='{"exit": "zero"}', model_returned="command:tests"))

    assert found.fate == "fault:off_schema"


@pytest.mark.parametrize(
    ("passing", "expect", "fate"),
    [
        ({"better"}, "only_chosen_passes", "paired"),
        ({"better", "worse"}, "only_chosen_passes", "screened:execution"),
        ({"worse"}, "only_chosen_passes", "screened:execution"),
        ({"better"}, "chosen_passes", "paired"),
        ({"better", "worse"}, "chosen_passes", "paired"),
        (set(), "chosen_passes", "screened:execution"),
    ],
)
def test_both_answers_may_be_run_and_the_rejected_one_may_have_to_fail(
    passing: set[str], expect: str, fate: str
) -> None:
    def outcomes(text: str) -> Outcome:
        return Outcome(exit=0 if text in passing else 1)

    found, asked = staged(outcomes, trail("better"), on="both", expect=expect)
    warned = passing == {"better", "worse"} and fate == "paired"

    assert found.fate == fate
    assert asked == (["better", "worse"] if "better" in passing else ["better"])
    assert [step.params["passed"] for step in found.steps] == [text in passing for text in asked]
    assert [each.severity for each in found.findings] == (
        ["warn"] if warned else ["refuse"] if fate != "paired" else []
    )


def test_an_answer_without_the_block_is_not_run() -> None:
    found, asked = staged(exits(0), trail("```sh\nls\n```"), block="python")

    assert (found.fate, asked) == ("screened:execution", [])
    assert found.reason == "tests: the chosen answer holds no python block"


def test_what_is_out_of_the_ordinary_stands_in_the_step() -> None:
    found, _ = staged(lambda text: Outcome(exit=0, network=True, contained=False))

    assert found.steps[-1].params == {
        "answer": "chosen", "block": "none", "passed": True, "network": True, "contained": False,
    }  # fmt: skip


def test_only_the_chosen_answer_cannot_be_compared() -> None:
    with pytest.raises(Mistake, match="looks at both"):
        execute(BRIEF, command="tests", expect="only_chosen_passes")
    with pytest.raises(NotFound, match="names no command 'other'"):
        execute(BRIEF, command="other")


# Blocks.

PLAIN = st.text(st.characters(codec="utf-8", exclude_characters="`~\r"), max_size=40)


@given(PLAIN)
def test_an_answer_without_a_fence_stands_for_itself(text: str) -> None:
    assert [taken(text, block) for block in ("python", "json", "any", "none")] == [text] * 4


@given(st.lists(st.tuples(st.sampled_from(["json", "python", "", "sh"]), PLAIN), min_size=1, max_size=4),
       st.sampled_from(["```", "~~~~"]))  # fmt: skip
def test_blocks_come_out_as_they_went_in(blocks: list[tuple[str, str]], fence: str) -> None:
    written = "".join(f"Words.\n{fence}{name} title\n{code}\n{fence}\n" for name, code in blocks)
    found = list(fenced(written.replace(f"{fence} title", f"{fence}")))
    wanted = [code + "\n" for name, code in blocks if name == "json"]

    assert found == [(name, code + "\n") for name, code in blocks]
    assert taken(written, "json") == ("\n".join(wanted) if wanted else None)


def test_a_block_that_is_never_closed_ends_with_the_answer() -> None:
    assert list(fenced("```json\n[1]\n`` `\n~~~\n")) == [("json", "[1]\n`` `\n~~~\n")]
    assert list(fenced("    ```json\n[1]")) == []
    assert list(fenced("\u2028```json\n[1]\n```")) == [("", "")]


# The whole way.


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the example."""
    return shutil.copytree(EXAMPLE, tmp_path / "project")


def ordered(project: Path, **more: Any) -> dict[str, Any]:
    """The arguments of a run of the example."""
    return {"prompts": project / "prompts.jsonl", "root": project, "ledger": project / "ledger.db", **more}


@held
def test_the_example_runs_its_program_decides_and_its_data_are_the_same_by_the_ledger(project: Path) -> None:
    run = constitution.run("checked-json", **ordered(project, out=project / "out", allow_commands=True))
    whys = sorted(trail.reason for trail in run.trails if trail.fate == "screened:execution")
    lock = json.loads((project / "out" / "provenance" / "recipe.lock.json").read_text())

    constitution.run("checked-json", **ordered(project, out=project / "again", allow_commands=True))
    data = [{path.name: path.read_bytes() for path in (project / out / "data").iterdir()} for out in ("out", "again")]

    assert run.fates == {"paired": 3, "no_violation": 1, "screened:execution": 2}
    assert run.cost == 0
    assert whys[0] == ("order-json: the chosen answer fails: exit 1; count must be of type int, and is 'two'")
    assert "no JSON" in whys[1]
    assert lock["commands"]["order-json"]["argv"] == ["python3", "-I", "check.py"]
    assert [view.trail.steps[-1].kind for view in run.pairs] == ["execute"] * 3
    assert data[0]
    assert data[0] == data[1]


@held
def test_a_replay_runs_nothing_and_an_edited_program_is_asked_anew(project: Path) -> None:
    first = constitution.run("checked-json", **ordered(project, allow_commands=True))
    again = constitution.run("checked-json", **ordered(project, allow_commands=True))
    check = project / "check.py"
    check.write_text(check.read_text() + "# a word more\n")
    edited = constitution.run("checked-json", **ordered(project, allow_commands=True))

    assert (again.asked, again.fates, again.run_id) == (0, first.fates, first.run_id)
    assert (edited.asked, edited.attempts) == (5, 5)
    assert edited.run_id != first.run_id


def test_without_the_flag_nothing_is_asked_and_a_plan_needs_none(project: Path) -> None:
    with pytest.raises(Mistake, match=r"order-json: python3 -I check\.py") as told:
        constitution.run("checked-json", **ordered(project))
    planned = constitution.plan("checked-json", **ordered(project))
    prepared = prepare(Order(recipe="checked-json", **ordered(project)), ready=False)

    assert prepared.commands.models.keys() == {"order-json"}
    assert not prepared.commands.providers  # so that nobody could run one
    assert "--allow-commands" in told.value.remedy
    assert not (project / "ledger.db").exists()
    assert planned.most > planned.least > 0
    assert planned.cost == 0


@held
def test_the_flag_stands_on_the_command_line(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    given = ["run", "checked-json", "--prompts", "prompts.jsonl", "--out", "out", "-q"]
    refused = main(given)
    said = capsys.readouterr().err
    allowed = main([*given, "--allow-commands"])
    ran = capsys.readouterr().out
    main(["plan", "checked-json", "--prompts", "prompts.jsonl", "-q"])

    assert (refused, allowed) == (2, 0)
    assert "python3 -I check.py" in said
    assert "3 paired" in ran
    assert "--allow-commands --out" in capsys.readouterr().out


def test_a_recipe_names_no_program_of_its_own_and_a_command_plays_no_role(project: Path) -> None:
    recipe = project / "pipelines" / "checked-json.yaml"
    text = recipe.read_text()
    with pytest.raises(NotFound, match="no command 'order-json' may be run here"):
        constitution.run("revise", **ordered(project, model="command:order-json", allow_commands=True))
    for wrong, said in (
        (text.replace("command: order-json", "command: other"), "names no command 'other'"),
        (text.replace("command: order-json", "command: [rm, -rf]"), "command"),
        (text.replace("      command: order-json\n", ""), "names no command"),
        (text.replace("      block: json", "      argv: [rm]"), "unknown setting 'argv'"),
        (text.replace("  - pair\n", "").replace("  - screen", "  - pair\n  - screen"), "runs a command on a pair"),
    ):
        recipe.write_text(wrong)
        with pytest.raises(BadFile, match=said) as told:
            constitution.plan("checked-json", **ordered(project))
        assert str(told.value.where).partition(":")[0].endswith("checked-json.yaml")


@held
def test_a_command_that_tells_all_it_knows_tells_no_secret(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "MY_CANARY"):
        monkeypatch.setenv(name, SECRET)
    (project / "check.py").write_text("import os, sys; print(dict(os.environ)); sys.exit(str(dict(os.environ)))")
    run = constitution.run("checked-json", **ordered(project, out=project / "out", limit=1, allow_commands=True))
    (trail,) = run.trails
    with closing(read_ledger(project / "ledger.db")) as ledger:
        entry = ledger.get(trail.steps[-1].request or "")
    assert entry is not None
    told = Outcome.model_validate_json(entry.reply.text)
    files = [path.read_bytes() for path in project.rglob("*") if path.is_file()]

    assert trail.fate == "screened:execution"
    assert "HOME" in told.stdout
    assert "'PATH': " in trail.reason
    assert not any(SECRET.encode() in each for each in (*files, trail.spelled(), entry.reply.text.encode()))


def test_a_command_with_network_is_noted(project: Path) -> None:
    settings = project / "constitution.toml"
    settings.write_text(settings.read_text() + "network = true\n")
    planned = constitution.plan("checked-json", **ordered(project))

    assert "the command order-json may reach the network, as constitution.toml says" in planned.notes
