"""Rows: what a trainer reads, the flat labels beside it, and the provenance of each message."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from constitution.core.evidence import PairEvidence
from constitution.core.records import Intent, Message, Origin, Record
from constitution.core.trail import Critique, Pair, Response, Trail
from constitution.dataset.provenance import Remark, provenance_of
from constitution.errors import ConstitutionError
from constitution.labels.hashes import sealed
from constitution.labels.rollup import Synthetic, synthetic_of
from constitution.labels.spec import NO_MODEL, UNKNOWN
from constitution.labels.terms import SHIPPED, Terms

NOTHING_KNOWN = PairEvidence()
"""Of a pair whose words nobody looked at."""


class Row(Record):
    """One pair as it stands in ``data/``; the fields are the columns, in this order.

    What each says stands in ``columns.COLUMNS``; here is only why some are as they are.
    """

    prompt: tuple[Message, ...]
    chosen: tuple[Message, ...]
    rejected: tuple[Message, ...]
    critique: tuple[Remark, ...]
    pair_id: str
    prompt_id: str
    group_id: str
    source: str
    source_id: str
    synthetic: Synthetic
    prompt_origin: Origin
    chosen_origin: Origin
    rejected_origin: Origin
    chosen_model: str
    rejected_model: str
    chosen_arm: str
    rejected_arm: str
    license: str
    intent: Intent | Literal["unknown"]
    strategy: str
    flipped: bool
    p_chosen: float | None
    """None where no verdict stands behind the pair: the one column with nulls.

    A NaN would pass for the largest number in SQL and pandas' sorting, so that ``p_chosen >= 0.7`` kept the very rows
    of which nothing is known; a null is dropped there, and is refused by Python's own comparison.
    """
    p_basis: str
    p_calibrated: bool
    principles: tuple[str, ...]
    self_judged: bool
    warnings: tuple[str, ...]
    evidence: dict[str, Any]
    """The fields of ``PairEvidence``, all of them always there."""
    provenance: dict[str, Any]


def row_of(trail: Trail, *, engine: str, terms: Sequence[Terms] = SHIPPED) -> Row:
    """The row of a paired trail, sealed; ``terms`` are those of the models of the run.

    Raises ``ConstitutionError`` for a trail that has no pair: that is our bug, not the user's.
    """
    pair = trail.pair
    if pair is None:
        raise ConstitutionError(f"the trail of {trail.prompt.id} is counted as paired and has no pair")
    remarks = [(remark_of(critique), critique.step) for critique in remarks_of(trail, pair)]
    columns = labels_of(trail, pair)
    return Row.known(
        prompt=trail.prompt.messages,
        chosen=(Message.known(role="assistant", content=pair.chosen.text),),
        rejected=(Message.known(role="assistant", content=pair.rejected.text),),
        critique=tuple(remark for remark, _ in remarks),
        **columns,
        provenance=sealed(columns, provenance_of(trail, pair, remarks, engine, terms)),
    )


def labels_of(trail: Trail, pair: Pair) -> dict[str, Any]:
    """The columns of a row that are neither text nor provenance."""
    prompt = trail.prompt
    return {
        "pair_id": pair.pair_id,
        "prompt_id": prompt.id,
        "group_id": prompt.group_id or prompt.id,
        "source": prompt.source or UNKNOWN,
        "source_id": prompt.source_id or UNKNOWN,
        "synthetic": synthetic_of(prompt.origin, pair.chosen.origin, pair.rejected.origin),
        "prompt_origin": prompt.origin,
        "chosen_origin": pair.chosen.origin,
        "rejected_origin": pair.rejected.origin,
        "chosen_model": model_of(pair.chosen),
        "rejected_model": model_of(pair.rejected),
        "chosen_arm": arm_of(trail, pair.chosen),
        "rejected_arm": arm_of(trail, pair.rejected),
        "license": prompt.license or UNKNOWN,
        "intent": trail.intent or UNKNOWN,
        "strategy": pair.strategy,
        "flipped": pair.flipped,
        "p_chosen": pair.p_chosen,
        "p_basis": pair.p_basis,
        "p_calibrated": pair.calibrated,
        "principles": tuple(dict.fromkeys(principle.id for principle in pair.principles)),
        "self_judged": trail.self_judged,
        "warnings": tuple(dict.fromkeys(finding.check for finding in trail.findings if finding.severity == "warn")),
        "evidence": (pair.evidence or NOTHING_KNOWN).told(),
    }


def model_of(response: Response) -> str:
    """The model that last touched a text; ``none`` for a person's own text, ``unknown`` where nobody said."""
    return response.model or (NO_MODEL if response.origin == "human" else UNKNOWN)


def arm_of(trail: Trail, response: Response) -> str:
    """How a text came about; never empty."""
    if response.arm or response.parent is not None:
        return response.arm or "revision"
    imported = any(step.id == response.step and step.kind == "import" for step in trail.steps)
    return "given" if imported else "draft"


def remarks_of(trail: Trail, pair: Pair) -> tuple[Critique, ...]:
    """The critiques of the rejected answer on the principles of the pair; the rest stays in the trail."""
    cited = {principle.id for principle in pair.principles}
    return tuple(
        critique
        for critique in trail.critiques
        if critique.principle.id in cited
        and critique.response < len(trail.responses)
        and trail.responses[critique.response] == pair.rejected
    )


def remark_of(critique: Critique) -> Remark:
    """A critique as the row shows it."""
    return Remark.known(principle=critique.principle.id, verdict=critique.verdict, text=critique.reason)
