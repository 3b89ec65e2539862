"""Ledger: the gates that prompts and rows went through chain, and every figure of the statement adds up."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from constitution.dataset.figures import Gate
from constitution.dataset.gates import GATES, gates_bytes
from constitution.dataset.statement import ROWS, Manifest
from constitution.errors import ConstitutionError
from constitution.verifying.finding import Found, level
from constitution.verifying.given import Given
from constitution.verifying.report import Level
from constitution.verifying.within import content_of


def ledger(given: Given) -> Level:
    """What went in came out or was dropped for a reason."""
    manifest, found = given.manifest, Found("ledger")
    for what in (*_gates(manifest.ledger), *_ends(manifest), *_figures(manifest), *_root(given)):
        found.add("sum", what, "ALTERED")
    if not manifest.ledger:
        if found.words:
            return found.closed("")
        return level("ledger", "absent", "the statement tells of no gate")
    try:
        if content_of(given.folder, GATES) != gates_bytes(manifest.ledger):
            found.add("file", "does not say what the statement says", "ALTERED", file=GATES)
    except ConstitutionError as error:
        found.add("file", error.what, "ALTERED", file=GATES)
    first, last = manifest.ledger[0], manifest.ledger[-1]
    return found.closed(f"{first.entered:,} in, {last.kept:,} out, {len(manifest.ledger)} gates add up")


def _gates(gates: tuple[Gate, ...]) -> Iterator[str]:
    for gate in gates:
        if gate.dropped != gate.entered - gate.kept or min(gate.entered, gate.kept, gate.dropped) < 0:
            yield f"gate {gate.order} {gate.gate}: {gate.entered} in, {gate.kept} out, {gate.dropped} dropped"
        if sum(gate.reasons.values()) != gate.dropped:
            yield f"gate {gate.order} {gate.gate}: its reasons do not add up to the {gate.dropped} dropped"
    for before, after in pairwise(gates):
        if after.entered != before.kept:
            yield f"gate {after.order} {after.gate}: {after.entered} in, and {before.kept} came out before it"


def _ends(manifest: Manifest) -> Iterator[str]:
    counts, gates = manifest.counts, manifest.ledger
    if gates and gates[-1].kept != manifest.rows.count:
        yield f"{gates[-1].kept} came out of the last gate, and there are {manifest.rows.count} rows"
    if manifest.recipe is None:  # a mixture is made of rows, not of prompts
        return
    if gates and gates[0].entered != counts.prompts:
        yield f"{gates[0].entered} went into the first gate, and there were {counts.prompts} prompts"
    if sum(counts.fates.values()) != counts.prompts:
        yield f"the fates of prompts do not add up to the {counts.prompts} that there were"
    if counts.fates.get("paired", 0) != manifest.rows.count:
        yield f"{counts.fates.get('paired', 0)} prompts made a pair, and there are {manifest.rows.count} rows"


def _figures(manifest: Manifest) -> Iterator[str]:
    rows = manifest.rows
    sums = {
        "splits": sum(each.count for each in rows.splits.values()),
        "counts": manifest.counts.rows,
        "shares of synthetic rows": sum(manifest.synthetic.by_row.values()),
    }
    for name, total in sums.items():
        if total != rows.count:
            yield f"its {name} come to {total} rows, and there are {rows.count}"


def _root(given: Given) -> Iterator[str]:
    """What a reader of in-toto statements takes for the root is what all else is held against."""
    rows = given.manifest.rows
    for each in given.envelope.statement.subject:
        if each.name == ROWS and each.digest != {rows.leaf_spec: rows.root}:
            yield "the root of its subject is not that of its rows"
