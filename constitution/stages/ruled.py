"""Where a person has ruled: their verdict takes the place of the critic's, and outranks the judge's."""

from __future__ import annotations

from constitution.core.rulings import Ruling, Rulings
from constitution.core.trail import Critique, Evidence, Response, Step, Trail, pair_id
from constitution.pairing.earned import sides
from constitution.stages.quoting import locate


def ruled_answer(rulings: Rulings, trail: Trail, position: int) -> Trail:
    """The trail with people's verdicts on the response at ``position`` in the place of the critic's."""
    if not rulings:
        return trail
    response = trail.responses[position]
    critiques = list(trail.critiques)
    applied: list[Ruling] = []
    steps: list[Step] = []
    for place, critique in enumerate(critiques):
        if critique.response != position:
            continue
        ruling = rulings.on_response(
            trail.prompt.id, response.sha256, critique.principle.id, critique.principle.meaning
        )
        if ruling is not None:
            step = _review(trail, ruling, len(steps), (critique.step,)).but(principles=(critique.principle,))
            critiques[place] = _by(ruling, critique, response, step.id)
            applied.append(ruling)
            steps.append(step)
    return trail.but(critiques=tuple(critiques)).plus(rulings=tuple(applied), steps=tuple(steps))


def ruled_pair(rulings: Rulings, trail: Trail) -> Trail:
    """The trail with the ruling on the pair that its two sides would make, if there is one that it has not yet.

    ``drop`` ends it as ``ruled_out``; ``keep`` goes on, whatever critic and judge will say. Where the judge may turn
    the pair round, a ruling on either pair counts, ``keep`` before ``drop``, and of two kept the later.
    """
    positions = sides(trail)
    if not rulings or positions is None or trail.fate is not None:
        return trail
    a, b = (trail.responses[position] for position in positions)
    ways = [(b, a), (a, b)] if trail.claim is not None and trail.claim.either else [(b, a)]
    names = (pair_id(trail.prompt.messages, chosen.text, rejected.text) for chosen, rejected in ways)
    found = [ruling for name in names if (ruling := rulings.on_pair(trail.prompt.id, name))]
    # Who dropped the pair one way round may have kept it the other way.
    keeps = [ruling for ruling in found if ruling.verdict == "keep"]
    ruling = max(keeps, key=rulings.every.index) if len(keeps) > 1 else next(iter(keeps or found), None)
    if ruling is None or ruling in trail.rulings:
        return trail
    inputs = tuple(step for step in (a.step, b.step) if step)
    longer = trail.plus(rulings=(ruling,), steps=(_review(trail, ruling, 0, inputs),))
    if ruling.verdict == "drop":
        because = f": {ruling.reason}" if ruling.reason else ""
        return longer.ends("ruled_out", f"{ruling.reviewer} ruled the pair out{because}")
    return longer


def _review(trail: Trail, ruling: Ruling, before: int, inputs: tuple[str, ...]) -> Step:
    """The step of a person; ``before`` are about to be added ahead of it."""
    name = f"s{len(trail.steps) + before + 1}"
    return Step(id=name, kind="human_review", agent="human", agent_id=ruling.reviewer, inputs=inputs)


def _by(ruling: Ruling, critique: Critique, response: Response, step: str) -> Critique:
    """The critique as the person has it; what the critic had said is kept beside it.

    Where the two agree, the critic's words stay as they are: nobody is asked anew because a person said yes.
    """
    if ruling.verdict == critique.verdict:
        return critique.but(note=_also(critique.note, f"{ruling.reviewer} agrees"), overruled=critique)
    breaks = ruling.verdict == "violates"
    return critique.but(
        verdict=ruling.verdict,
        severity="serious" if breaks else "none",
        reason=ruling.reason,
        evidence=_shown(ruling, response) if breaks else None,
        note=_also(critique.note, f"ruled by {ruling.reviewer}; the critic said {critique.verdict}"),
        overruled=critique,
        step=step,
    )


def _also(note: str, more: str) -> str:
    return f"{note}; {more}" if note else more


def unruled(critique: Critique) -> Critique:
    """The critique as the critic gave it."""
    return critique.overruled or critique


def _shown(ruling: Ruling, response: Response) -> Evidence:
    """The person's quote, else the whole answer."""
    start, end = (locate(ruling.quote, response.text) if ruling.quote else None) or (0, len(response.text))
    return Evidence(kind="ruling", text=response.text[start:end], start=start, end=end)
