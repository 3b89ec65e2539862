"""Facts: what a mixture says of itself, from what its sources said of themselves and what was drawn of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from constitution.core.digest import digest
from constitution.dataset.counts import Counts
from constitution.dataset.figures import Gate, ModelShare, Review, RowSet
from constitution.dataset.gates import gate_line
from constitution.dataset.made_of import Material, Mix, MixSource, PrincipleFile
from constitution.dataset.manifest import about, packages, synthetic_share, terms_used
from constitution.dataset.rows import Row
from constitution.dataset.statement import Manifest
from constitution.errors import BadFile
from constitution.labels.rollup import joined
from constitution.labels.terms import Terms, in_order
from constitution.mixing.census import CONTRADICTION, DUPLICATE, FATES, NOT_DRAWN, Census
from constitution.mixing.opened import Source
from constitution.mixing.order import MixOrder

NO_PREFERENCE = "no_preference"
"""Why a row goes no further than the coming in: its answers are the same, or one is empty."""
GATES = {"duplicates": DUPLICATE, "contradictions": CONTRADICTION, "draw": NOT_DRAWN}
"""Gate to why rows end there, in order."""


@dataclass
class Seen:
    """What is counted while the rows of the mixture go by, beside what every dataset counts."""

    principles: dict[int, Counter[str]] = field(default_factory=dict)
    """Place of the source to principle to rows."""

    def add(self, row: Row, source: int) -> None:
        """One more row, of the source of this place."""
        self.principles.setdefault(source, Counter()).update(set(row.principles))


@dataclass(frozen=True)
class Drawn:
    """What was found and decided before the first row was written."""

    order: MixOrder
    sources: Sequence[Source]
    mix: Mix
    gates: tuple[Gate, ...]


def gates_of(order: MixOrder, mix: Mix) -> tuple[Gate, ...]:
    """The drop ledger of the mixture: the rows of all sources, gate after gate, down to those that are used."""
    ended: Counter[str] = Counter()
    for each in mix.sources:
        ended.update(each.dropped)
    same = {NO_PREFERENCE: ended[NO_PREFERENCE]} if ended[NO_PREFERENCE] else {}
    found = [gate_line("sources", 0, sum(each.rows_in for each in mix.sources), same)]
    for place, (name, fate) in enumerate(GATES.items(), 1):
        params = digest(told(order)) if fate == NOT_DRAWN else ""
        found.append(gate_line(name, place, found[-1].kept, {fate: ended[fate]} if ended[fate] else {}, params))
    return tuple(found)


def told(order: MixOrder) -> dict[str, object]:
    """What the order asked of the draw, as JSON values."""
    return {
        "seed": order.seed,
        "rows": order.rows,
        "test_share": order.test_share,
        "shares": sorted(str(each.share) for each in order.sources if each.share is not None),
        "drop_contradictions": order.drop_contradictions,
    }


def mix_of(order: MixOrder, sources: Sequence[Source], census: Census, found: Mapping[str, int]) -> Mix:
    """How the mixture was put together."""
    fates = census.tally("coalesce(fate, '')", "1")
    parts = []
    for place, each in enumerate(sources):
        ended = {fate: fates[place, fate] for fate in FATES if (place, fate) in fates}
        if each.passed.no_preference:
            ended = {NO_PREFERENCE: each.passed.no_preference, **ended}
        used = fates.get((place, ""), 0)
        parts.append(
            MixSource(
                name=each.name,
                manifest_sha256=each.sha256 if each.envelope else "",
                root=each.root,
                rows_in=used + sum(ended.values()),
                rows_used=used,
                dropped=ended,
                verified=each.word,
                weight=None if each.share is None else float(each.share),
                assumed=dict(each.assumed),
            )
        )
    used = sum(part.rows_used for part in parts)
    return Mix(
        sources=tuple(parts),
        requested={each.name: float(each.share) for each in sources if each.share is not None},
        realised={part.name: part.rows_used / used if used else 0.0 for part in parts},
        caps=caps_of(order),
        **found,
    )


def caps_of(order: MixOrder) -> dict[str, object]:
    """The bounds that the mixture keeps."""
    caps = {
        "max_synthetic": order.max_synthetic,
        "forbid_restriction": sorted(order.forbid) or None,
        "require_verified": order.require_verified or None,
        "rows": order.rows,
    }
    return {name: value for name, value in caps.items() if value is not None}


def manifest_of(drawn: Drawn, seen: Seen, counts: Counts, rows: RowSet, models: Sequence[ModelShare]) -> Manifest:
    """What there is to say of the mixture."""
    order, sources = drawn.order, drawn.sources
    terms = all_terms(sources, order.terms)
    return Manifest(
        dataset=about(order.out.name, counts, models, terms),
        rows=rows,
        synthetic=synthetic_share(counts, models),
        principles=principle_files(sources, seen),
        engine=order.engine,
        packages=packages(),
        inputs={"mix": digest(told(order)), **{each.name: each.sha256 for each in sources if not each.envelope}},
        terms=terms_used(models, terms),
        ledger=drawn.gates,
        review=Review(reviewed=counts.reviewed, reviewers=counts.reviewers),
        materials=materials(sources),
        mix=drawn.mix,
        counts=counts,
    )


def parents(sources: Iterable[Source]) -> list[tuple[int, Manifest]]:
    """The manifests of the sources that have one, each with the place of its source."""
    return [(place, each.envelope.statement.predicate) for place, each in enumerate(sources) if each.envelope]


def all_terms(sources: Sequence[Source], declared: Sequence[Terms]) -> tuple[Terms, ...]:
    """The terms that the sources name, each once, and those for what was declared.

    Where two sources say different things under one name, those of the first by rank stand, with all restrictions.
    """
    held: dict[str, Terms] = {}
    for each in [terms for _, manifest in parents(sources) for terms in manifest.terms]:
        first = held.setdefault(each.id, each)
        held[each.id] = first.but(restrictions=tuple(joined(first.restrictions, each.restrictions)))
    return in_order(held.values(), declared)


def materials(sources: Sequence[Source]) -> tuple[Material, ...]:
    """Every dataset that this one was made from: the sources, and what those were made from."""
    found = [
        Material(
            name=sources[place].name,
            manifest_sha256=sources[place].sha256,
            root=manifest.rows.root,
            rows=manifest.rows.count,
        )
        for place, manifest in parents(sources)
    ]
    carried = [material for _, manifest in parents(sources) for material in manifest.materials]
    return tuple(dict.fromkeys((*found, *carried)))


def principle_files(sources: Sequence[Source], seen: Seen) -> tuple[PrincipleFile, ...]:
    """The principle files of the sources, word for word; two of one name and different words stand side by side."""
    held: dict[tuple[str, str], PrincipleFile] = {}
    used: dict[tuple[str, str], Counter[str]] = {}
    for place, manifest in parents(sources):
        counted = seen.principles.get(place, Counter())
        for each in manifest.principles:
            key = (each.ref, each.sha256)
            held.setdefault(key, each)
            known = {name: rows for name, rows in counted.items() if name in each.ids_used}
            used.setdefault(key, Counter()).update(known)
    different = {each.sha256: f"{each.name}@{each.version}" for each in held.values()}
    names = Counter(different.values())
    return tuple(
        held[key].but(file=_file(held[key], names), ids_used=dict(sorted(used[key].items()))) for key in sorted(held)
    )


def _file(each: PrincipleFile, names: Mapping[str, int]) -> str:
    name = f"{each.name}@{each.version}"
    if "/" in name or "\0" in name:  # a manifest of others must not lead out of the folder
        raise BadFile(f"{name!r} cannot be the name of a file", where=each.ref, remedy="leave this source out")
    return f"provenance/principles/{name}{f'-{each.sha256[:8]}' if names[name] > 1 else ''}.yaml"
