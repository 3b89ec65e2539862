"""The lane to a provider: it learns how much is taken, holds back in bad times, and gives up in the end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constitution.engine.lane import IN_A_ROW, START, Lane, Turn
from constitution.errors import Interrupted, ProviderGone, Transient

BUSY = Transient("429", overloaded=True)
DOWN = Transient("500", where="http://host")


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def lane(most: int = 40, **settings: object) -> tuple[Lane, Clock]:
    """A lane and its clock."""
    clock = Clock()
    return Lane("host", most, clock=clock, **settings), clock  # type: ignore[arg-type]


def test_it_starts_with_few_and_grows_with_success() -> None:
    one, _ = lane(most=30)

    assert (one.limit, lane(most=5)[0].limit) == (START, 5)
    for _ in range(1000):
        one.answered()
    assert one.limit == 30


def test_calls_of_one_window_halve_the_limit_once() -> None:
    one, _ = lane()
    turns = [Turn(0) for _ in range(10)]
    for turn in turns:
        one.failed(turn, BUSY)

    assert one.limit == START / 2
    one.failed(Turn(1), BUSY)
    assert one.limit == START / 4


@given(st.lists(st.booleans(), max_size=300))
def test_the_limit_stays_between_one_and_the_most(answers: list[bool]) -> None:
    one, _ = lane(most=25, deadline=1e9)
    for epoch, good in enumerate(answers):
        one.answered() if good else one.failed(Turn(epoch), BUSY)

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


def tripped(one: Lane) -> None:
    """As many failures in a row as open the breaker."""
    for _ in range(IN_A_ROW):
        one.failed(Turn(0), DOWN)


def test_failures_in_a_row_open_the_breaker_and_a_success_closes_it() -> None:
    one, _ = lane()
    tripped(one)

    assert one.is_open
    one.answered()
    assert not one.is_open


def test_an_open_breaker_lets_one_probe_through_at_a_time() -> None:
    async def main() -> list[int]:
        one, clock = lane(cooldown=0.01)
        tripped(one)
        clock.now = 1.0
        seen: list[int] = []

        async def call() -> None:
            async with one.turn():
                seen.append(one.in_flight)
                await asyncio.sleep(0.01)
                one.answered()

        await asyncio.gather(*(call() for _ in range(5)))
        return seen

    seen = asyncio.run(main())
    assert seen[0] == 1
    assert len(seen) == 5


def test_a_provider_that_stays_away_is_gone_in_the_end_and_its_host_is_named() -> None:
    one, clock = lane(deadline=100.0)
    one.answered()
    tripped(one)
    clock.now = 99.0
    one.failed(Turn(0), DOWN)
    clock.now = 101.0

    with pytest.raises(ProviderGone, match="http://host: no answer for 100 s; the last failure was 500"):
        one.failed(Turn(0), DOWN)


def test_a_probe_that_is_told_to_wait_lets_the_others_go_on() -> None:
    async def main() -> int:
        one, clock = lane(cooldown=0.01)
        tripped(one)
        clock.now = 1.0
        async with one.turn() as turn:
            one.failed(turn, Transient("429", overloaded=True, retry_after=0.01))
        done = 0
        for _ in range(3):
            async with asyncio.timeout(1.0), one.turn():
                done += 1
        return done

    assert asyncio.run(main()) == 3


def test_a_probe_that_ends_in_any_other_way_gives_its_place_back() -> None:
    async def main() -> bool:
        one, clock = lane(cooldown=0.01)
        tripped(one)
        clock.now = 1.0
        with pytest.raises(KeyError):
            async with one.turn():
                raise KeyError("anything")
        async with asyncio.timeout(1.0), one.turn():
            return True

    assert asyncio.run(main())


def test_a_provider_that_says_when_to_come_back_is_not_away() -> None:
    one, clock = lane(deadline=1.0)
    for _ in range(50):
        clock.now += 1.0
        one.failed(Turn(0), Transient("429", overloaded=True, retry_after=1.0))

    assert not one.is_open


def test_whoever_waits_for_a_turn_is_let_go_when_the_run_is_halted() -> None:
    async def main(stop: Callable[[Lane], None]) -> None:
        one, _ = lane(cooldown=1000.0)
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
