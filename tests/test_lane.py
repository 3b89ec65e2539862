"""The lane to a provider: it learns how much is taken, holds back in bad times, and gives up in the end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constitution.core.asking import Usage
from constitution.engine.breaker import IN_A_ROW, Breaker
from constitution.engine.lane import START, Lane, Turn
from constitution.engine.lanes import Lanes
from constitution.engine.places import Places
from constitution.engine.retry import Patience
from constitution.errors import Interrupted, ProviderGone, Transient
from constitution.providers.allowances import Allowance, Kind, Quota

BUSY = Transient("429", overloaded=True)
DOWN = Transient("500", where="http://host")
LATE = Transient("no answer within 600 s", maybe_paid=True, timed_out=True)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def lane(most: int = 40, patience: Patience | None = None) -> tuple[Lane, Clock]:
    """A lane and its clock."""
    clock = Clock()
    patience = patience or Patience()
    return Lane(Breaker("host", patience), Places(most), patience, clock=clock), clock


def old(one: Lane, *, probe: bool = False, window: int = 0) -> Turn:
    """The turn of a call that went out in this window."""
    turn = Turn(one)
    turn.window, turn.probe = window, probe
    return turn


async def several(one: Lane, number: int) -> list[Turn]:
    """So many calls that have a place."""
    turns = [Turn(one) for _ in range(number)]
    for turn in turns:
        await turn.__aenter__()
    return turns


def test_it_starts_with_few_and_doubles_with_each_window_that_was_used_up() -> None:
    async def main() -> list[float]:
        one, _ = lane(most=100)
        found = [one.limit]
        for _ in range(3):
            turns = await several(one, int(one.limit))
            waiting = [asyncio.ensure_future(several(one, 1)) for _ in range(100)]
            await asyncio.sleep(0)
            for turn in turns:
                one.answered(turn)
            found.append(one.limit)
            for each in waiting:
                each.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
            one.in_flight = one._places.taken = 0
        return found

    assert asyncio.run(main()) == [START, 40, 80, 100]
    assert lane(most=5)[0].limit == 5


def test_the_limit_does_not_grow_where_it_is_not_used_up() -> None:
    async def main() -> float:
        one, _ = lane(most=100)
        for turn in await several(one, START - 1):
            one.answered(turn)
        return one.limit

    assert asyncio.run(main()) == START


def test_after_the_first_loss_the_limit_grows_by_one_a_window() -> None:
    async def main() -> tuple[float, float]:
        one, _ = lane(most=100)
        one.failed(old(one), BUSY)
        lost = one.limit
        for turn in await several(one, int(lost)):
            one.answered(turn)
        return lost, one.limit

    lost, grown = asyncio.run(main())
    assert lost == START / 2
    assert lost + 0.9 < grown < lost + 1


@pytest.mark.parametrize("loss", [BUSY, LATE], ids=["told", "late"])
def test_calls_of_one_window_halve_the_limit_once(loss: Transient) -> None:
    one, _ = lane()
    for _ in range(IN_A_ROW - 1):
        one.failed(old(one), loss)

    assert one.limit == START / 2
    one.breaker.answered()
    one.failed(old(one, window=1), loss)
    assert one.limit == START / 4


def test_a_failure_that_is_no_sign_of_too_much_costs_no_limit() -> None:
    one, _ = lane()
    one.failed(old(one), DOWN)

    assert one.limit == START


@given(st.lists(st.sampled_from(["good", "busy", "late", "down"]), max_size=300))
def test_the_limit_stays_between_one_and_the_most(answers: list[str]) -> None:
    one, _ = lane(most=25, patience=Patience(silence=1e9, first_silence=1e9))
    for window, answer in enumerate(answers):
        one.in_flight = 25
        turn = old(one, window=window, probe=one.breaker.is_open)
        one.answered(turn) if answer == "good" else one.failed(turn, {"busy": BUSY, "late": LATE, "down": DOWN}[answer])

        assert 1.0 <= one.limit <= 25.0


def test_no_more_calls_are_out_than_the_limit() -> None:
    async def main() -> int:
        one, _ = lane(most=3)
        most = 0

        async def call() -> None:
            nonlocal most
            async with one.turn():
                most = max(most, one.in_flight)
                await asyncio.sleep(0)

        await asyncio.gather(*(call() for _ in range(20)))
        return most

    assert asyncio.run(main()) == 3


class Watched(Lane):
    """A lane that looks whenever a place is taken."""

    def take(self) -> bool:
        """There was room, or it is the one probe."""
        assert not self.breaker.probing if self.breaker.is_open else self.in_flight < int(self.limit)
        return super().take()


@settings(max_examples=60, deadline=None)
@given(
    most=st.integers(1, 6),
    plan=st.lists(
        st.tuples(st.sampled_from(["good", "busy", "late", "down", "cancel early", "cancel late"]), st.integers(0, 4),
                  st.integers(0, 1)),
        max_size=40,
    ),
)  # fmt: skip
def test_whatever_happens_every_waiter_is_served_and_no_place_is_lost(
    most: int, plan: list[tuple[str, int, int]]
) -> None:
    places = Places(most)
    patience = Patience(first=0.0, silence=1e9, first_silence=1e9)
    lanes = [Watched(Breaker(f"host {number}", patience), places, patience) for number in range(2)]
    served: list[int] = []

    async def call(number: int, way: str, turns: int, one: Lane) -> None:
        async with one.turn() as turn:
            assert sum(each.in_flight for each in lanes) == places.taken <= most
            served.append(number)
            for _ in range(turns):
                await asyncio.sleep(0)
            if way in ("good", "cancel early", "cancel late"):
                one.answered(turn)
            else:
                one.failed(turn, {"busy": BUSY, "late": LATE, "down": DOWN}[way])

    async def main() -> set[int]:
        tasks = [
            asyncio.ensure_future(call(number, way, turns, lanes[host]))
            for number, (way, turns, host) in enumerate(plan)
        ]
        gone = {number for number, (way, *_) in enumerate(plan) if way.startswith("cancel")}
        for number, (way, turns, _) in enumerate(plan):
            for _ in range(turns if way == "cancel late" else 0):
                await asyncio.sleep(0)
            if number in gone:
                tasks[number].cancel()
        ends = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 10.0)
        assert all(end is None or isinstance(end, asyncio.CancelledError) for end in ends), ends
        return gone

    gone = asyncio.run(main())
    assert set(range(len(plan))) - gone <= set(served)
    assert [each.in_flight for each in lanes] == [0, 0]
    assert places.taken == 0
    assert not any(each.breaker.probing for each in lanes)


@given(cut=st.integers(0, 20))
def test_calls_enter_only_below_the_limit(cut: int) -> None:
    async def main() -> None:
        one, _ = lane(most=64)
        entered = await several(one, 10)
        for window in range(cut % 5):
            one.failed(old(one, window=window), Transient("429", overloaded=True, retry_after=0.0))
        waiting = asyncio.ensure_future(several(one, 1))
        await asyncio.sleep(0)

        assert waiting.done() == (int(one.limit) > 10)
        while not waiting.done():
            before = one.in_flight
            one.leave(probe=entered.pop().probe)
            await asyncio.sleep(0)
            assert waiting.done() == (before - 1 < int(one.limit))

    asyncio.run(main())


def test_a_freed_place_wakes_one_waiter_the_one_who_waited_longest() -> None:
    async def main() -> list[int]:
        one, _ = lane(most=1)
        served: list[int] = []

        async def call(number: int) -> None:
            async with one.turn():
                served.append(number)
                if number == 0:
                    await asyncio.sleep(0)

        first = asyncio.ensure_future(call(0))
        await asyncio.sleep(0)
        others = [asyncio.ensure_future(call(number)) for number in range(1, 6)]
        await asyncio.gather(first, *others)
        return served

    assert asyncio.run(main()) == list(range(6))


def test_who_waits_for_a_slow_host_keeps_no_place_from_another() -> None:
    async def main() -> bool:
        places = Places(2)
        slow, quick = (Lane(Breaker(name, Patience()), places, Patience()) for name in ("slow", "quick"))
        slow.limit = 1.0
        await several(slow, 1)
        waiting = asyncio.ensure_future(several(slow, 1))
        await asyncio.sleep(0)
        async with asyncio.timeout(1.0), quick.turn():
            waited = not waiting.done()
        waiting.cancel()
        return waited

    assert asyncio.run(main())


def test_of_those_who_wait_for_a_place_in_two_lanes_the_first_who_came_goes_first() -> None:
    async def main() -> list[str]:
        places = Places(1)
        lanes = [Lane(Breaker(name, Patience()), places, Patience()) for name in ("one", "other")]
        (first,) = await several(lanes[0], 1)
        served: list[str] = []

        async def call(name: str, one: Lane) -> None:
            async with one.turn():
                served.append(name)

        waiting = [asyncio.ensure_future(call(name, lanes[name in "bd"])) for name in "abcd"]
        await asyncio.sleep(0)
        lanes[0].leave(probe=first.probe)
        await asyncio.gather(*waiting)
        return served

    assert asyncio.run(main()) == ["a", "b", "c", "d"]


def test_a_waiter_that_is_cancelled_after_it_was_given_a_place_gives_it_back() -> None:
    async def main() -> int:
        one, _ = lane(most=1)
        (first,) = await several(one, 1)
        waiting = asyncio.ensure_future(several(one, 1))
        await asyncio.sleep(0)
        one.leave(probe=first.probe)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        return one.in_flight

    assert asyncio.run(main()) == 0


def tripped(one: Lane, failure: Transient = DOWN) -> None:
    """As many failures in a row as open the breaker."""
    for _ in range(IN_A_ROW):
        one.failed(old(one), failure)


def test_failures_in_a_row_open_the_breaker_and_a_success_closes_it() -> None:
    one, _ = lane()
    tripped(one)

    assert one.breaker.is_open
    one.answered(old(one))
    assert not one.breaker.is_open


def test_an_open_breaker_lets_one_probe_through_at_a_time() -> None:
    async def main() -> list[int]:
        one, clock = lane()
        tripped(one)
        clock.now = 2.0
        seen: list[int] = []

        async def call() -> None:
            async with one.turn() as turn:
                seen.append(one.in_flight)
                await asyncio.sleep(0.01)
                one.answered(turn)

        await asyncio.gather(*(call() for _ in range(8)))
        return seen

    seen = asyncio.run(main())
    assert seen[:3] == [1, 2, 2]  # the probe, then two, both given their places at once
    assert max(seen[3:]) == 4


def test_each_probe_that_fails_doubles_the_wait_and_what_failed_before_does_not() -> None:
    one, clock = lane(patience=Patience(first=0.5, longest=60.0, first_silence=1e9, silence=1e9))
    tripped(one)
    for _ in range(50):
        one.failed(old(one), DOWN)
    waits = [one.breaker.next_probe]
    for _ in range(8):
        clock.now = one.breaker.next_probe
        one.failed(old(one, probe=True), DOWN)
        waits.append(one.breaker.next_probe - clock.now)

    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_a_provider_that_stays_away_is_gone_in_the_end_and_its_host_is_named() -> None:
    one, clock = lane(patience=Patience(silence=100.0))
    one.answered(old(one))
    tripped(one)
    clock.now = 99.0
    one.failed(old(one), DOWN)
    clock.now = 101.0

    with pytest.raises(ProviderGone, match="http://host: no answer for 100 s; the last failure was 500"):
        one.failed(old(one), DOWN)


def test_a_provider_that_says_when_to_come_back_is_never_gone_and_the_next_probe_is_not_before() -> None:
    told = Transient("429", overloaded=True, retry_after=7.0)
    one, clock = lane(patience=Patience(silence=1.0, first_silence=1.0))
    tripped(one, told)
    found = [one.breaker.next_probe]
    for _ in range(50):
        clock.now += 7.0
        one.failed(old(one, probe=True), told)
        found.append(one.breaker.next_probe - clock.now)

    assert set(found) == {7.0}


def test_a_probe_that_ends_in_any_other_way_gives_its_place_back() -> None:
    async def main() -> bool:
        one, clock = lane()
        tripped(one)
        clock.now = 2.0
        with pytest.raises(KeyError):
            async with one.turn():
                raise KeyError("anything")
        async with asyncio.timeout(1.0), one.turn():
            return True

    assert asyncio.run(main())


def test_whoever_waits_for_a_turn_is_let_go_when_the_run_is_halted() -> None:
    async def main(stop: Callable[[Lane], None]) -> None:
        one, _ = lane()
        tripped(one)

        async def call() -> None:
            async with one.turn():
                pass

        waiting = asyncio.ensure_future(call())
        await asyncio.sleep(0.01)
        stop(one)
        await asyncio.wait_for(waiting, 1.0)

    with pytest.raises(Interrupted):
        asyncio.run(main(lambda one: one.halt(Interrupted("stopped"))))


def test_waiting_for_a_time_keeps_the_loop_idle() -> None:
    async def main() -> int:
        one, clock = lane()
        tripped(one)
        waiting = [asyncio.ensure_future(several(one, 1)) for _ in range(50)]
        turns = 0
        loop = asyncio.get_running_loop()
        ends = loop.time() + 0.1
        one.breaker.next_probe = clock.now + 0.05
        one._places.hand_out()
        while loop.time() < ends:
            await asyncio.sleep(0.02)
            turns += 1
        handles = one._timer is not None
        for each in waiting:
            each.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        return turns if handles else -1

    assert 0 < asyncio.run(main()) <= 6


# what the provider says of itself


def says(left: float, renewed_in: float = 10.0, kind: Kind = "requests", limit: float | None = 1000.0) -> Allowance:
    """One quota."""
    return Allowance((Quota(kind, left, renewed_in, limit),))


def held(check: Callable[[Lane, Clock], Awaitable[None]], most: int = 40) -> None:
    """The check, inside a loop, of a fresh lane and its clock."""

    async def main() -> None:
        one, clock = lane(most=most)
        await check(one, clock)

    asyncio.run(main())


def test_no_more_calls_are_in_flight_than_the_provider_says_it_has_left() -> None:
    async def check(one: Lane, clock: Clock) -> None:
        one.told(says(3))
        await several(one, 3)

        assert not one.lets_go()
        clock.now = 10.0
        assert one.lets_go()

    held(check)


def test_what_is_left_is_read_anew_with_each_answer() -> None:
    async def check(one: Lane, clock: Clock) -> None:
        one.told(says(1))
        await several(one, 1)
        assert not one.lets_go()
        one.told(says(500))
        assert one.lets_go()

    held(check)


def test_the_same_saying_twice_is_no_news_and_puts_nothing_off() -> None:
    async def check(one: Lane, clock: Clock) -> None:
        same = says(0)
        one.told(same)
        clock.now = 9.0
        one.told(same)
        one.told(None)
        clock.now = 10.0
        assert one.lets_go()

    held(check)


def test_tokens_are_counted_by_what_calls_took_so_far() -> None:
    async def check(one: Lane, clock: Clock) -> None:
        one.told(says(5000, kind="tokens", limit=9000))
        one.answered(old(one), Usage(input=600, output=400))
        one.told(says(2500, kind="tokens", limit=9000))
        await several(one, 2)

        assert not one.lets_go()
        clock.now = 10.0
        assert one.lets_go()

    held(check)


def test_a_renewal_that_is_far_away_is_asked_after_with_one_call_at_a_time() -> None:
    async def check(one: Lane, clock: Clock) -> None:
        one.told(says(0, renewed_in=6000.0))
        assert not one.lets_go()
        clock.now = Patience().longest
        await several(one, 1)
        assert not one.lets_go()
        one.leave(probe=False)
        assert one.lets_go()

    held(check)


def test_who_answers_though_nothing_is_said_to_be_left_is_not_believed_until_a_call_is_turned_away() -> None:
    async def check(one: Lane, clock: Clock) -> None:
        def answers(turn: Turn) -> None:
            one.told(says(0, renewed_in=6000.0))
            one.answered(turn)
            one.leave(probe=turn.probe)

        one.told(says(0, renewed_in=6000.0))
        clock.now = Patience().longest
        answers(*await several(one, 1))
        turns = await several(one, 10)
        answers(turns.pop())
        assert one.lets_go()

        one.told(says(0, renewed_in=6000.0))
        one.failed(turns[0], BUSY)
        one.told(says(0, renewed_in=6000.0))
        assert not one.lets_go()

    held(check)


def test_a_provider_that_has_some_left_again_when_it_is_asked_is_believed() -> None:
    async def check(one: Lane, clock: Clock) -> None:
        one.told(says(0, renewed_in=6000.0))
        clock.now = Patience().longest
        (turn,) = await several(one, 1)
        one.told(says(2, renewed_in=6000.0))
        one.answered(turn)
        one.leave(probe=False)
        await several(one, 2)
        assert not one.lets_go()

    held(check)


def test_a_quota_that_is_full_holds_nobody_back_however_small_it_is() -> None:
    async def check(one: Lane, clock: Clock) -> None:
        one.told(says(0, limit=0.0))
        one.told(says(5, limit=5.0, kind="tokens"))
        assert one.lets_go()

    held(check)


def test_who_waits_for_the_renewal_goes_when_it_comes() -> None:
    async def main() -> float:
        one = Lane(Breaker("host", Patience()), Places(4), Patience())
        one.told(says(0, renewed_in=0.05))
        loop = asyncio.get_running_loop()
        began = loop.time()
        async with asyncio.timeout(5.0):
            await several(one, 4)
        return loop.time() - began

    assert 0.04 <= asyncio.run(main()) < 2.0


# two models of one provider


def test_a_quota_of_one_model_holds_no_other_model_back() -> None:
    async def main() -> None:
        lanes = Lanes(8, Patience())
        author, judge = lanes.of("host:author"), lanes.of("host:judge")
        author.told(says(0, renewed_in=30.0))
        waiting = asyncio.ensure_future(several(author, 1))
        await asyncio.sleep(0)
        async with asyncio.timeout(1.0):
            await several(judge, 8)
        judge.told(says(500))
        judge.leave(probe=False)
        await asyncio.sleep(0)

        assert not waiting.done()
        waiting.cancel()

    asyncio.run(main())


def test_a_host_that_breaks_down_is_away_for_all_its_models_and_each_comes_back_with_one_call() -> None:
    async def main() -> None:
        lanes = Lanes(8, Patience(first=0.0, silence=1e9, first_silence=1e9))
        author, judge, other = (lanes.of(name) for name in ("host:author", "host:judge", "elsewhere:judge"))
        for one in (author, judge) * (IN_A_ROW // 2):
            one.failed(old(one), DOWN)

        assert other.lets_go()
        (probe,) = await several(author, 1)
        assert not judge.lets_go()
        waiting = asyncio.ensure_future(several(judge, 2))
        await asyncio.sleep(0)
        author.answered(probe)
        author.leave(probe=True)
        await asyncio.sleep(0)
        assert (judge.in_flight, int(judge.limit)) == (1, 1)
        judge.leave(probe=False)
        await waiting

    asyncio.run(main())


class Running(Clock):
    """A clock that goes on whenever it is read."""

    def __call__(self) -> float:
        self.now += 0.001
        return self.now


@pytest.mark.parametrize("reading", range(12))
def test_who_waits_goes_even_where_the_renewal_comes_between_two_looks_at_the_clock(reading: int) -> None:
    async def main() -> None:
        clock = Running()
        one = Lane(Breaker("host", Patience()), Places(4), Patience(), clock=clock)
        one.told(says(0, renewed_in=0.001 * reading + 0.0005))
        async with asyncio.timeout(5.0):
            await several(one, 2)

    asyncio.run(main())


def test_one_patience_rules_them_all() -> None:
    one, clock = lane(patience=replace(Patience(), longest=5.0))
    tripped(one, Transient("429", overloaded=True, retry_after=9e9))

    assert one.breaker.next_probe == clock.now + 5.0
