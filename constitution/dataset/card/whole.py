"""The whole card: its sections in the order in which they are read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from constitution.dataset.card import body
from constitution.dataset.card.bound import checking, made_from, restrictions
from constitution.dataset.card.front import front_matter
from constitution.dataset.card.told import columns, evidence, funnel
from constitution.dataset.markdown import cell
from constitution.dataset.statement import Manifest

OPENING, CLOSING = "<!-- pairprov -->", "<!-- /pairprov -->"
"""What stands between them is written by the engine; what stands outside is the owner's."""


def card_of(manifest: Manifest) -> str:
    """The card as text: YAML front matter, then Markdown."""
    head = spelled(front_matter(manifest))
    return f"---\n{head}---\n\n# {cell(manifest.dataset.name)}\n\n{body_of(manifest)}"


def body_of(manifest: Manifest) -> str:
    """What the engine says, with its marks around it; every figure is one of the manifest."""
    counts = manifest.counts
    sections = [
        *([body.rehearsal()] if counts.rehearsal else []),
        *([body.planted(counts)] if counts.canaries["asked"] else []),
        body.headline(manifest),
        "## Who wrote what\n\n" + body.origins(counts),
        "## Models\n\n" + body.models(manifest),
        "## Principles\n\n" + body.principles(manifest),
        "## Pairs and their evidence\n\n" + evidence(counts),
        *(["## From prompts to pairs\n\n" + funnel(counts)] if counts.prompts else []),
        *made_from(manifest),
        "## Columns\n\n" + columns(),
        "## Warnings\n\n" + body.warnings(counts),
        "## Licences\n\n" + body.licenses(manifest),
        "## Restrictions and terms\n\n" + restrictions(manifest),
        "## How to verify\n\n" + checking(manifest),
        "## Known gaps\n\n" + body.known_gaps(manifest),
        "## Use\n\n" + body.use(counts),
    ]
    return "\n\n".join([OPENING, *sections, CLOSING]) + "\n"


def spelled(head: Mapping[str, Any]) -> str:
    """Front matter as YAML."""
    said: str = yaml.safe_dump(dict(head), sort_keys=False, allow_unicode=True, width=120)
    return said
