"""Known gaps: what nobody should read into a dataset, in sentences that card and label share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from constitution.dataset.figures import Gate
from constitution.dataset.made_of import MixSource
from constitution.dataset.saying import without_terms
from constitution.dataset.statement import Manifest
from constitution.dataset.verdicts import verdicts
from constitution.labels.spec import UNKNOWN

GOOD = ("INTACT", "INTACT-SUBSET", "CONSISTENT", "UNSIGNED")
"""Verdict words of a source in which nothing was found wrong."""


def gaps(manifest: Manifest) -> tuple[str, ...]:
    """What nobody should read into the dataset."""
    return (*_of_verdicts(manifest), *_of_labels(manifest), *_of_mixture(manifest), *_never_looked_at(manifest))


def _of_verdicts(manifest: Manifest) -> Iterator[str]:
    counts = manifest.counts
    if not counts.rows:
        yield "There are no rows: what is said of rows here is said of none."
        return
    others = verdicts(counts) if counts.reviewed < counts.rows else ""
    yield f"Human-checked: {counts.reviewed} of {counts.rows}. {others}".rstrip()
    if counts.self_judged:
        yield f"In {counts.self_judged} of {counts.rows} rows the judge was of the family that wrote the answer."
    unnamed = any(each.model == UNKNOWN and (each.chosen or each.rejected) for each in manifest.synthetic.models)
    unsaid = any(counts.parts[side].get(UNKNOWN) for side in ("chosen", "rejected"))
    if counts.unjudged < counts.rows and (unnamed or unsaid):
        yield "Where nobody said who or which model wrote an answer, its own writer may have judged it."
    yield "That a judge preferred an answer does not prove that training on it helps: measure that, held out."
    yield "A pair shows that its principles were kept better, or who helps more, not that all principles are kept."


def _of_labels(manifest: Manifest) -> Iterator[str]:
    counts, rows = manifest.counts, manifest.rows.count
    yield "Labels are claims of whoever made the folder. A signature shows who claims, not that the claim is true."
    yield "`unknown` means that the source did not say; it does not mean human."
    unsaid = sum(tally.get(UNKNOWN, 0) for tally in counts.parts.values())
    if unsaid:
        yield f"Of {unsaid} messages nobody said who wrote them."
    if counts.licenses.get(UNKNOWN):
        yield f"Of {counts.licenses[UNKNOWN]} of {rows} rows nobody said the licence."
    if without := without_terms(manifest):
        yield f"Of {len(without)} of {len(manifest.synthetic.models)} models nobody said on which terms they answer."


def _of_mixture(manifest: Manifest) -> Iterator[str]:
    sources: Sequence[MixSource] = manifest.mix.sources if manifest.mix else ()
    doubtful = [each for each in sources if each.verified not in GOOD]
    if doubtful:
        yield f"{len(doubtful)} of {len(sources)} sources were mixed in without a check that found them whole."


def _never_looked_at(manifest: Manifest) -> Iterator[str]:
    ledger: Sequence[Gate] = manifest.ledger
    if not any(gate.reference for gate in ledger):
        yield "No gate compared the rows with sets that models are evaluated on."
    yield "Nothing searched the texts for personal data, or for words that their authors did not mean to give away."
