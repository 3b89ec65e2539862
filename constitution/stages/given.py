"""Given: the answers that the prompt's row brought along become responses of the trail, and nobody is asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from constitution.core.asking import Asking, Stage
from constitution.core.digest import text_digest
from constitution.core.records import Candidate
from constitution.core.trail import Response, Step, Trail
from constitution.stages.brief import AtLeastOne, Brief
from constitution.stages.declining import reads_as_refusal

ARM = "given"


def given(brief: Brief, *, which: Literal["first", "all"] = "first", at_least: AtLeastOne = 1) -> Stage:
    """The trail with the row's first answer, or with all of them, in the arm ``given``.

    A row with fewer than ``at_least`` answers ends ``screened:no_candidate``, one with an empty answer ``empty``.
    """

    def stage(trail: Trail) -> Asking[Trail]:
        yield from ()  # asks nothing, and is a conversation all the same
        there = trail.prompt.candidates
        if len(there) < at_least:
            needed = "an answer" if at_least == 1 else f"{at_least} answers"
            has = len(there) or "none"
            return trail.ends("screened:no_candidate", f"the recipe needs {needed} in the prompt's row, there is {has}")
        return imported(trail, there[:1] if which == "first" else there, arm=ARM)

    return stage


def imported(trail: Trail, answers: Sequence[Candidate], *, arm: str = "") -> Trail:
    """The trail with these answers of its row, each with a step that says whose it is and under which license."""
    for answer in answers:
        step = Step(
            id=f"s{len(trail.steps) + 1}",
            kind="import",
            agent=answer.origin,
            model=answer.model,
            source=trail.prompt.source,
            license=trail.prompt.license,
            output_sha256=text_digest(answer.text),
        )
        response = Response(
            text=answer.text,
            origin=answer.origin,
            model=answer.model,
            step=step.id,
            arm=arm,
            declines=reads_as_refusal(answer.text),
        )
        trail = trail.plus(steps=(step,), responses=(response,))
    empty = any(not answer.text.strip() for answer in answers)
    which = "the given answer" if len(answers) == 1 else "a given answer"
    return trail.ends("empty", f"{which} is empty") if empty else trail
