"""Recounting: what a manifest would say of the rows that stand in the folder now, and where the one there differs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from constitution.dataset.counts import Counting, Counts
from constitution.dataset.figures import ModelShare
from constitution.dataset.folder import each_pair
from constitution.dataset.gates import Gates
from constitution.dataset.layout import TRAILS
from constitution.dataset.leaves import Leaves
from constitution.dataset.manifest import about, synthetic_share, terms_used
from constitution.dataset.models import Models
from constitution.dataset.rows import Row
from constitution.dataset.schema import columns_of
from constitution.dataset.statement import Manifest
from constitution.dataset.trails import each_trail
from constitution.errors import BadFile
from constitution.labels.checking import check_row
from constitution.labels.hashes import leaf_of
from constitution.labels.spec import FLAT

OF_TRAILS = ("prompts", "fates", "canaries", "accepted", "reviewers")
"""Figures that rows alone do not tell."""


class Differing(NamedTuple):
    """A figure that the manifest has otherwise than the rows."""

    figure: str
    told: Any
    found: Any


def recounted(out: Path, told: Manifest) -> Manifest:
    """What ``told`` should say of the rows in the folder: each figure computed from them and, where they are there,
    from the trails; everything that is no figure, and what rows do not tell, is as it was told.

    Raises ``NotFound`` without rows, ``BadFile`` where they are not of this version or have lost their labels.
    """
    counting, models, leaves = Counting(), Models(), Leaves()
    for place, (row, split) in enumerate(each_pair(out)):
        try:
            counting.add_row(row, split)
            models.add(row)
            leaves.add(_leaf(row), split)
        except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
            raise BadFile(
                f"the labels of row {place} cannot be counted: {type(error).__name__} {error}",
                where=str(out),
                remedy="see what happened to it: constitution verify",
            ) from error
    ledger = told.ledger
    with_trails = (out / TRAILS).is_file() and told.recipe is not None
    if with_trails and told.recipe is not None:
        gates = Gates(told.recipe.lock)
        for _, trail in each_trail(out):
            counting.add_trail(trail)
            gates.add(trail)
        ledger = gates.lines()
    counts = _completed(counting.counts(), told.counts, with_trails=with_trails)
    return _told_again(told.but(ledger=tuple(ledger), rows=leaves.rows(), counts=counts), models.shares())


def _leaf(row: Row) -> str:
    """The leaf by the row's own text; one that no statement can name where text and labels are not one any more."""
    if found := check_row(columns_of(row, tools=False)).leaf:
        return found
    return leaf_of({**{name: getattr(row, name) for name in FLAT}, "pair_id": "not as it was sealed"}, row.provenance)


def _completed(found: Counts, told: Counts, *, with_trails: bool) -> Counts:
    """The counts with what rows alone do not tell; what a trail without a row told of a rehearsal is kept."""
    if with_trails:
        return found
    return found.but(**{name: getattr(told, name) for name in OF_TRAILS}, rehearsal=found.rehearsal or told.rehearsal)


def _told_again(manifest: Manifest, models: tuple[ModelShare, ...]) -> Manifest:
    """The manifest with everything rolled up anew from its counts."""
    counts, dataset = manifest.counts, manifest.dataset
    whole = about(dataset.name, counts, models, manifest.terms)
    principles = manifest.principles
    if manifest.recipe is not None:  # of a mixture, no row says from which file its principles are
        principles = tuple(file.but(ids_used=counts.principles) for file in principles)
    return manifest.but(
        dataset=dataset.but(license=whole.license, restrictions=whole.restrictions),
        synthetic=synthetic_share(counts, models),
        terms=terms_used(models, manifest.terms),
        review=manifest.review.but(
            reviewed=counts.reviewed,
            reviewers=counts.reviewers,
            accepted=counts.accepted,
        ),
        principles=principles,
    )


def differing(told: Manifest, found: Manifest) -> list[Differing]:
    """Every figure that is not the same in both, by its place in the manifest; a figure of nothing is zero."""
    one, other = dict(_figures(told)), dict(_figures(found))
    names = [*one, *(name for name in other if name not in one)]
    return [
        Differing(name, one.get(name, 0), other.get(name, 0))
        for name in names
        if one.get(name, 0) != other.get(name, 0)
    ]


def _figures(manifest: Manifest) -> Iterator[tuple[str, Any]]:
    """Every figure by its place."""
    said = manifest.model_dump(mode="json", by_alias=True)
    dataset = {name: said["dataset"][name] for name in ("license", "restrictions")}
    models = {" ".join((each.pop("model"), each.pop("provider"), each.pop("terms"))): each
              for each in said["synthetic"].pop("models")}  # fmt: skip
    files = {each["ref"]: {"ids_used": each["ids_used"]} for each in said["principles"]}
    gates = {f"{gate['order']} {gate['gate']}": gate for gate in said["ledger"]}
    whole = {
        "dataset": dataset, "rows": said["rows"], "synthetic": {**said["synthetic"], "models": models},
        "principles": files, "terms": [each["id"] for each in said["terms"]], "ledger": gates,
        "review": said["review"], "counts": said["counts"],
    }  # fmt: skip
    yield from _flat("", whole)


def _flat(above: str, value: Mapping[str, Any] | Iterable[Any] | Any) -> Iterator[tuple[str, Any]]:
    if not isinstance(value, Mapping):
        yield above, value
        return
    for name, item in value.items():
        yield from _flat(f"{above}.{name}" if above else str(name), item)
