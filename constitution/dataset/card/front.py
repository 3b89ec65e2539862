"""Front matter: what the Hub reads of a card; it has no field for how much is synthetic: tags and the body say it."""

from __future__ import annotations

import re
from typing import Any

from constitution.dataset.counts import Counts
from constitution.dataset.markdown import one_line
from constitution.dataset.statement import Manifest
from constitution.labels.rollup import MADE_BY_MACHINE
from constitution.labels.spec import UNKNOWN

TAGS = ["synthetic", "preference", "dpo", "rlaif", "constitutional-ai", "pairprov"]
SIZES = (("n<1K", 1_000), ("1K<n<10K", 10_000), ("10K<n<100K", 100_000), ("100K<n<1M", 1_000_000))
HUB_LICENSES = {
    "apache-2.0", "mit", "bsd-3-clause", "cc0-1.0", "cc-by-3.0", "cc-by-4.0", "cc-by-sa-3.0", "cc-by-sa-4.0",
    "cc-by-nc-4.0", "cc-by-nc-sa-4.0", "cc-by-nd-4.0", "cc-by-nc-nd-4.0", "odc-by", "odbl", "pddl", UNKNOWN,
}  # fmt: skip
"""Names that the Hub knows; they are the SPDX names in lower case, but for these."""
HUB_NAMES = {"odc-by-1.0": "odc-by", "odbl-1.0": "odbl", "pddl-1.0": "pddl"}
_OF_THE_HUB = re.compile(r"([\w.-]+/[\w.-]+)@[0-9a-f]{40}")
"""A source that was read from the Hub: a repository at a commit."""


def front_matter(manifest: Manifest) -> dict[str, Any]:
    """What the Hub reads."""
    counts = manifest.counts
    # A split without rows is not named beside one that has some: the loader refuses all of them then.
    filled = [split for split, rows in counts.splits.items() if rows] or ["train"]
    files = [{"split": split, "path": f"data/{split}-*.parquet"} for split in filled]
    return {
        "pretty_name": one_line(manifest.dataset.name),
        "annotations_creators": annotators(manifest),
        "language_creators": creators(counts),
        "source_datasets": sources(manifest),
        **hub_license(counts),
        "size_categories": [next((name for name, limit in SIZES if counts.rows < limit), "1M<n<10M")],
        "task_categories": ["text-generation"],
        "tags": tags(manifest),
        # ``datasets`` keeps what it has loaded under a hash of this entry and the folder's name, and looks at no file:
        # without a word of the rows themselves, those of an earlier run would be loaded for those of a new one.
        "configs": [{"config_name": "default", "description": f"rows {manifest.rows.root}", "data_files": files}],
    }


def annotators(manifest: Manifest) -> list[str]:
    """Who said which answer is the better one, in the Hub's words; people are experts where they ruled here."""
    machine = manifest.recipe is not None or any(model.judge or model.critique for model in manifest.synthetic.models)
    found = ["machine-generated"] * machine + ["expert-generated"] * bool(manifest.counts.reviewed)
    return found or ["other"]


def creators(counts: Counts) -> list[str]:
    """Who wrote the texts, in the Hub's words: it has none for people whose part in it is not known."""
    seen = {origin for text in ("prompt", "chosen", "rejected") for origin in counts.parts[text]}
    machine = seen & {*MADE_BY_MACHINE, "mixed"} or not seen
    return ["machine-generated"] * bool(machine) + ["other"] * bool(seen - set(MADE_BY_MACHINE))


def sources(manifest: Manifest) -> list[str]:
    """The repositories that the prompts came from; ``original`` for whatever else they came from."""
    named = [*manifest.counts.sources, *(each.name for each in manifest.materials)]
    hits = [_OF_THE_HUB.fullmatch(name) for name in named]
    found = sorted({hit.group(1) for hit in hits if hit})
    return [*found, *(["original"] if not found or None in hits else [])]


def tags(manifest: Manifest) -> list[str]:
    """The tags; ``synthetic`` unless people wrote all of it, and those of the method where it was used.

    Of a row of which nobody said who wrote it the tag is true or too careful: losing labels must not take it away.
    """
    counts = manifest.counts
    lacking = set() if counts.synthetic.keys() - {"none"} or not counts.rows else {"synthetic"}
    if manifest.mix is not None and not counts.principles:
        lacking |= {"rlaif", "constitutional-ai"}
    return [tag for tag in TAGS if tag not in lacking] + (["rehearsal"] if counts.rehearsal else [])


def hub_license(counts: Counts) -> dict[str, str]:
    """The one licence of all rows; ``other`` where there are several, for each row has its own."""
    names = list(counts.licenses) or [UNKNOWN]
    if len(names) > 1:
        return {"license": "other", "license_name": "several-see-the-license-column"}
    name = HUB_NAMES.get(names[0].lower(), names[0].lower())
    return {"license": name} if name in HUB_LICENSES else {"license": "other", "license_name": one_line(names[0])}
