"""The chain of stages: one after the other, and what goes wrong in one ends its own trail only."""

from __future__ import annotations

from collections.abc import Sequence

from constitution.core.asking import Asking, Stage, Unanswered
from constitution.core.trail import Fault, Trail
from constitution.errors import OffSchema


def chain(stages: Sequence[tuple[str, Stage]]) -> Stage:
    """One stage after the other until the trail has its fate.

    What a stage does not catch becomes a fault here, and the trail up to that stage is kept. The trail says in which
    stage it ended: by its position, and one past the last where none gave it a fate.
    """

    def whole(trail: Trail) -> Asking[Trail]:
        if trail.fate is not None:
            return trail
        for place, (name, stage) in enumerate(stages):
            try:
                trail = yield from stage(trail)
            except Unanswered as lost:
                failure = next(iter(lost.failures.values()))
                trail = faulted(trail, failure.kind, str(failure), name)
            except OffSchema as failure:
                trail = faulted(trail, failure.kind, str(failure), name)
            except Exception as error:  # a bug in one stage or check must not cost the other prompts
                trail = faulted(trail, "bug", f"{type(error).__name__}: {error}", name)
            if trail.fate is not None:
                return trail.but(ended_in=place)
        return trail.ends("undecided", "the recipe has no further stage").but(ended_in=len(stages))

    return whole


def faulted(trail: Trail, kind: str, reason: str, stage: str) -> Trail:
    """The trail, ended by a fault."""
    fault = Fault(kind=kind, reason=reason, stage=stage)
    return trail.plus(faults=(fault,)).ends(f"fault:{kind}", f"{stage}: {reason}")
