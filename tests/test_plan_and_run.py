"""The plan says what the run does: of requests that a provider would not take, and of those that were erased."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from constitution.api import Order, Run, plan, run
from constitution.cli import main
from constitution.ledger.erasing import erase
from tests.endpoints_here import rows

TIME = "2026-01-01T00:00:00.000+00:00"


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Run]:
    """A ledger that holds all replies of a rehearsal, and that run."""
    folder = tmp_path_factory.mktemp("first")
    return folder / "l.db", run(of(folder / "l.db"))


def of(ledger: Path, *, retry_faults: bool = False) -> Order:
    """The order of these tests."""
    return Order(prompts=rows(10), ledger=ledger, root=ledger.parent, retry_faults=retry_faults)


def drafts(done: Run, *places: int) -> list[str]:
    """The digests of the first requests about the prompts at these places."""
    found = [next(step.request for step in done.trails[place].steps if step.request) for place in places]
    return [digest for digest in found if digest]


@pytest.fixture
def changed(first: tuple[Path, Run], tmp_path: Path) -> Path:
    """The ledger with the drafts of three prompts set aside, those of two erased, and that of one gone."""
    path, done = first
    ledger = Path(shutil.copy(path, tmp_path / "l.db"))
    with closing(sqlite3.connect(ledger)) as db, db:
        for digest in drafts(done, 0, 1, 2, 5):
            db.execute("DELETE FROM replies WHERE digest = ?", (digest,))
        for digest in drafts(done, 0, 1, 2):
            db.execute("INSERT INTO quarantine VALUES (?, '400: not this one', ?)", (digest, TIME))
    erase(ledger, drafts(done, 3, 4), because="a test", time=TIME)
    return ledger


@pytest.mark.parametrize(("retry_faults", "asked"), [(False, (5,)), (True, (0, 1, 2, 5))])
def test_what_was_set_aside_is_planned_only_where_it_is_tried_again_and_what_was_erased_never(
    first: tuple[Path, Run], changed: Path, retry_faults: bool, asked: tuple[int, ...]
) -> None:
    planned = plan(of(changed, retry_faults=retry_faults))
    done = run(of(changed, retry_faults=retry_faults))

    trails = first[1].trails
    assert planned.touched == tuple(trails[place].prompt.id for place in asked)
    assert (planned.least, done.asked) == (len(asked), len(asked))
    assert done.fates.get("fault:quarantined", 0) == 5 - (len(asked) - 1)
    assert planned.reused <= done.reused
    again = plan(of(changed, retry_faults=retry_faults))
    assert (again.least, again.most) == (0, 0)
    assert again.reused == run(of(changed, retry_faults=retry_faults)).reused


def test_the_command_says_the_same(
    changed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("prompts.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows(10)))
    told = []
    for flag in ([], ["--retry-faults"]):
        assert main(["plan", "--prompts", "prompts.jsonl", "--ledger", str(changed), "--json", *flag]) == 0
        told.append(json.loads(capsys.readouterr().out)["data"]["ask"]["min"])

    assert told == [1, 4]
