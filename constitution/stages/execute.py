"""Execute: a command of the user's is run on the answers of a pair; one that it does not pass makes no pair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import ValidationError

from constitution.core.asking import Asking, Reply, Request, Stage, ask
from constitution.core.execution import Outcome
from constitution.core.records import Message
from constitution.core.trail import Finding, Response, Trail
from constitution.errors import Mistake, OffSchema
from constitution.stages.blocks import Block, taken
from constitution.stages.brief import Brief
from constitution.stages.evidence import step_of

Side = Literal["chosen", "rejected"]
PATIENCE = 86_400.0
"""Seconds that a request may wait for its turn; the command has a time limit of its own."""


@dataclass(frozen=True)
class Bench:
    """A command, and what of an answer it is handed."""

    command: str
    model: str
    block: Block

    def run(self, trail: Trail, side: Side, response: Response, *, passes: bool) -> Asking[tuple[Trail, str]]:
        """The trail with the step, and why the answer does not pass, if so; a dry run supposes ``passes``."""
        text = taken(response.text, self.block)
        if text is None:
            kind = "" if self.block == "any" else f"{self.block} "
            return trail, f"{self.command}: the {side} answer holds no {kind}block"
        request = _question(trail, self.model, text, passes=passes)
        reply = yield from ask(request)
        outcome = _read(reply)
        step = step_of(trail, "execute", request, reply, inputs=(response.step,))
        longer = trail.plus(steps=(step.but(params=_params(side, self.block, outcome)),))
        return longer, "" if outcome.passed else f"{self.command}: the {side} answer fails: {outcome.told}"


def execute(
    brief: Brief,
    *,
    command: str = "",
    block: Block = "none",
    on: Literal["chosen", "both"] = "chosen",
    expect: Literal["chosen_passes", "only_chosen_passes"] = "chosen_passes",
) -> Stage:
    """The trail with its pair, or ``screened:execution`` with what the command said; a stage after ``pair``.

    The command, which ``constitution.toml`` names, is asked like a model, so the ledger keeps how it ended. It is
    handed the answer, or the blocks of one language in it. The chosen answer must pass; with ``only_chosen_passes``
    the rejected one must not.
    """
    bench, alone = Bench(command, brief.command(command), block), expect == "only_chosen_passes"
    if alone and on == "chosen":
        raise Mistake("setting 'expect': only_chosen_passes looks at both answers", remedy="add `on: both`")

    def stage(trail: Trail) -> Asking[Trail]:
        made = trail.pair
        if made is None:
            return trail.ends("undecided", "there is no pair whose answers a command could be run on")
        trail, why = yield from bench.run(trail, "chosen", made.chosen, passes=True)
        if why or on == "chosen":
            return _screened(trail, why) if why else trail
        trail, why = yield from bench.run(trail, "rejected", made.rejected, passes=not alone)
        if why:
            return trail
        found = f"{command}: the rejected answer passes as well"
        if alone:
            return _screened(trail, found)
        return trail.plus(findings=(Finding(check="execution", severity="warn", reason=found),))

    return stage


def _question(trail: Trail, model: str, text: str, *, passes: bool) -> Request:
    """The prompt with the text as its answer; a dry run supposes what makes a pair."""
    return Request.known(
        model=model,
        messages=(*trail.prompt.messages, Message(role="assistant", content=text)),
        max_tokens=1,  # none is written; a forecast counts so many
        purpose="execute",
        supposed=Outcome(exit=0 if passes else 1).text,
        timeout=PATIENCE,
    )


def _read(reply: Reply) -> Outcome:
    try:
        return Outcome.model_validate_json(reply.text)
    except ValidationError as error:
        raise OffSchema("what the ledger holds is no outcome of a command") from error


def _params(side: Side, block: Block, outcome: Outcome) -> dict[str, object]:
    """What was run on what and how it ended; what holds of few commands is said of those alone."""
    said: dict[str, object] = {"answer": side, "block": block, "passed": outcome.passed}
    if outcome.network:
        said["network"] = True
    if not outcome.contained:
        said["contained"] = False
    return said


def _screened(trail: Trail, why: str) -> Trail:
    found = Finding(check="execution", severity="refuse", reason=why)
    return trail.plus(findings=(found,)).but(pair=None).ends("screened:execution", why)
