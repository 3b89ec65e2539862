"""The engine: each request paid once, everything kept, fates that add up, the same result in any order."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from constitution.core.asking import Asking, Reply, Request, Stage, Unanswered, Usage
from constitution.core.records import Message, Prompt
from constitution.core.trail import Response, Trail
from constitution.engine.caller import Caller
from constitution.engine.plan import Forecast, forecast
from constitution.engine.progress import Progress
from constitution.engine.recorder import Recorder
from constitution.engine.retry import Patience
from constitution.engine.run import run_trails
from constitution.errors import (
    BrokenBody,
    CallFailed,
    ConstitutionError,
    Interrupted,
    OffSchema,
    ProviderGone,
    Quarantined,
    Stopped,
    Transient,
)
from constitution.ledger import open_ledger, read_ledger
from constitution.principles.model import Rule
from constitution.providers.allowances import Allowance
from constitution.recipe import chain
from tests.locks import locked
from tests.scenes import CALM, DRAFT, KIND, REVISION, TRUE, Cast, brief, constitution, prompt, whole

IMPATIENT = Patience(attempts=3, first=0.0, longest=0.0)
Answer = Callable[[Request], Reply]


class Slow:
    """A provider that answers after a few turns of the loop, in no particular order, by a plain function."""

    def __init__(self, answer: Answer, seed: int = 0) -> None:
        self.answer_to = answer
        self.random = random.Random(seed)
        self.running = 0
        self.most_running = 0
        self.sent: Counter[str] = Counter()

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
        """Nothing is said of what may be asked."""
        return None

    async def answer(self, request: Request) -> Reply:
        """The function's answer; what it raises is raised."""
        self.sent[request.digest] += 1
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            for _ in range(self.random.randrange(4)):
                await asyncio.sleep(0)
            return self.answer_to(request)
        finally:
            self.running -= 1

    async def close(self) -> None:
        """Nothing is open."""


def run(
    stage: Stage,
    prompts: Sequence[Prompt],
    ledger_path: Path,
    provider: Slow,
    *,
    concurrency: int = 4,
    before: Callable[[Caller], None] = lambda caller: None,
    accept: int | None = None,
    max_failures: int | None = None,
    patience: Patience = IMPATIENT,
) -> tuple[Sequence[Trail], Progress]:
    """A whole run with this provider for every role."""

    async def main() -> tuple[Sequence[Trail], Progress]:
        with closing(open_ledger(ledger_path)) as ledger:
            async with Recorder(ledger) as recorder:
                caller = Caller(
                    ledger,
                    recorder,
                    lambda name: provider,
                    concurrency=concurrency,
                    patience=patience,
                    progress=Progress(),
                    watch=lambda progress: before(caller),
                )
                trails = await run_trails(
                    stage, prompts, caller, workers=2 * concurrency, accept=accept, max_failures=max_failures
                )
                return trails, caller.progress

    return asyncio.run(main())


PROMPTS = tuple(prompt(f"Why does bread number {number} rise?") for number in range(30))


def test_the_result_is_the_same_with_one_worker_and_with_sixty_four(tmp_path: Path) -> None:
    stage = whole(brief())
    one, _ = run(stage, PROMPTS, tmp_path / "one.db", Slow(Cast(), 1), concurrency=1)
    many, _ = run(stage, PROMPTS, tmp_path / "many.db", Slow(Cast(), 2), concurrency=64)

    assert one == many
    assert [trail.prompt for trail in one] == list(PROMPTS)


def test_no_more_calls_run_at_once_than_allowed(tmp_path: Path) -> None:
    provider = Slow(Cast())
    run(whole(brief()), PROMPTS, tmp_path / "l.db", provider, concurrency=3)

    assert provider.most_running == 3


def test_running_again_asks_nothing(tmp_path: Path) -> None:
    stage = whole(brief())
    first, bought = run(stage, PROMPTS, tmp_path / "l.db", Slow(Cast()))
    again, reused = run(stage, PROMPTS, tmp_path / "l.db", Slow(Cast()))

    assert (bought.asked, bought.reused, reused.asked, reused.reused) == (180, 0, 0, 180)
    assert first == again


def same_question(trail: Trail) -> Asking[Trail]:
    """Everybody asks the same."""
    (reply,) = yield (Request(model="scripted:author", messages=(Message(role="user", content="?"),)),)
    return trail.plus(responses=(Response(text=reply.text, origin="program"),)).ends("no_violation", "")


def test_equal_requests_in_flight_are_sent_once(tmp_path: Path) -> None:
    provider = Slow(Cast())
    _, progress = run(same_question, PROMPTS, tmp_path / "l.db", provider)

    assert (sum(provider.sent.values()), progress.asked) == (1, 1)


def test_a_prompt_that_stands_twice_is_screened_and_asks_nothing(tmp_path: Path) -> None:
    trails, progress = run(whole(brief()), (*PROMPTS[:2], PROMPTS[0]), tmp_path / "l.db", Slow(Cast()))

    assert [trail.fate for trail in trails] == ["paired", "paired", "screened:duplicate_prompt"]
    assert progress.asked == 12


def moody(chance: float, seed: int) -> Answer:
    """A cast whose calls fail now and then, each in its own way, and whose answers are of all kinds."""
    dice = random.Random(seed)
    cast = Cast()

    def answer(request: Request) -> Reply:
        if dice.random() < chance:
            raise dice.choice([Transient("529"), Transient("429", retry_after=0.0), Quarantined("400: no")])
        if request.model_name == "author":
            text = dice.choice([DRAFT, REVISION, "", "I'm sorry, but I can't."])
            finish = dice.choice(["stop", "stop", "refused", "length"])
            return Reply(text=text, finish=finish, model_returned="scripted:author")
        off_schema = request.json_schema is not None and dice.random() < 0.1
        return Reply(text="{", model_returned="scripted:x") if off_schema else cast(request)

    return answer


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chance=st.floats(0, 0.6), seed=st.integers(0, 10**6))
def test_every_prompt_ends_in_one_fate_and_the_fates_add_up(tmp_path: Path, chance: float, seed: int) -> None:
    prompts = PROMPTS[:12]
    trails, progress = run(whole(brief()), prompts, tmp_path / f"{seed}.db", Slow(moody(chance, seed), seed))

    assert [trail.prompt.id for trail in trails] == [prompt.id for prompt in prompts]
    assert all(trail.fate for trail in trails)
    assert progress.fates.total() == progress.done == len(prompts)
    assert all((trail.pair is not None) == (trail.fate == "paired") for trail in trails)


def test_a_failure_that_passes_is_tried_again_and_counted(tmp_path: Path) -> None:
    cast, failed = Cast(), set[str]()

    def answer(request: Request) -> Reply:
        if request.digest not in failed:
            failed.add(request.digest)
            raise Transient("529: overloaded")
        return cast(request)

    trails, progress = run(whole(brief()), PROMPTS[:5], tmp_path / "l.db", Slow(answer))

    assert {trail.fate for trail in trails} == {"paired"}
    assert (progress.asked, progress.attempts) == (30, 60)


def test_a_failure_that_stays_is_a_fault_and_is_asked_again_next_time(tmp_path: Path) -> None:
    def down(request: Request) -> Reply:
        raise Transient("503")

    stage = whole(brief())
    trails, progress = run(stage, PROMPTS[:1], tmp_path / "l.db", Slow(down))
    again, _ = run(stage, PROMPTS[:1], tmp_path / "l.db", Slow(Cast()))

    assert (trails[0].fate, progress.attempts, again[0].fate) == ("fault:transient", 3, "paired")


def test_no_request_fails_for_being_asked_to_wait(tmp_path: Path) -> None:
    cast, sent = Cast(), Counter[str]()

    def busy(request: Request) -> Reply:
        sent[request.digest] += 1
        if sent[request.digest] <= 10:
            raise Transient("429", overloaded=True, retry_after=0.0)
        return cast(request)

    trails, progress = run(whole(brief()), PROMPTS[:3], tmp_path / "l.db", Slow(busy))

    assert {trail.fate for trail in trails} == {"paired"}
    assert (progress.asked, progress.attempts) == (18, 18 * 11)


def test_a_broken_answer_is_paid_for_three_times_at_most_and_kept(tmp_path: Path) -> None:
    def broken(request: Request) -> Reply:
        raise BrokenBody("cut", body=b'{"half": ')

    trails, progress = run(whole(brief()), PROMPTS[:1], tmp_path / "l.db", Slow(broken))
    with closing(sqlite3.connect(tmp_path / "l.db")) as db:
        rows = db.execute("SELECT outcome, body FROM attempts").fetchall()

    assert (trails[0].fate, progress.attempts) == ("fault:broken_body", 3)
    assert rows == [("broken", b'{"half": ')] * 3


@pytest.mark.parametrize(("maybe_paid", "unsettled"), [(True, 1), (False, 0)])
def test_only_calls_that_may_have_been_paid_for_unheard_stay_open(
    tmp_path: Path, maybe_paid: bool, unsettled: int
) -> None:
    def lost(request: Request) -> Reply:
        raise Transient("dropped", maybe_paid=maybe_paid)

    run(whole(brief()), PROMPTS[:1], tmp_path / "l.db", Slow(lost))
    with closing(read_ledger(tmp_path / "l.db")) as ledger:
        assert ledger.unsettled() == unsettled


def test_an_answer_that_never_comes_is_given_up_after_its_time(tmp_path: Path) -> None:
    class Hanging(Slow):
        async def answer(self, request: Request) -> Reply:
            await asyncio.sleep(3600)
            return await super().answer(request)

    def impatient(trail: Trail) -> Asking[Trail]:
        request = Request(model="scripted:author", messages=(Message(role="user", content="?"),), timeout=0.01)
        (reply,) = yield (request,)
        return trail.ends("no_violation", reply.text)

    trails, progress = run(chain([("impatient", impatient)]), PROMPTS[:1], tmp_path / "l.db", Hanging(Cast()))

    assert (trails[0].fate, progress.attempts) == ("fault:transient", 3)


def test_more_failures_than_allowed_stop_the_run_and_what_was_paid_is_kept(tmp_path: Path) -> None:
    def down(request: Request) -> Reply:
        raise Quarantined("400: no")

    provider = Slow(down)
    with pytest.raises(Stopped, match="3 prompts failed, 2 may"):
        run(whole(brief()), PROMPTS, tmp_path / "l.db", provider, concurrency=1, max_failures=2)

    assert sum(provider.sent.values()) <= 4


def test_a_host_that_nothing_reaches_ends_the_run_and_no_prompt_is_blamed(tmp_path: Path) -> None:
    def away(request: Request) -> Reply:
        raise Transient("ConnectError: refused", where="http://host", unreachable=True)

    patience = Patience(attempts=2, first=0.001, longest=0.001, first_silence=0.05)
    with pytest.raises(ProviderGone, match=r"http://host: no answer for 0\.05 s"):
        run(whole(brief()), PROMPTS[:1], tmp_path / "l.db", Slow(away), patience=patience)


def test_a_nearly_full_disk_stops_the_run_before_the_call_goes_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("constitution.ledger.store.RESERVE", 2**62)
    provider = Slow(Cast())

    with pytest.raises(Stopped, match="nearly full"):
        run(whole(brief()), PROMPTS, tmp_path / "l.db", provider)
    assert not provider.sent


def test_a_request_that_is_not_taken_is_remembered_and_its_neighbours_go_on(tmp_path: Path) -> None:
    cast = Cast()

    def answer(request: Request) -> Reply:
        if request.messages == PROMPTS[7].messages:
            raise Quarantined("400: not this one")
        return cast(request)

    stage, provider = whole(brief()), Slow(answer)
    trails, _ = run(stage, PROMPTS, tmp_path / "l.db", provider)
    run(stage, PROMPTS, tmp_path / "l.db", provider)

    assert [trail.fate for trail in trails].count("paired") == 29
    assert trails[7].fate == "fault:quarantined"
    assert max(provider.sent.values()) == 1


def test_a_provider_that_refuses_for_good_ends_the_run_and_what_was_paid_is_kept(tmp_path: Path) -> None:
    cast, calls = Cast(), [0]

    def answer(request: Request) -> Reply:
        calls[0] += 1
        if calls[0] > 10:
            raise ProviderGone("401: bad key")
        return cast(request)

    stage, provider = whole(brief()), Slow(answer)
    with pytest.raises(ProviderGone):
        run(stage, PROMPTS, tmp_path / "l.db", provider)
    _, progress = run(stage, PROMPTS, tmp_path / "l.db", Slow(Cast()))

    assert sum(provider.sent.values()) <= 10 + 4
    assert progress.reused == 10


def test_draining_lets_calls_in_flight_end_and_keeps_them(tmp_path: Path) -> None:
    def stop_soon(caller: Caller) -> None:
        if caller.progress.asked >= 20:
            caller.halt(Interrupted("stopped"))

    stage, provider = whole(brief()), Slow(Cast())
    with pytest.raises(Interrupted):
        run(stage, PROMPTS, tmp_path / "l.db", provider, before=stop_soon)
    trails, progress = run(stage, PROMPTS, tmp_path / "l.db", Slow(Cast()))
    whole_run, _ = run(stage, PROMPTS, tmp_path / "other.db", Slow(Cast()))

    assert progress.reused == sum(provider.sent.values())
    assert trails == whole_run


def test_a_halt_sends_nothing_more_not_even_what_waits_for_another_attempt(tmp_path: Path) -> None:
    sent: list[str] = []

    def busy(request: Request) -> Reply:
        sent.append(request.digest)
        raise Transient("429", overloaded=True, retry_after=30.0)

    async def main() -> None:
        with closing(open_ledger(tmp_path / "l.db")) as ledger:
            async with Recorder(ledger) as recorder:
                caller = Caller(ledger, recorder, lambda name: Slow(busy), concurrency=8, patience=Patience(),
                                progress=Progress(), watch=lambda progress: None)  # fmt: skip
                running = asyncio.ensure_future(run_trails(whole(brief()), PROMPTS, caller, workers=8))
                while caller.progress.waiting < 4:
                    await asyncio.sleep(0.01)
                before = len(sent)
                caller.halt(Interrupted("stopped"))
                with pytest.raises(Interrupted):
                    await asyncio.wait_for(running, 5.0)
                assert len(sent) == before

    asyncio.run(main())


def test_an_answer_that_cannot_be_kept_costs_no_neighbour_its_reply(tmp_path: Path) -> None:
    cast = Cast()

    def answer(request: Request) -> Reply:
        if request.messages == PROMPTS[3].messages:
            return Reply.model_construct(text="half a \ud800 letter", model_returned="scripted:author", finish="stop",
                                         reasoning="", usage=None, logprobs=None, supposed=False, raw={})  # fmt: skip
        return cast(request)

    trails, _ = run(whole(brief()), PROMPTS[:10], tmp_path / "l.db", Slow(answer), concurrency=10)

    assert [trail.fate for trail in trails] == ["paired"] * 3 + ["fault:broken_body"] + ["paired"] * 6


def test_two_callers_who_pay_for_the_same_at_once_share_the_first_reply_and_the_second_is_a_duplicate(
    tmp_path: Path,
) -> None:
    question = Request(model="scripted:author", messages=(Message(role="user", content="?"),))
    said = iter(["first", "second"])
    usage = Usage(input=3, output=2)
    provider = Slow(lambda request: Reply(text=next(said), model_returned="scripted:author", usage=usage))

    async def main() -> tuple[list[Reply], list[Caller]]:
        with closing(open_ledger(tmp_path / "l.db")) as ledger:
            async with Recorder(ledger) as recorder:
                callers = [
                    Caller(ledger, recorder, lambda name: provider, concurrency=1, patience=IMPATIENT,
                           progress=Progress(), watch=lambda progress: None)
                    for _ in range(2)
                ]  # fmt: skip
                return list(await asyncio.gather(*(caller.reply(question) for caller in callers))), callers

    replies, callers = asyncio.run(main())
    with closing(sqlite3.connect(tmp_path / "l.db")) as db:
        outcomes = sorted(outcome for (outcome,) in db.execute("SELECT outcome FROM attempts"))

    assert [reply.text for reply in replies] == ["first", "first"]
    assert outcomes == ["duplicate", "kept"]
    assert sum(caller.progress.asked for caller in callers) == 1
    assert sum(caller.bill.tokens["scripted:author", "input"] for caller in callers) == 6


def failing_at(place: int, calls: int) -> Stage:
    """Asks so many questions one after the other; on one prompt it breaks before them."""

    def stage(trail: Trail) -> Asking[Trail]:
        if trail.prompt == PROMPTS[place]:
            raise ZeroDivisionError("division by zero")
        for number in range(calls):
            question = f"{trail.prompt.messages[0].content} {number}"
            yield (Request(model="scripted:author", messages=(Message(role="user", content=question),)),)
        return trail.ends("no_violation", "")

    return stage


def test_a_stage_that_breaks_halts_the_run_as_a_bug_of_ours_and_what_was_paid_is_kept(tmp_path: Path) -> None:
    provider = Slow(lambda request: Reply(text="yes", model_returned="scripted:author"))
    with pytest.raises(ConstitutionError, match="ZeroDivisionError: division by zero") as bug:
        run(failing_at(4, 100), PROMPTS, tmp_path / "l.db", provider, concurrency=16)
    with closing(read_ledger(tmp_path / "l.db")) as ledger:
        assert ledger.replies() == sum(provider.sent.values()) <= 16
        assert ledger.unsettled() == 0

    assert bug.value.exit_code == 70
    assert isinstance(bug.value.__cause__, ZeroDivisionError)


def test_a_watcher_that_breaks_halts_the_run_and_nothing_hangs(tmp_path: Path) -> None:
    provider = Slow(Cast())

    def breaks(caller: Caller) -> None:
        if caller.progress.asked >= 20:
            raise ZeroDivisionError

    with pytest.raises(ConstitutionError, match="ZeroDivisionError"):
        run(whole(brief()), PROMPTS, tmp_path / "l.db", provider, concurrency=16, before=breaks)

    assert sum(provider.sent.values()) <= 20 + 16 + 16, "those counted, in flight, and on the way to the disk"


def test_a_provider_that_breaks_halts_the_run_and_what_waits_for_another_attempt(tmp_path: Path) -> None:
    sent = 0

    def answer(request: Request) -> Reply:
        nonlocal sent
        sent += 1
        if sent < 16:
            raise Transient("429", overloaded=True, retry_after=60.0)
        raise ZeroDivisionError

    with pytest.raises(ConstitutionError, match="ZeroDivisionError"):
        run(whole(brief()), PROMPTS, tmp_path / "l.db", Slow(answer), concurrency=16, patience=Patience())

    assert sent == 16


class Latent(Slow):
    """A provider whose answers take so many seconds; it knows which came to their end."""

    def __init__(self, seconds: float) -> None:
        super().__init__(Cast())
        self.seconds = seconds
        self.answered = 0

    async def answer(self, request: Request) -> Reply:
        """The cast's answer, late."""
        self.sent[request.digest] += 1
        await asyncio.sleep(self.seconds)
        self.answered += 1
        return self.answer_to(request)


async def cancelled(path: Path, provider: Slow, *after: float) -> None:
    """A run that is cancelled after so many seconds, and again after so many more; no task of it is left."""
    before = asyncio.all_tasks()
    with closing(open_ledger(path)) as ledger:
        async with Recorder(ledger) as recorder:
            caller = Caller(ledger, recorder, lambda name: provider, concurrency=4, patience=IMPATIENT,
                            progress=Progress(), watch=lambda progress: None)  # fmt: skip
            running = asyncio.ensure_future(run_trails(whole(brief()), PROMPTS, caller, workers=8))
            for seconds in after:
                await asyncio.sleep(seconds)
                running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
    assert asyncio.all_tasks() == before


def test_a_cancelled_run_keeps_what_its_calls_in_flight_bring_and_leaves_no_task(tmp_path: Path) -> None:
    provider = Latent(0.2)
    asyncio.run(cancelled(tmp_path / "l.db", provider, 0.1))
    with closing(read_ledger(tmp_path / "l.db")) as ledger:
        assert ledger.replies() == provider.answered == sum(provider.sent.values()) == 4
        assert ledger.unsettled() == 0


def test_a_run_that_is_cancelled_twice_gives_its_calls_up_and_says_that_they_may_be_paid_for(tmp_path: Path) -> None:
    asyncio.run(asyncio.wait_for(cancelled(tmp_path / "l.db", Latent(60.0), 0.1, 0.1), 10.0))
    with closing(read_ledger(tmp_path / "l.db")) as ledger:
        assert (ledger.replies(), ledger.unsettled()) == (0, 4)


def test_a_cancelled_run_does_not_wait_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("constitution.engine.workers.GRACE", 0.1)
    asyncio.run(asyncio.wait_for(cancelled(tmp_path / "l.db", Latent(60.0), 0.1), 10.0))
    with closing(read_ledger(tmp_path / "l.db")) as ledger:
        assert ledger.unsettled() == 4


def test_a_provider_that_cancels_its_own_call_is_a_bug_and_the_others_do_not_go_on_paying(tmp_path: Path) -> None:
    sent = 0

    def answer(request: Request) -> Reply:
        nonlocal sent
        sent += 1
        if sent == 8:
            raise asyncio.CancelledError
        return Cast()(request)

    with pytest.raises(ConstitutionError, match="nobody here had cancelled it") as bug:
        run(whole(brief()), PROMPTS, tmp_path / "l.db", Slow(answer))
    with closing(read_ledger(tmp_path / "l.db")) as ledger:
        assert ledger.replies() == sent - 1 <= 8 + 2 * 4

    assert bug.value.exit_code == 70
    assert isinstance(bug.value.__cause__, RuntimeError)


def test_what_was_handed_to_the_recorder_is_written_though_nobody_awaits_it(tmp_path: Path) -> None:
    async def main() -> None:
        with closing(open_ledger(tmp_path / "l.db")) as ledger:
            async with Recorder(ledger) as recorder:
                noting = asyncio.ensure_future(recorder.begin("0" * 64, "2026-01-01T00:00:00.000+00:00"))
                await asyncio.sleep(0)
                noting.cancel()

    asyncio.run(main())
    with closing(read_ledger(tmp_path / "l.db")) as ledger:
        assert ledger.unsettled() == 1


def test_a_ledger_that_is_locked_stops_the_run_before_it_pays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("constitution.ledger.store.WAIT", 0.1)
    path, provider = tmp_path / "l.db", Slow(Cast())
    open_ledger(path).close()
    with locked(path), pytest.raises(Stopped, match=r"l\.db: the ledger cannot be written: another program"):
        run(whole(brief()), PROMPTS, path, provider)

    assert not provider.sent


def test_replies_that_a_locked_ledger_does_not_take_are_counted_and_paid_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("constitution.ledger.store.WAIT", 0.1)
    path, cast = tmp_path / "l.db", Cast()
    with ExitStack() as held:

        def answer(request: Request) -> Reply:
            if not cast.asked:
                held.enter_context(locked(path))
            return cast(request)

        provider = Slow(answer)
        with pytest.raises(Stopped, match=r"l\.db: the ledger cannot be written: another program") as stopped:
            run(whole(brief()), PROMPTS, path, provider)

    assert sum(provider.sent.values()) == 4
    assert "4 replies that came in were paid for and could not be saved" in stopped.value.remedy
    run(whole(brief()), PROMPTS, path, provider)
    assert sorted(provider.sent.values())[-5:] == [1, 2, 2, 2, 2]


def test_a_panel_can_go_on_with_those_who_answered(tmp_path: Path) -> None:
    def panel(trail: Trail) -> Asking[Trail]:
        asked = tuple(
            Request(model="scripted:author", messages=(Message(role="user", content=str(n)),)) for n in range(3)
        )
        try:
            yield asked
        except Unanswered as lost:
            return trail.ends("no_violation", f"{sorted(lost.replies)} answered, {sorted(lost.failures)} did not")
        return trail.ends("no_violation", "all answered")

    def answer(request: Request) -> Reply:
        if request.messages[0].content == "1":
            raise Quarantined("no")
        return Reply(text="yes", model_returned="scripted:author")

    trails, _ = run(panel, PROMPTS[:1], tmp_path / "l.db", Slow(answer))

    assert trails[0].reason == "[0, 2] answered, [1] did not"


@pytest.mark.parametrize("concurrency", [1, 4, 64])
def test_prompts_are_drawn_until_enough_made_pairs_and_the_first_in_order_count(
    tmp_path: Path, concurrency: int
) -> None:
    cast = Cast(author=lambda request: DRAFT if int(request.messages[0].content.split()[4]) % 3 == 0 else REVISION)
    provider = Slow(cast, concurrency)
    trails, _ = run(
        whole(brief()), PROMPTS, tmp_path / "l.db", provider, concurrency=concurrency, accept=4
    )  # fmt: skip

    assert [trail.prompt for trail in trails] == list(PROMPTS[:10])
    assert [trail.fate for trail in trails].count("paired") == 4
    assert trails[-1].fate == "paired"


def test_fewer_pairs_than_wanted_are_all_that_there_are(tmp_path: Path) -> None:
    trails, _ = run(whole(brief()), PROMPTS[:3], tmp_path / "l.db", Slow(Cast()), accept=9)

    assert len(trails) == 3


def plan(stage: Stage, prompts: Sequence[Prompt], path: Path) -> Forecast:
    """The forecast with the ledger at this path."""
    with closing(read_ledger(path)) as ledger:
        return forecast(stage, prompts, ledger)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chance=st.floats(0, 0.3), seed=st.integers(0, 10**6), part=st.integers(0, 12))
def test_what_is_asked_lies_within_the_plan(tmp_path: Path, chance: float, seed: int, part: int) -> None:
    path, stage, prompts = tmp_path / f"{seed}.db", whole(brief()), PROMPTS[:12]
    run(stage, prompts[:part], path, Slow(moody(chance, seed)))
    before = plan(stage, prompts, path)
    _, progress = run(stage, prompts, path, Slow(moody(0.0, seed + 1)))

    assert before.least <= progress.asked <= before.most
    assert len(before.touched) <= len(prompts)


def test_rules_are_not_held_against_what_a_plan_supposes(tmp_path: Path) -> None:
    kind = CALM.but(rules=(Rule(forbid=("supposed",)), Rule(max_words=1), Rule(require_any=("please",))))
    found = plan(whole(brief(constitution(kind, TRUE, KIND))), PROMPTS[:3], tmp_path / "none.db")

    assert found.most == 3 * 10


def test_a_plan_of_a_fresh_run_knows_the_least_and_the_most(tmp_path: Path) -> None:
    found = plan(whole(brief()), PROMPTS, tmp_path / "none.db")

    # Draft, critique, revision, re-check and two judgements; the four structured ones may be asked twice.
    assert (found.least, found.most, found.reused) == (30, 30 * 10, 0)
    assert not (tmp_path / "none.db").exists()


def test_a_plan_of_a_finished_run_asks_nothing(tmp_path: Path) -> None:
    run(whole(brief()), PROMPTS, tmp_path / "l.db", Slow(Cast()))
    found = plan(whole(brief()), PROMPTS, tmp_path / "l.db")

    assert (found.touched, found.least, found.most, found.reused) == ([], 0, 0, 180)


def test_a_wait_is_at_least_what_the_provider_asks_and_never_endless() -> None:
    patience = Patience()

    assert all(5.0 <= patience.wait(1, Transient("429", retry_after=5.0)) <= 6.0 for _ in range(100))
    assert patience.wait(9, Transient("429", retry_after=9e9)) == patience.longest
    assert all(0.0 <= patience.wait(attempt, Transient("500")) <= 60.0 for attempt in range(1, 20))


def test_every_failure_of_a_call_has_a_kind_of_its_own() -> None:
    kinds = [kind.kind for kind in (CallFailed, Transient, BrokenBody, Quarantined, OffSchema)]

    assert len(set(kinds)) == len(kinds)
