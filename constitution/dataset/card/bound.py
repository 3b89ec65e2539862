"""What binds the users of a dataset, what it was made from, and how it is checked, as the card tells it."""

from __future__ import annotations

from collections.abc import Iterator

from constitution.dataset.made_of import MixSource
from constitution.dataset.markdown import cell, table
from constitution.dataset.saying import (
    NO_RESTRICTION,
    TO_VERIFY,
    UNREAD,
    asks,
    declared,
    mixed_in,
    shares,
    terms_of_share,
    verify_command,
    wording_of,
)
from constitution.dataset.statement import Manifest


def restrictions(manifest: Manifest) -> str:
    """What binds whoever uses all rows, and the terms of each model that took part."""
    found, counted = manifest.dataset.restrictions, manifest.counts.restrictions
    rows = ((name, asks(name), counted.get(name, 0)) for name in found)
    bound = table(("restriction", "what it means", "rows"), rows, words=True) if found else NO_RESTRICTION
    return "\n\n".join([bound, *_terms(manifest)])


def _terms(manifest: Manifest) -> Iterator[str]:
    """The terms of every model of the dataset; nothing where none took part."""
    lines = []
    for model in manifest.synthetic.models:
        terms = terms_of_share(model, manifest)
        where = terms.url if terms else ""
        told = wording_of(terms, model.terms)
        lines.append((model.model, model.provider, told, where if where.startswith("https://") else "not noted"))
    if lines:
        yield table(("model", "provider", "terms", "where they stand"), lines, words=True)
    if any(model.terms for model in manifest.synthetic.models):
        yield UNREAD


def made_from(manifest: Manifest) -> Iterator[str]:
    """The datasets behind this one, and how they were mixed; nothing where there are none."""
    if manifest.materials:
        lines = ((each.name, each.rows, each.root or "unknown") for each in manifest.materials)
        yield "## Made from\n\n" + table(("dataset", "rows", "root of its rows"), lines, words=True)
    if manifest.mix is not None:
        rows = (_mixed(manifest, source) for source in manifest.mix.sources)
        heads = ("source", "rows in", "rows used", "asked for", "came to", "its labels")
        lines_below = "\n".join(f"- {cell(said)}" for said in mixed_in(manifest))
        yield f"## Mixture\n\n{table(heads, rows, words=True)}\n\n{lines_below}"
        yield "## Gates\n\n" + gates(manifest)


def _mixed(manifest: Manifest, source: MixSource) -> tuple[object, ...]:
    asked, came = shares(manifest, source)
    return source.name, source.rows_in, source.rows_used, asked, came, declared(source)


def gates(manifest: Manifest) -> str:
    """The drop ledger: what went into each gate came out of it or was dropped for a reason."""
    lines = (
        (gate.gate, gate.entered, gate.kept, gate.dropped,
         ", ".join(f"{reason} {count}" for reason, count in sorted(gate.reasons.items())))
        for gate in manifest.ledger
    )  # fmt: skip
    return table(("gate", "in", "out", "dropped", "why"), lines, words=True)


def checking(manifest: Manifest) -> str:
    """The root, and the command that says whether the folder is what it says."""
    return (
        f"Root of the rows: `{manifest.rows.root}`\n\n```sh\n{verify_command(manifest)}\n```\n\n{TO_VERIFY}\n\n"
        "This card is no part of what is signed: a hub may rewrite it. `constitution data card --check` counts the "
        "rows again and names each figure of it that differs."
    )
