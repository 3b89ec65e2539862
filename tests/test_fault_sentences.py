"""The sentence that ends a run, word for word: what happened, what is saved, what may be paid twice, how to go on."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from constitution.cli import main
from tests.endpoints_here import Answer, Asked, Here, chat, here, settings, write_rows
from tests.test_faults import simulated

RUN = ("run", "--prompts", "prompts.jsonl", "--out", "out", "--model", "local:plain", "--concurrency", "1", "-q")
PRICES = '[prices."local:plain"]\ninput = 10.0\noutput = 20.0\n'


@dataclass(frozen=True)
class Ending:
    """A run of four prompts, one call at a time, whose calls meet with something from the fifth on."""

    code: int
    said: str
    """On standard error; ``<root>`` is the project, ``<url>`` the provider, ``$<n>`` money."""
    then: Callable[[Asked], Answer] = simulated
    flags: tuple[str, ...] = field(default=())


def status(number: int, kind: str, message: str) -> Callable[[Asked], Answer]:
    """An answer with this status and this error."""
    return lambda asked: Answer.of({"error": {"type": kind, "message": message}}, number)


def interrupted(*numbers: int) -> Callable[[Asked], Answer]:
    """The signals come while this call is in flight, one after the other; it is answered, late."""

    def answer(asked: Asked) -> Answer:
        for number in numbers:
            os.kill(os.getpid(), number)
            time.sleep(0.3)
        return simulated(asked)

    return answer


DONE = "2 of 4 prompts are done and 4 new replies are kept"
FURTHER = "2 of 4 prompts are done and 5 new replies are kept"
AGAIN = "run the same command again to go on"
RAISE = "raise the cap and run again to go on, kept replies cost nothing again: constitution " + " ".join(RUN)
ENDINGS = {
    "prompts that are not taken": Ending(
        3,
        "2 of 4 prompts failed (fault:quarantined 2), most often: <url>/v1: 422 invalid_request_error: too odd; "
        "out/ holds the other 2; run again to ask what may work now, with --retry-faults also what the provider would "
        "not take",
        status(422, "invalid_request_error", "too odd"),
    ),
    "a cap on calls": Ending(
        4,
        f"4 calls went out, and --max-calls allows no more; {DONE}; {RAISE} --max-calls 8",
        flags=("--max-calls", "4"),
    ),
    "a cap on money": Ending(
        4,
        "the next call may cost up to $<n>, more than is left of the $<n> that --max-cost allows; this run spent $<n>; "
        f"0 of 4 prompts are done and 2 new replies are kept; {RAISE} --max-cost <n>",
        flags=("--max-cost", "0.05"),
    ),
    "too many failures": Ending(
        4,
        "2 prompts failed, 1 may; the last: draft: <url>/v1: 400 invalid_request_error: too odd; see to that, or let "
        f"more fail with a higher --max-failures; 4 of 4 prompts are done and 4 new replies are kept; {AGAIN}",
        status(400, "invalid_request_error", "too odd"),
        ("--max-failures", "1"),
    ),
    "another model": Ending(
        4,
        "local:plain was asked, and cheaper-2 answered; ask for that model by its name, or let any model answer by "
        f"leaving out --pin-model; {FURTHER}; {AGAIN}",
        lambda asked: Answer.of(chat(model="cheaper-2")),
        ("--pin-model",),
    ),
    "a key that opens nothing": Ending(
        5,
        f"<url>/v1: 401 authentication_error: no such key; check the key and what it may use; {DONE}; {AGAIN}",
        status(401, "authentication_error", "no such key"),
    ),
    "a spent limit": Ending(
        5,
        "<url>/v1: 429 insufficient_quota: you have spent all of it; raise the limit or add credit at the provider; "
        f"{DONE}; {AGAIN}",
        status(429, "insufficient_quota", "you have spent all of it"),
    ),
    "a model that is gone": Ending(
        5,
        f"<url>/v1: 404 model_not_found: no model of that name; check the model's name; {DONE}; {AGAIN}",
        status(404, "model_not_found", "no model of that name"),
    ),
    "Ctrl-C": Ending(130, f"stopped by Ctrl-C; {FURTHER}; {AGAIN}", interrupted(signal.SIGINT)),
    "SIGTERM": Ending(130, f"stopped by SIGTERM; {FURTHER}; {AGAIN}", interrupted(signal.SIGTERM)),
    "Ctrl-C twice": Ending(
        130,
        f"stopped by Ctrl-C; {DONE}; 1 call may have been paid for without an answer; {AGAIN}",
        interrupted(signal.SIGINT, signal.SIGINT),
    ),
}
"""How runs end, and what they say then."""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of four prompts, as the working folder."""
    monkeypatch.delenv("CONSTITUTION_LEDGER", raising=False)
    monkeypatch.chdir(tmp_path)
    write_rows(tmp_path / "prompts.jsonl", 4)
    return tmp_path


def ended(project: Path, server: Here, capsys: pytest.CaptureFixture[str], *flags: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of a run against this server."""
    settings(project, server.url)
    with (project / "constitution.toml").open("a") as file:
        file.write(PRICES)
    code = main([*RUN, *flags])
    told = capsys.readouterr()
    said = told.err.replace(server.url, "<url>").replace(str(project), "<root>")
    return (
        code,
        told.out,
        re.sub(r"\$[\d.]*\d|(?<=--max-cost )[\d.]+", lambda found: "$<n>"[found[0][0] != "$" :], said),
    )


@pytest.mark.parametrize("name", ENDINGS)
def test_how_a_run_ended_is_said_in_one_sentence_that_helps(
    name: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ending = ENDINGS[name]

    def answer(asked: Asked) -> Answer:
        return ending.then(asked) if len(server.seen) >= 5 else simulated(asked)

    with here(answer) as server:
        code, _, said = ended(project, server, capsys, *ending.flags)

    assert (code, said) == (ending.code, f"error: {ending.said}\n")
