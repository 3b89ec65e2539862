"""The recorder: one commit for all that waits, each told what became of its own, intents noted before calls go out."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

import pytest

from constitution.core.asking import Reply, Request
from constitution.core.digest import text_digest
from constitution.core.records import Message
from constitution.engine.caller import Caller
from constitution.engine.progress import Progress
from constitution.engine.recorder import Recorder
from constitution.engine.retry import Patience
from constitution.errors import BrokenBody, ConstitutionError, Quarantined, Stopped, Transient
from constitution.ledger import Entry, Ledger, open_ledger, read_ledger
from constitution.ledger.opening import PAGE
from constitution.ledger.soundness import check
from constitution.ledger.survey import survey
from constitution.providers.scripted import Scripted

T = TypeVar("T")
TIME = "2026-01-01T00:00:00.000+00:00"


def recorded(path: Path, work: Callable[[Recorder], Awaitable[T]]) -> T:
    """What the work with a recorder over this ledger comes to."""

    async def main() -> T:
        with closing(open_ledger(path)) as ledger:
            async with Recorder(ledger) as recorder:
                return await work(recorder)

    return asyncio.run(main())


def entry(name: object, text: str = "yes") -> Entry:
    """A reply to the request of this name."""
    return Entry(text_digest(str(name)), "m:x", Reply.model_construct(text=text, model_returned="x"), TIME)


def commits(path: Path) -> int:
    """How many transactions stand in the write-ahead log: frames that say how large the file is after them."""
    log = path.with_name(path.name + "-wal").read_bytes()[32:]
    return sum(log[start + 4 : start + 8] != b"\0\0\0\0" for start in range(0, len(log), 24 + PAGE))


def test_begins_replies_and_ends_that_wait_together_are_one_commit(tmp_path: Path) -> None:
    async def work(recorder: Recorder) -> tuple[int, int]:
        attempts = await asyncio.gather(*(recorder.begin(text_digest(str(n)), TIME) for n in range(20)))
        before = commits(tmp_path / "l.db")
        await asyncio.gather(
            *(recorder.keep(entry(n), attempts[n]) for n in range(10)),
            *(recorder.fail(attempts[n], Transient("429")) for n in range(10, 15)),
            *(recorder.begin(text_digest(str(n)), TIME) for n in range(20, 30)),
        )
        return before, commits(tmp_path / "l.db") - before

    begun, after = recorded(tmp_path / "l.db", work)

    # The thread may have taken the first before the others were there.
    assert after <= 2
    assert begun <= 2 + 3, "the tables are three commits"
    assert check(tmp_path / "l.db").findings == ()
    ends = survey(tmp_path / "l.db").attempts
    assert (ends["kept"], ends["failed"], ends["unsettled"]) == (10, 5, 15)


def test_one_that_cannot_be_written_fails_alone(tmp_path: Path) -> None:
    async def work(recorder: Recorder) -> list[object]:
        attempts = await asyncio.gather(*(recorder.begin(text_digest(str(n)), TIME) for n in range(5)))
        texts = ["one", "\ud800", "three", "four"]
        return await asyncio.gather(
            *(recorder.keep(entry(n, text), attempts[n]) for n, text in enumerate(texts)),
            recorder.fail(attempts[4], Quarantined("400")),
            recorder.begin(text_digest("x"), TIME),
            return_exceptions=True,
        )

    told = recorded(tmp_path / "l.db", work)

    assert isinstance(told[1], ValueError)
    assert [told[0], *told[2:5]] == [True, True, True, None]
    with closing(read_ledger(tmp_path / "l.db")) as ledger:
        assert (ledger.replies(), ledger.set_aside(), ledger.unheard()) == (3, 1, 2)


def test_where_the_disk_is_nearly_full_no_call_goes_out_and_what_was_paid_for_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work(recorder: Recorder) -> Sequence[object]:
        attempts = [await recorder.begin(text_digest(str(n)), TIME) for n in range(3)]
        monkeypatch.setattr("constitution.ledger.store.RESERVE", 2**62)
        return await asyncio.gather(
            recorder.begin(text_digest("x"), TIME),
            recorder.keep(entry(0), attempts[0]),
            recorder.fail(attempts[1], BrokenBody("cut", body=b"{")),
            recorder.begin(text_digest("y"), TIME),
            return_exceptions=True,
        )

    told = recorded(tmp_path / "l.db", work)

    assert [type(each) for each in told] == [Stopped, bool, type(None), Stopped]
    assert "nearly full" in str(told[0])
    ends = survey(tmp_path / "l.db").attempts
    assert (ends["kept"], ends["broken"], ends["unsettled"]) == (1, 1, 1)


def test_what_is_handed_over_in_the_last_moment_is_written_and_afterwards_nothing_is_taken(tmp_path: Path) -> None:
    async def work(recorder: Recorder) -> tuple[Recorder, list[asyncio.Task[object]]]:
        attempts = [await recorder.begin(text_digest(str(n)), TIME) for n in range(50)]
        return recorder, [asyncio.ensure_future(recorder.keep(entry(n), attempts[n])) for n in range(50)]

    async def main() -> None:
        with closing(open_ledger(tmp_path / "l.db")) as ledger:
            async with Recorder(ledger) as recorder:
                _, tasks = await work(recorder)
                await asyncio.sleep(0)
            assert await asyncio.gather(*tasks) == [True] * 50
            with pytest.raises(ConstitutionError, match="nobody writes"):
                await recorder.begin("0" * 64, TIME)

    asyncio.run(main())
    with closing(read_ledger(tmp_path / "l.db")) as ledger:
        assert (ledger.replies(), ledger.unheard()) == (50, 0)


def question(number: int) -> Request:
    """One of several questions."""
    return Request(model="scripted:m", messages=(Message(role="user", content=f"Why {number}?"),))


def caller_over(recorder: Recorder, ledger: Ledger, provider: Scripted) -> Caller:
    """A caller with this provider alone."""
    return Caller(
        ledger, recorder, lambda name: provider, concurrency=4,
        patience=Patience(attempts=2, first=0.0), progress=Progress(), watch=lambda progress: None,
    )  # fmt: skip


def test_a_power_cut_at_any_call_leaves_its_intent_and_every_reply_that_counted(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    counted: set[str] = set()
    cuts: list[tuple[Path, str, set[str]]] = []

    def answer(request: Request) -> Reply:
        """The disk as it is while this call is out; the write-ahead log may be in the middle of a write."""
        copy = tmp_path / f"{len(cuts)}.db"
        for ending in ("", "-wal"):
            shutil.copy(path.with_name(path.name + ending), copy.with_name(copy.name + ending))
        cuts.append((copy, request.digest, set(counted)))
        return Reply(text=request.messages[0].content, model_returned="m")

    async def main() -> None:
        with closing(open_ledger(path)) as ledger:
            async with Recorder(ledger) as recorder:
                caller = caller_over(recorder, ledger, Scripted(answer))

                async def ask(number: int) -> None:
                    await caller.reply(question(number))
                    counted.add(question(number).digest)

                await asyncio.gather(*(ask(number) for number in range(24)))

    asyncio.run(main())
    assert len(cuts) == 24
    for copy, asked, held in cuts:
        with closing(sqlite3.connect(copy)) as db:
            begun = {digest for (digest,) in db.execute("SELECT digest FROM attempts WHERE outcome IS NULL")}
            kept = {digest for (digest,) in db.execute("SELECT digest FROM replies")}
        assert asked in begun, "what is sent was noted before"
        assert held <= kept
        assert asked not in kept
        assert len(begun) <= 4 + 4, "those in flight, and those whose reply is being kept"
        assert check(copy).findings == ()


def test_a_reply_that_was_handed_over_counts_though_its_call_is_given_up_before_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "l.db"

    async def main() -> tuple[Reply, Progress, int]:
        with closing(open_ledger(path)) as ledger, closing(sqlite3.connect(path, isolation_level=None)) as other:

            def answer(request: Request) -> str:
                other.execute("BEGIN IMMEDIATE")  # from now on nothing is written
                return "yes"

            async with Recorder(ledger) as recorder:
                caller = caller_over(recorder, ledger, Scripted(answer))
                asked = asyncio.ensure_future(caller.reply(question(0)))
                while not other.in_transaction or caller.progress.in_flight:
                    await asyncio.sleep(0)
                caller.halt(Stopped("enough"))
                caller.abandon()
                await asyncio.sleep(0.01)
                other.execute("ROLLBACK")
                reply = await asked
                return reply, caller.progress, ledger.unheard()

    reply, progress, unheard = asyncio.run(main())
    assert (reply.text, progress.asked, unheard) == ("yes", 1, 0)


class Odd(Reply):
    """A reply that can be looked at and not written."""

    def model_dump_json(self, **options: Any) -> str:
        """Its JSON, once."""
        if options:
            raise ValueError("odd")
        return super().model_dump_json()


def test_no_call_goes_out_in_the_place_of_one_whose_reply_could_not_be_written(tmp_path: Path) -> None:
    provider = Scripted(lambda request: Odd(text="yes", model_returned="m"))

    async def main() -> tuple[list[object], Caller]:
        with closing(open_ledger(tmp_path / "l.db")) as ledger:
            async with Recorder(ledger) as recorder:
                caller = Caller(
                    ledger, recorder, lambda name: provider, concurrency=1,
                    patience=Patience(), progress=Progress(), watch=lambda progress: None,
                )  # fmt: skip
                asked = [asyncio.ensure_future(caller.reply(question(number))) for number in range(3)]
                return await asyncio.gather(*asked, return_exceptions=True), caller

    ends, caller = asyncio.run(main())
    assert len(provider.asked) == 1
    assert isinstance(ends[0], ValueError)
    assert caller.lost == 1
    assert caller.progress.in_flight == 0


def test_each_call_that_was_never_heard_of_again_is_counted_even_if_a_later_one_was_answered(tmp_path: Path) -> None:
    path, lost = tmp_path / "l.db", {question(number).digest for number in range(3)}

    def answer(request: Request) -> Reply:
        if request.digest in lost:
            lost.remove(request.digest)
            raise Transient("dropped", maybe_paid=True)
        return Reply(text="yes", model_returned="m")

    async def main() -> None:
        with closing(open_ledger(path)) as ledger:
            async with Recorder(ledger) as recorder:
                caller = caller_over(recorder, ledger, Scripted(answer))
                await asyncio.gather(*(caller.reply(question(number)) for number in range(5)))

    asyncio.run(main())
    with closing(read_ledger(path)) as ledger:
        assert (ledger.replies(), ledger.unheard(), ledger.unsettled()) == (5, 3, 0)
    found = survey(path)
    assert (found.attempts["unsettled"], found.unanswered) == (3, 0)
