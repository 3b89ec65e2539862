"""What the lanes and the caller owe to the fault matrix, and that nobody waits for anybody without need.

Row 1   told to wait: test_a_wait_is_at_least_what_is_asked_in_whatever_form,
        test_a_quota_that_is_told_of_is_never_passed; and test_lane.py: calls of one window halve the limit once
Row 2   a spent limit is no rate limit: test_a_spent_limit_is_never_asked_again_and_a_bare_429_is
Row 3   overload: test_a_provider_that_breaks_down_is_asked_by_one_probe_at_a_time_and_everything_ends_well; with
        test_faults.py: a thousand requests of which one in five fails end as if none had
Row 5   a key that opens nothing: test_a_refusal_for_good_stops_before_the_second_call
Row 6   no connection: test_a_host_that_is_away_for_a_while_costs_no_prompt; and test_faults.py, with sockets
Row 7   hung and trickling: test_a_call_that_hangs_is_cut_off_counts_as_a_loss_and_may_have_been_paid; and
        test_faults.py, with sockets
Row 20  clocks: test_a_wall_clock_that_jumps_changes_no_wait, test_times_in_the_ledger_are_in_utc,
        test_nothing_in_the_engine_waits_by_the_wall_clock
"""

from __future__ import annotations

import asyncio
import re
import sqlite3
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

import constitution.engine
from constitution.core.asking import Asking, Reply, Request, Stage
from constitution.core.records import Message, Prompt
from constitution.core.trail import Trail
from constitution.engine.caller import Caller
from constitution.engine.progress import Progress
from constitution.engine.recorder import Recorder
from constitution.engine.retry import Patience
from constitution.engine.run import run_trails
from constitution.errors import BrokenBody, CallFailed, ConstitutionError, ProviderGone, Transient
from constitution.ledger import open_ledger, read_ledger
from constitution.providers.allowances import Allowance, Quota
from constitution.providers.failures import failure, retry_after
from constitution.providers.keys import Key
from constitution.recipe import chain
from tests.scenes import prompt

Answer = Callable[[Request], Awaitable[str]]
QUICK = Patience(attempts=50, first=0.001, longest=0.01)


class Server:
    """A provider made of a coroutine; it keeps when each call came and went, and how many it had at once."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.running = 0
        self.most = 0
        self.calls: list[tuple[str, float, float]] = []
        """What was asked, and when the call came and ended."""
        self.said: Allowance | None = None

    def check(self, model: str) -> None:
        """Any model will do."""

    def ready(self) -> None:
        """No key is wanted."""

    def pinned(self, model: str) -> str:
        """A test's model is what it is."""
        return model

    def untaken(self, model: str) -> frozenset[str]:
        """Everything is taken."""
        return frozenset()

    def allowance(self) -> Allowance | None:
        """What the test says."""
        return self.said

    async def answer(self, request: Request) -> Reply:
        """The coroutine's answer; what it raises is raised."""
        self.running += 1
        self.most = max(self.most, self.running)
        began = time.monotonic()
        try:
            return Reply(text=await self._answer(request), model_returned="scripted:x")
        finally:
            self.running -= 1
            self.calls.append((words(request), began, time.monotonic()))

    async def close(self) -> None:
        """Nothing is open."""


def words(request: Request) -> str:
    """What is asked."""
    return request.messages[-1].content


def asks(times: int = 1, timeout: float = 60.0) -> Stage:
    """Each prompt asks so often, one question after the other."""

    def stage(trail: Trail) -> Asking[Trail]:
        for step in range(times):
            said = Message(role="user", content=f"{trail.prompt.messages[-1].content}/{step}")
            yield (Request(model="scripted:x", messages=(said,), timeout=timeout),)
        return trail.ends("no_violation", "")

    return chain([("asks", stage)])


def rows(number: int) -> tuple[Prompt, ...]:
    """So many prompts, named 0, 1 and on."""
    return tuple(prompt(str(place)) for place in range(number))


def run(
    server: Server,
    prompts: Sequence[Prompt],
    path: Path,
    *,
    stage: Stage | None = None,
    concurrency: int = 4,
    patience: Patience = QUICK,
) -> tuple[Sequence[Trail], Caller]:
    """A whole run, in half a minute at most."""

    async def main() -> tuple[Sequence[Trail], Caller]:
        with closing(open_ledger(path)) as ledger:
            async with Recorder(ledger) as recorder, asyncio.timeout(30):
                caller = Caller(ledger, recorder, lambda name: server, concurrency=concurrency, patience=patience,
                                progress=Progress(), watch=lambda progress: None)  # fmt: skip
                trails = await run_trails(stage or asks(), prompts, caller, workers=2 * concurrency)
                return list(trails), caller

    return asyncio.run(main())


def all_well(trails: Sequence[Trail]) -> bool:
    """No prompt has failed."""
    return {trail.fate for trail in trails} == {"no_violation"}


# who waits for whom


def test_no_stage_waits_for_another_row(tmp_path: Path) -> None:
    others, ended = 20, Counter[str]()
    all_others = asyncio.Event()

    async def answer(request: Request) -> str:
        row, _, step = words(request).partition("/")
        if row == "7" and step == "0":
            await all_others.wait()  # for ever, should one of the others wait for this row at any of their stages
        ended[row] += 1
        if sum(ended.values()) == 3 * others:
            all_others.set()
        return "ok"

    server = Server(answer)
    trails, _ = run(server, rows(others + 1), tmp_path / "l.db", stage=asks(3))
    slow = next(call for call in server.calls if call[0] == "7/0")
    meanwhile = [name for name, came, went in server.calls if slow[1] <= came and went <= slow[2]]

    assert all_well(trails)
    assert sum(not name.startswith("7/") for name in meanwhile) >= 3 * others - 3 * 4  # all that began after it


def told_to_wait(times: int, seconds: float, *, overloaded: bool = True) -> tuple[Answer, list[str]]:
    """Row 0 is told to wait so often; what was answered is listed."""
    answered: list[str] = []
    refused = 0

    async def answer(request: Request) -> str:
        nonlocal refused
        await asyncio.sleep(0)
        if words(request) == "0/0" and refused < times:
            refused += 1
            raise Transient("429", overloaded=overloaded, retry_after=seconds)
        answered.append(words(request))
        return "ok"

    return answer, answered


def test_a_row_that_backs_off_frees_its_place_even_the_only_one(tmp_path: Path) -> None:
    answer, answered = told_to_wait(3, 0.4)
    server = Server(answer)
    trails, caller = run(server, rows(30), tmp_path / "l.db", concurrency=1, patience=Patience(first=0.01))

    assert all_well(trails)
    assert answered.index("0/0") > 3, "others went out while it waited"
    assert (server.most, caller.progress.attempts, caller.progress.waiting) == (1, 33, 0)


def test_the_others_go_on_at_full_concurrency_while_a_row_backs_off(tmp_path: Path) -> None:
    backing_off, together = asyncio.Event(), asyncio.Event()
    server: Server

    async def answer(request: Request) -> str:
        if words(request) == "0/0" and not backing_off.is_set():
            backing_off.set()
            raise Transient("500", retry_after=0.6)
        if backing_off.is_set() and server.running == 4:
            together.set()
        if words(request) != "0/0":
            await together.wait()  # until four of the others are in flight at once
        return "ok"

    server = Server(answer)
    trails, _ = run(server, rows(12), tmp_path / "l.db", concurrency=4, patience=Patience(first=0.01))

    assert all_well(trails)
    assert server.calls[-1][0] == "0/0"


def test_a_row_that_is_tried_again_is_not_passed_by_newcomers_for_ever(tmp_path: Path) -> None:
    answer, answered = told_to_wait(1, 0.0)
    trails, _ = run(Server(answer), rows(100), tmp_path / "l.db", concurrency=2, patience=Patience(first=0.0))

    assert all_well(trails)
    assert answered.index("0/0") < 20


@pytest.mark.parametrize("concurrency", [1, 4])
def test_no_call_goes_out_before_the_reply_that_had_its_place_is_on_disk(tmp_path: Path, concurrency: int) -> None:
    kept: list[int] = []

    async def answer(request: Request) -> str:
        with closing(read_ledger(tmp_path / "l.db")) as ledger:
            kept.append(ledger.replies())
        await asyncio.sleep(0.001 * (len(kept) % 3))
        return "ok"

    run(Server(answer), rows(20), tmp_path / "l.db", concurrency=concurrency)

    assert len(kept) >= 20
    assert all(count > sent - concurrency for sent, count in enumerate(kept))
    assert concurrency > 1 or kept == list(range(len(kept)))


# 1: rate limits


def in_time(seconds: float) -> str:
    """An HTTP date so many seconds from now."""
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize(
    ("headers", "least", "most"),
    [
        ({"retry-after": "7"}, 7, 8), ({"retry-after": "0.5"}, 0.5, 1.6), ({"retry-after-ms": "2500"}, 2.5, 3.5),
        ({"retry-after-ms": "900", "retry-after": "30"}, 0.9, 1.9), ({"retry-after": 30}, 20, 31),
        ({"retry-after": -3600}, 0, 1), ({"retry-after": "-5"}, 0, 1), ({"retry-after": "0"}, 0, 1),
        ({"retry-after": "9e9"}, 60, 60), ({"retry-after": "inf"}, 60, 60), ({"retry-after": "nan"}, 0, 1),
        ({"retry-after": "soon"}, 0, 1), ({"retry-after": ""}, 0, 1), ({"retry-after": " 12 "}, 12, 13),
        ({"retry-after": 10**9}, 60, 60), ({"retry-after-ms": "-1"}, 0, 1), ({}, 0, 1),
    ],
)  # fmt: skip
def test_a_wait_is_at_least_what_is_asked_in_whatever_form(
    headers: dict[str, str | int], least: float, most: float
) -> None:
    sent = {
        name: in_time(said) if isinstance(said, int) else said for name, said in headers.items()
    }  # a date, from now
    busy = Transient("429", overloaded=True, retry_after=retry_after(sent))
    for _ in range(50):
        assert least <= Patience(first=1.0, longest=60.0).wait(1, busy) <= most


def quota_of(limit: int, every: float, *, told: bool) -> tuple[Server, list[float]]:
    """A provider that takes so many calls in a window and says so, or not; and when it had to refuse."""
    refused: list[float] = []
    began, used = time.monotonic(), 0

    async def answer(request: Request) -> str:
        nonlocal began, used
        now = time.monotonic()
        if now - began >= every:
            began, used = now, 0
        used += 1
        left, renewed_in = limit - used, began + every - now
        await asyncio.sleep(0.005)
        if told:
            server.said = Allowance((Quota("requests", max(0, left), renewed_in, limit),))
        if left < 0:
            refused.append(now)
            raise Transient("429", overloaded=True, retry_after=renewed_in)
        return "ok"

    server = Server(answer)
    return server, refused


@pytest.mark.parametrize(("told", "limit"), [(True, 25), (False, 5)], ids=["told", "untold"])
def test_a_quota_that_is_told_of_is_never_passed(tmp_path: Path, told: bool, limit: int) -> None:
    server, refused = quota_of(limit, 0.25, told=told)
    trails, _ = run(server, rows(70), tmp_path / "l.db", concurrency=16, patience=Patience(first=0.01))

    assert all_well(trails)
    assert bool(refused) == (not told)


# 2: spent limits


@pytest.mark.parametrize(
    ("status", "body", "spent"),
    [
        (429, {"error": {"type": "insufficient_quota", "code": "insufficient_quota", "message": "m"}}, True),
        (429, {"type": "error", "error": {"type": "enforced_spend_limit_reached", "message": "m"}}, True),
        (429, {"error": {"type": "credit_balance_exhausted", "message": "m"}}, True),
        (402, {"error": {"message": "pay"}}, True),
        (429, {"error": {"type": "rate_limit_error", "message": "m"}}, False),
        (429, {"error": {"type": "requests", "code": "rate_limit_exceeded", "message": "m"}}, False),
        (429, "", False),
    ],
)
def test_a_spent_limit_is_never_asked_again_and_a_bare_429_is(
    tmp_path: Path, status: int, body: object, spent: bool
) -> None:
    refusals = iter([1])

    async def answer(request: Request) -> str:
        if next(refusals, None):
            raise failure(status, {}, body, host="http://host", key=Key("k"))
        return "ok"

    server = Server(answer)
    if not spent:
        assert all_well(run(server, rows(5), tmp_path / "l.db", concurrency=1)[0])
        return
    with pytest.raises(ProviderGone) as gone:
        run(server, rows(5), tmp_path / "l.db", concurrency=1)
    assert (gone.value.exit_code, len(server.calls)) == (5, 1)


# 3, 5, 6: a provider that breaks down, refuses, or is away


def test_a_provider_that_breaks_down_is_asked_by_one_probe_at_a_time_and_everything_ends_well(tmp_path: Path) -> None:
    at_once: list[int] = []
    probes = 0
    server: Server

    async def answer(request: Request) -> str:
        nonlocal probes
        down = len(server.calls) >= 40 and probes < 6
        await asyncio.sleep(0.002)
        if down:
            at_once.append(server.running)
            probes = probes + 1 if len(at_once) > 20 else 0
            raise Transient("503: overloaded", overloaded=True)
        return "ok"

    server = Server(answer)
    trails, _ = run(server, rows(150), tmp_path / "l.db", concurrency=16, patience=QUICK)

    assert all_well(trails)
    assert at_once[-5:] == [1] * 5  # half open: one at a time


def test_a_refusal_for_good_stops_before_the_second_call(tmp_path: Path) -> None:
    async def answer(request: Request) -> str:
        raise failure(401, {}, {"error": {"message": "no"}}, host="http://host", key=Key("k"))

    server = Server(answer)
    with pytest.raises(ProviderGone, match="401"):
        run(server, rows(50), tmp_path / "l.db", concurrency=1)

    assert len(server.calls) == 1


def test_a_host_that_is_away_for_a_while_costs_no_prompt(tmp_path: Path) -> None:
    away: Iterator[int] = iter(range(60))

    async def answer(request: Request) -> str:
        if next(away, None) is not None:
            raise Transient("ConnectionRefusedError", where="http://host", unreachable=True)
        return "ok"

    trails, caller = run(Server(answer), rows(40), tmp_path / "l.db", concurrency=8, patience=QUICK)

    assert all_well(trails)
    assert caller.progress.asked == 40


# 7: hung


def test_a_call_that_hangs_is_cut_off_counts_as_a_loss_and_may_have_been_paid(tmp_path: Path) -> None:
    async def answer(request: Request) -> str:
        if words(request) == "0/0":
            await asyncio.sleep(3600)
        return "ok"

    began = time.monotonic()
    trails, caller = run(
        Server(answer), rows(8), tmp_path / "l.db", stage=asks(timeout=0.05), patience=Patience(attempts=2, first=0.0)
    )

    assert time.monotonic() - began < 10
    assert [trail.fate for trail in trails] == ["fault:transient"] + ["no_violation"] * 7
    assert caller.lanes.of("scripted:x").limit < 4
    with closing(read_ledger(tmp_path / "l.db")) as ledger:
        assert ledger.unsettled() == 1


# 20: clocks


def test_a_wall_clock_that_jumps_changes_no_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    jumps = iter(range(10**6))
    monkeypatch.setattr(time, "time", lambda: 1e9 * (-1) ** next(jumps))
    answer, _ = told_to_wait(2, 0.05)
    began = time.monotonic()
    trails, _ = run(Server(answer), rows(10), tmp_path / "l.db", patience=Patience(first=0.01))

    assert all_well(trails)
    assert 0.1 <= time.monotonic() - began < 10


def test_times_in_the_ledger_are_in_utc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def answer(request: Request) -> str:
        return "ok"

    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    time.tzset()
    try:
        run(Server(answer), rows(3), tmp_path / "l.db")
    finally:
        monkeypatch.undo()
        time.tzset()
    with closing(sqlite3.connect(tmp_path / "l.db")) as db:
        times = [row[0] for row in db.execute("SELECT time FROM attempts UNION ALL SELECT time FROM replies")]

    assert len(times) == 6
    assert all(each.endswith("+00:00") for each in times)
    assert all(abs(datetime.now(UTC) - datetime.fromisoformat(each)) < timedelta(minutes=5) for each in times)


def test_nothing_in_the_engine_waits_by_the_wall_clock() -> None:
    wall = re.compile(r"time\.time\(|datetime\.now\(\)|utcnow\(|time\.localtime\(|time\.sleep\(")
    folder = Path(constitution.engine.__path__[0])
    found = [path.name for path in folder.glob("*.py") if wall.search(path.read_text("utf-8"))]

    assert found == []


def test_what_ends_in_no_reply_is_no_reply_whatever_it_was(tmp_path: Path) -> None:
    kinds: list[CallFailed] = [BrokenBody("cut", body=b"{"), Transient("500"), Transient("late", timed_out=True)]

    async def answer(request: Request) -> str:
        raise kinds[int(words(request).partition("/")[0]) % len(kinds)]

    trails, caller = run(Server(answer), rows(6), tmp_path / "l.db", patience=Patience(attempts=2, broken=2, first=0.0))

    assert {trail.fate for trail in trails} == {"fault:transient", "fault:broken_body"}
    assert caller.progress.in_flight == caller.lanes.places.taken == 0
    assert not isinstance(caller.stop, ConstitutionError)
