"""What a plan takes a prompt, and what checking answers without the library saves, as a ratio.

python benchmarks/plan.py
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from time import process_time
from timeit import timeit
from typing import Any

from jsonschema import Draft202012Validator

from constitution.api import Order, Prepared, plan, prepare
from constitution.core.asking import Reply, Request, drive
from constitution.core.trail import Trail
from constitution.stages.forms import surely_keeps

PROMPTS = 2000
ROUNDS = 5


def prepared(folder: str) -> Prepared:
    """A plan over made-up prompts, with a ledger that holds nothing."""
    rows = [f"How do I do thing number {n}, and what should I take care of while I am at it?" for n in range(PROMPTS)]
    return prepare(Order(prompts=rows, root=folder, ledger=Path(folder) / "ledger.db"), ready=False)


def answers(of: Prepared) -> list[tuple[Any, dict[str, Any]]]:
    """What the plan supposes for one prompt, each answer with its schema."""
    seen: list[tuple[Any, dict[str, Any]]] = []

    def answer(request: Request) -> Reply:
        if request.json_schema and request.supposed:
            seen.append((json.loads(request.supposed), request.json_schema))
        return Reply(text=request.supposed, model_returned=request.model, supposed=True)

    drive(of.stage(Trail.start(of.prompts[0])), answer)
    return seen


def main() -> None:
    """Time whole plans, and both ways to check what one prompt's answers say, in turn."""
    times, ratios = [], []
    with tempfile.TemporaryDirectory() as folder:
        of = prepared(folder)
        said = answers(of)
        assert all(surely_keeps(value, schema) for value, schema in said)
        for _ in range(ROUNDS):
            times.append(timeit(lambda: plan(of), number=1, timer=process_time) / PROMPTS * 1000)
            ours = timeit(lambda: [surely_keeps(value, schema) for value, schema in said], number=100)
            theirs = timeit(lambda: [Draft202012Validator(s).is_valid(value) for value, s in said], number=100)
            ratios.append(theirs / ours)
    times.sort()
    ratios.sort()
    print(f"{PROMPTS} prompts: {times[ROUNDS // 2]:.1f} ms of processor time a prompt"
          f" (lowest {times[0]:.1f}, highest {times[-1]:.1f} of {ROUNDS} rounds)")  # fmt: skip
    print(f"{len(said)} answers of a prompt: the library takes {ratios[ROUNDS // 2]:.0f} times as long to check them"
          f" (lowest {ratios[0]:.0f}, highest {ratios[-1]:.0f} of {ROUNDS} rounds)")  # fmt: skip


if __name__ == "__main__":
    main()
