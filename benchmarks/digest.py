"""How much the fast path of ``canonical`` saves over the library, on the requests of a real run, as a ratio.

python benchmarks/digest.py
"""

from __future__ import annotations

import timeit
from pathlib import Path

import rfc8785

from constitution.api import Order, prepare
from constitution.core.asking import Reply, Request, drive
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


def main() -> None:
    """Time both over the same values, in turn."""
    values = [request.model_dump(mode="json", exclude_defaults=True) for request in requests()]
    assert all(canonical(value) == rfc8785.dumps(value) for value in values)
    ratios = []
    for _ in range(ROUNDS):
        ours = timeit.timeit(lambda: [canonical(value) for value in values], number=1)
        theirs = timeit.timeit(lambda: [rfc8785.dumps(value) for value in values], number=1)
        ratios.append(theirs / ours)
    ratios.sort()
    print(f"{len(values)} requests: rfc8785 takes {ratios[ROUNDS // 2]:.1f} times as long"
          f" (lowest {ratios[0]:.1f}, highest {ratios[-1]:.1f} of {ROUNDS} rounds)")  # fmt: skip


if __name__ == "__main__":
    main()
