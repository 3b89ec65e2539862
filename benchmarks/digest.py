"""How much the short ways to a digest save over the library, on the requests of a real run, as ratios.

python benchmarks/digest.py
"""

from __future__ import annotations

import timeit
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from time import process_time

import rfc8785

from constitution.api import Order, prepare
from constitution.core.asking import NOT_IDENTITY, Reply, Request, drive
from constitution.core.digest import canonical
from constitution.core.trail import Trail
from constitution.providers.simulator import reply_to

ROUNDS = 20


def requests() -> list[Request]:
    """Every request of a rehearsal over the example prompts."""
    seen: list[Request] = []

    def answer(request: Request) -> Reply:
        seen.append(request)
        return reply_to(request)

    prepared = prepare(Order(prompts=Path(__file__).parent.parent / "examples" / "prompts.jsonl"))
    for prompt in prepared.prompts:
        drive(prepared.stage(Trail.start(prompt)), answer)
    return seen


def by_the_library(request: Request) -> str:
    """The digest of a request, its values dumped and then spelled by the library."""
    said = request.model_dump(mode="json", exclude=set(NOT_IDENTITY), exclude_defaults=True)
    return sha256(rfc8785.dumps(said)).hexdigest()


def compared(ours: Callable[[], object], theirs: Callable[[], object]) -> str:
    """How many times as long theirs takes, both timed in turn."""
    ratios = sorted(
        timeit.timeit(theirs, number=1, timer=process_time) / timeit.timeit(ours, number=1, timer=process_time)
        for _ in range(ROUNDS)
    )
    return f"{ratios[ROUNDS // 2]:.1f} times as long (lowest {ratios[0]:.1f}, highest {ratios[-1]:.1f} of {ROUNDS})"


def main() -> None:
    """Time both ways over the same requests."""
    asked = requests()
    values = [request.model_dump(mode="json", exclude_defaults=True) for request in asked]
    assert all(canonical(value) == rfc8785.dumps(value) for value in values)
    assert all(request.digest == by_the_library(request) for request in asked)
    spelling = compared(
        lambda: [canonical(value) for value in values], lambda: [rfc8785.dumps(value) for value in values]
    )
    naming = compared(
        lambda: [request.but(draw=request.draw).digest for request in asked],
        lambda: [by_the_library(request) for request in asked],
    )
    print(f"{len(asked)} requests: to spell them, rfc8785 takes {spelling}")
    print(f"{len(asked)} requests: to name them, dumping and rfc8785 take {naming}")


if __name__ == "__main__":
    main()
