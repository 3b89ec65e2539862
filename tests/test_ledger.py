"""The ledger: durable, append only, one writer at a time, and never a traceback from a file of something else."""

from __future__ import annotations

import multiprocessing
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from constitution.core.asking import Reply
from constitution.errors import BadFile, Occupied, Stopped
from constitution.ledger import Attempt, Entry, open_ledger, read_ledger
from constitution.ledger.opening import MIGRATIONS
from tests.locks import locked

TIME = "2026-01-01T00:00:00.000+00:00"


def entry(digest: str = "a", text: str = "yes") -> Entry:
    """A reply as it is kept."""
    return Entry(digest, "simulator:plain", Reply(text=text, model_returned="simulator:plain"), TIME, 2)


def test_a_kept_reply_is_there_after_the_file_was_closed(tmp_path: Path) -> None:
    with closing(open_ledger(tmp_path / "l.db")) as ledger:
        ledger.keep([(entry(), 1)])

    with closing(read_ledger(tmp_path / "l.db")) as ledger:
        assert ledger.get("a") == entry()
        assert ledger.get("b") is None


def test_of_two_replies_to_one_request_the_first_stays(tmp_path: Path) -> None:
    with closing(open_ledger(tmp_path / "l.db")) as ledger:
        ledger.keep([(entry(text="first"), 1)])
        ledger.keep([(entry(text="second"), 2)])
        kept = ledger.get("a")

    assert kept is not None
    assert kept.reply.text == "first"


def test_the_attempt_that_brought_a_second_reply_is_a_duplicate(tmp_path: Path) -> None:
    with closing(open_ledger(tmp_path / "l.db")) as ledger:
        ledger.begin([Attempt(number, "a", TIME) for number in (1, 2, 3)])
        told = ledger.keep([(entry(text="first"), 1), (entry(text="second"), 2)]) | ledger.keep([(entry(), 3)])
        unsettled = ledger.unsettled()
    with closing(sqlite3.connect(tmp_path / "l.db")) as db:
        outcomes = [outcome for (outcome,) in db.execute("SELECT outcome FROM attempts ORDER BY number")]

    assert told == {2, 3}
    assert outcomes == ["kept", "duplicate", "duplicate"]
    assert unsettled == 0


def test_a_call_that_never_ended_is_counted_until_its_reply_is_kept(tmp_path: Path) -> None:
    with closing(open_ledger(tmp_path / "l.db")) as ledger:
        ledger.begin([Attempt(1, "a", TIME), Attempt(2, "b", TIME)])
        before = ledger.unsettled()
        ledger.keep([(entry(), 1)])

        assert (before, ledger.unsettled()) == (2, 1)


def test_a_request_set_aside_is_remembered_until_it_is_forgotten(tmp_path: Path) -> None:
    with closing(open_ledger(tmp_path / "l.db")) as ledger:
        ledger.begin([Attempt(1, "a", TIME)])
        ledger.end([Attempt(1, "a", TIME, "quarantined", "400: too long")])
        before = ledger.quarantined("a")
        ledger.forget_quarantine()

        assert (before, ledger.quarantined("a")) == ("400: too long", None)


def test_a_reply_of_another_digest_version_is_not_found(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    with closing(open_ledger(path)) as ledger:
        ledger.keep([(entry(), 1)])
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE replies SET digest_version = 0")

    with closing(read_ledger(path)) as ledger:
        assert ledger.get("a") is None


def _hold(path: Path, ready: multiprocessing.synchronize.Event, done: multiprocessing.synchronize.Event) -> None:
    with closing(open_ledger(path)):
        ready.set()
        done.wait(30)


def test_a_second_writer_is_refused_with_the_process_of_the_first(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ready, done = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(tmp_path / "l.db", ready, done))
    other.start()
    try:
        assert ready.wait(30)
        with pytest.raises(Occupied, match=f"process {other.pid} is writing"):
            open_ledger(tmp_path / "l.db")
        with closing(read_ledger(tmp_path / "l.db")) as ledger:
            assert ledger.get("a") is None
    finally:
        done.set()
        other.join()


def test_the_lock_dies_with_its_process(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ready, done = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(tmp_path / "l.db", ready, done))
    other.start()
    assert ready.wait(30)
    other.kill()
    other.join()

    with closing(open_ledger(tmp_path / "l.db")) as ledger:
        assert ledger.unsettled() == 0


@pytest.mark.parametrize("mode", ["NORMAL", "EXCLUSIVE"])
@pytest.mark.parametrize("there", [True, False])
def test_a_ledger_that_another_program_has_locked_is_named_after_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str, there: bool
) -> None:
    monkeypatch.setattr("constitution.ledger.store.WAIT", 0.1)
    path = tmp_path / "l.db"
    if there:
        open_ledger(path).close()
    with locked(path, mode):
        said = r"l\.db: the ledger cannot be \w+: another program has kept it locked for 0\.1 s"
        with pytest.raises(Stopped, match=said) as why, closing(open_ledger(path)) as ledger:
            ledger.begin([Attempt(1, "a", TIME)])
        assert "sqlite3 shell" in why.value.remedy

    with closing(open_ledger(path)) as ledger:
        ledger.begin([Attempt(1, "a", TIME)])


def test_reading_a_ledger_that_another_program_has_to_itself_is_no_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("constitution.ledger.store.WAIT", 0.1)
    open_ledger(tmp_path / "l.db").close()
    with locked(tmp_path / "l.db", "EXCLUSIVE"), pytest.raises(Stopped, match="another program has kept it locked"):
        read_ledger(tmp_path / "l.db").get("a")


def test_a_file_that_is_no_ledger_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    path.write_text("This is a letter to my aunt. " * 100)

    with pytest.raises(BadFile, match="not a ledger"):
        open_ledger(path)
    assert path.read_text().startswith("This is a letter")


def test_a_ledger_from_the_future_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")

    with pytest.raises(BadFile, match="newer than"):
        open_ledger(path)


def test_a_place_that_cannot_be_written_stops_before_anything_is_paid(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(Stopped, match="cannot be written"):
        open_ledger(tmp_path / "file" / "l.db")


@pytest.mark.parametrize("name", ["a b.db", "100%.db", "what?.db", "a#b.db", "ü.db"])
def test_any_file_name_will_do(name: str, tmp_path: Path) -> None:
    with closing(open_ledger(tmp_path / name)) as ledger:
        ledger.keep([(entry(), 1)])

    assert (tmp_path / name).exists()
