"""Manifest: what a dataset folder says of itself, put together from the facts of its run and the counts of its rows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from typing import Any, cast

from constitution.core.digest import digest
from constitution.dataset.contents import ConstitutionFile, FolderFacts
from constitution.dataset.counts import Counts
from constitution.dataset.figures import Gate, ModelShare, Review, RowSet, SyntheticShare
from constitution.dataset.layout import DROPPED, TRAILS
from constitution.dataset.made_of import PrincipleFile, RecipeFacts
from constitution.dataset.statement import ROWS, About, Manifest, Statement, Subject
from constitution.labels.licences import restrictions_of, together
from constitution.labels.rollup import joined
from constitution.labels.spec import LEAF_SPEC, Restriction
from constitution.labels.terms import Terms

LOCK = "provenance/recipe.lock.json"
WRITERS = ("datasets", "pyarrow", "pydantic", "rfc8785")
"""Libraries on which the bytes of a folder may depend."""
OPTIONAL = (TRAILS, "provenance/index.parquet", DROPPED)
"""Files that a folder may be handed on without."""


def manifest_of(
    facts: FolderFacts, counts: Counts, rows: RowSet, ledger: Sequence[Gate], models: Sequence[ModelShare]
) -> Manifest:
    """What there is to say of a run's folder."""
    return Manifest(
        dataset=about(facts.name, counts, models, facts.terms),
        rows=rows,
        synthetic=synthetic_share(counts, models),
        principles=(principle_fact(facts.constitution, counts),),
        recipe=RecipeFacts(sha256=digest(dict(facts.recipe_lock)), file=LOCK, lock=dict(facts.recipe_lock)),
        run_id=facts.run_id,
        engine=facts.engine,
        packages=packages(),
        inputs=dict(facts.inputs),
        roles=dict(facts.roles),
        terms=terms_used(models, facts.terms),
        ledger=tuple(ledger),
        review=Review(
            reviewed=counts.reviewed,
            reviewers=counts.reviewers,
            accepted=counts.accepted,
            dropped=counts.fates.get("ruled_out", 0),
        ),
        materials=tuple(facts.materials),
        counts=counts,
    )


def about(name: str, counts: Counts, models: Sequence[ModelShare], terms: Iterable[Terms]) -> About:
    """The dataset as a whole: the licences of all rows together, and all that binds those who use some row."""
    by_terms = (each.restrictions for each in terms_used(models, terms))
    # What the rows say themselves holds more, such as what bound their parents; rows of others may also say less.
    bound = joined(
        *map(restrictions_of, counts.licenses), *by_terms, cast(Sequence[Restriction], tuple(counts.restrictions))
    )
    return About(name=name, license=together(counts.licenses), restrictions=tuple(bound))


def terms_used(models: Sequence[ModelShare], terms: Iterable[Terms]) -> tuple[Terms, ...]:
    """The terms of the models that took part, each once."""
    used = {model.terms for model in models}
    return tuple(each for each in terms if each.id in used)


def terms_files(terms: Iterable[Terms], texts: Mapping[str, bytes]) -> dict[str, bytes]:
    """Path in the folder to bytes: what is known of each, and word for word the texts that are kept."""
    held = {each.file: texts[each.id] for each in terms if each.file and each.id in texts}
    return {**{f"provenance/terms/{each.id}.json": json_bytes(each.model_dump(mode="json")) for each in terms}, **held}


def synthetic_share(counts: Counts, models: Sequence[ModelShare]) -> SyntheticShare:
    """How much machines wrote."""
    return SyntheticShare(by_row=counts.synthetic, by_part=counts.parts, by_chars=counts.chars, models=tuple(models))


def principle_fact(used: ConstitutionFile, counts: Counts) -> PrincipleFile:
    """The principle file, verbatim."""
    return PrincipleFile(
        ref=used.ref,
        name=used.name,
        version=used.version,
        sha256=used.sha256,
        file=principle_file(used),
        content=used.content.decode(),
        ids_used=counts.principles,
        approval=None if used.approval is None else dict(used.approval),
    )


def principle_file(used: ConstitutionFile) -> str:
    """Where the principle file stands in the folder."""
    return f"provenance/principles/{used.name}@{used.version}.yaml"


def packages() -> dict[str, str]:
    """The versions of the libraries that wrote the folder."""
    return {name: version(name) for name in WRITERS}


def statement_of(manifest: Manifest, files: Mapping[str, str]) -> Statement:
    """The statement over these files (path to SHA-256) and the set of rows."""
    subjects = [
        Subject(name=name, digest={"sha256": sha256}, annotations={"optional": True} if name in OPTIONAL else {})
        for name, sha256 in sorted(files.items())
    ]
    return Statement(
        subject=(*subjects, Subject(name=ROWS, digest={LEAF_SPEC: manifest.rows.root})), predicate=manifest
    )


def json_bytes(value: Any) -> bytes:
    """JSON for people and for ``diff``: sorted, indented, UTF-8, one newline at the end."""
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=2) + "\n").encode()
