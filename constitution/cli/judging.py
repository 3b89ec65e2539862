"""What the judges said of two answers, each time they were asked, and what was decided of it."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from constitution.cli.answers import Section
from constitution.cli.terminal import one_line, safe
from constitution.core.judgement import Verdict
from constitution.core.trail import Pair, Trail
from constitution.pairing.earned import sides
from constitution.pairing.words import bare, called, preferred, reason_of, shown_first

BASES = {
    "votes": "by the judge's votes", "logprobs": "by the judge's log-probs", "ruling": "by a person's ruling",
}  # fmt: skip


def judged(trail: Trail) -> Iterator[Section]:
    """Each verdict, with its judge where there are several, and what came of them all."""
    panel = len({verdict.role for verdict in trail.verdicts}) > 1
    for verdict in trail.verdicts:
        yield verdict.role if panel else "judge", _verdict(trail, verdict, panel=panel)
    if trail.pair is not None and (trail.pair.flipped or trail.pair.p_chosen is not None):
        yield "decision", Text(decided(trail, trail.pair))


def _verdict(trail: Trail, verdict: Verdict, *, panel: bool) -> Text:
    head = [f"{bare(shown_first(trail, verdict))} shown first"]
    head += ["the longer answer cut"] if verdict.cut else []
    head += [f"vote {verdict.draw + 1}"] if verdict.draw else []
    head += [f"asked of {asked_of(trail, verdict)}"] if panel else []
    head += ["a test of the judge that counts for nothing else"] if verdict.canary else []
    better, helps = (bare(preferred(trail, verdict, each)) for each in (verdict.principles, verdict.helpfulness))
    text = Text().append(", ".join(head), "dim")
    text.append(f"\nkeeps the principle better: {better}; helps more: {helps}")
    if verdict.p is not None:
        text.append(f"\nlog-probs: {verdict.p:.2f} for {called(trail, verdict.b)}")
    reason = reason_of(trail, verdict)
    return text.append(f"\n{safe(reason)}") if reason else text


def asked_of(trail: Trail, verdict: Verdict) -> str:
    """The model that gave this verdict."""
    step = next((step for step in trail.steps if step.id == verdict.step), None)
    return one_line((step.model_returned or step.model or step.agent) if step else "somebody unknown")


def decided(trail: Trail, pair: Pair) -> str:
    """Which answer was chosen, whether that is what was claimed, and with what probability."""
    chosen = (sides(trail) or (-1, -1))[not pair.flipped]
    said = f"{called(trail, chosen)} is chosen"
    if pair.flipped and pair.chosen.arm == "given":
        said += "; the row had it the other way round"
    if pair.p_chosen is None:
        return said
    sure = "calibrated" if pair.calibrated else "held within bounds, as nobody calibrated the judge"
    sure = "" if pair.p_basis == "ruling" else f", {sure}"
    return f"{said}\nprobability {pair.p_chosen:.2f} {BASES.get(pair.p_basis, '')}{sure}".rstrip()
