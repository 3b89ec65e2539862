"""The dataset card: README.md of the folder, every figure in it computed from the rows and trails."""

from __future__ import annotations

from typing import Any

import yaml

from constitution.core.intervals import wilson
from constitution.core.planted import TOLERATED
from constitution.dataset.counts import DEEDS, TEXTS, Counts
from constitution.dataset.markdown import cell, one_line, table
from constitution.dataset.statement import Manifest
from constitution.dataset.told import columns, evidence, funnel
from constitution.labels.rollup import MADE_BY_MACHINE
from constitution.labels.spec import UNKNOWN

OPENING, CLOSING = "<!-- pairprov -->", "<!-- /pairprov -->"
"""What stands between them is written by the engine; what stands outside is the owner's."""

TAGS = ["synthetic", "preference", "dpo", "rlaif", "constitutional-ai", "pairprov"]
SIZES = (("n<1K", 1_000), ("1K<n<10K", 10_000), ("10K<n<100K", 100_000), ("100K<n<1M", 1_000_000))
HUB_LICENSES = {
    "apache-2.0", "mit", "bsd-3-clause", "cc0-1.0", "cc-by-3.0", "cc-by-4.0", "cc-by-sa-3.0", "cc-by-sa-4.0",
    "cc-by-nc-4.0", "cc-by-nc-sa-4.0", "cc-by-nd-4.0", "cc-by-nc-nd-4.0", "odc-by", "odbl", "pddl", UNKNOWN,
}  # fmt: skip
"""Names that the Hub knows; they are the SPDX names in lower case."""


def card_of(manifest: Manifest) -> str:
    """The card as text: YAML front matter, then Markdown."""
    counts = manifest.counts
    head = yaml.safe_dump(front_matter(manifest), sort_keys=False, allow_unicode=True, width=120)
    sections = [
        *([rehearsal()] if counts.rehearsal else []),
        *([planted(counts)] if counts.canaries["asked"] else []),
        headline(counts),
        "## Who wrote what\n\n" + origins(counts),
        "## Models\n\n" + models(counts),
        "## Principles\n\n" + principles(manifest),
        "## Pairs and their evidence\n\n" + evidence(counts),
        *(["## From prompts to pairs\n\n" + funnel(counts)] if counts.prompts else []),
        "## Columns\n\n" + columns(),
        "## Warnings\n\n" + warnings(counts),
        "## Licences\n\n" + licenses(counts),
        "## Known gaps\n\n" + gaps(counts),
        "## Use\n\n" + use(counts),
    ]
    body = "\n\n".join(sections)
    return f"---\n{head}---\n\n# {cell(manifest.dataset.name)}\n\n{OPENING}\n\n{body}\n\n{CLOSING}\n"


def front_matter(manifest: Manifest) -> dict[str, Any]:
    """What the Hub reads: it has no field for how much is synthetic, so tags and the body say it."""
    counts = manifest.counts
    # A split without rows is not named beside one that has some: the loader refuses all of them then.
    filled = [split for split, rows in counts.splits.items() if rows] or ["train"]
    files = [{"split": split, "path": f"data/{split}-*.parquet"} for split in filled]
    return {
        "pretty_name": one_line(manifest.dataset.name),
        "annotations_creators": ["machine-generated"],
        "language_creators": creators(counts),
        **hub_license(counts),
        "size_categories": [next((name for name, limit in SIZES if counts.rows < limit), "1M<n<10M")],
        "task_categories": ["text-generation"],
        "tags": TAGS + (["rehearsal"] if counts.rehearsal else []),
        # ``datasets`` keeps what it has loaded under a hash of this entry and the folder's name, and looks at no file:
        # without a word of the rows themselves, those of an earlier run would be loaded for those of a new one.
        "configs": [{"config_name": "default", "description": f"rows {manifest.rows.root}", "data_files": files}],
    }


def creators(counts: Counts) -> list[str]:
    """Who wrote the texts, in the Hub's words: it has none for people whose part in it is not known."""
    seen = {origin for text in ("prompt", "chosen", "rejected") for origin in counts.parts[text]}
    machine = seen & {*MADE_BY_MACHINE, "mixed"} or not seen
    return ["machine-generated"] * bool(machine) + ["other"] * bool(seen - set(MADE_BY_MACHINE))


def hub_license(counts: Counts) -> dict[str, str]:
    """The one licence of all rows; ``other`` where there are several, for each row has its own."""
    names = list(counts.licenses) or [UNKNOWN]
    if len(names) > 1:
        return {"license": "other", "license_name": "several-see-the-license-column"}
    known = names[0].lower() in HUB_LICENSES
    return {"license": names[0].lower()} if known else {"license": "other", "license_name": one_line(names[0])}


def rehearsal() -> str:
    """The watermark."""
    return (
        "> **Rehearsal.** The simulator, a program that stands in for a model, took part in this dataset. It shows\n"
        "> that the pipeline works and how a dataset looks. Its texts and verdicts are no data to train on, and no\n"
        "> figure below says anything about quality."
    )


def planted(counts: Counts) -> str:
    """How often the judge preferred a planted text to an answer, and a warning where that is surely too often."""
    asked, lost = counts.canaries["asked"], counts.canaries["lost"]
    told = f"At {asked} prompts the judge was also shown a planted text that is no answer, and preferred it in {lost}."
    if wilson(lost, asked).low <= TOLERATED:
        return told
    return f"> **The judge of this dataset does not read.** {told}\n> No verdict behind these rows is to be trusted."


def headline(counts: Counts) -> str:
    """How synthetic the rows are, and how many prompts they came from."""
    full, partial, none = (counts.synthetic.get(word, 0) for word in ("full", "partial", "none"))
    unknown = counts.synthetic.get(UNKNOWN, 0)
    return (
        f"**{full} of {counts.rows} rows fully synthetic, {partial} partly, {none} not at all; {unknown} unknown.** "
        f"Prompts in: {counts.prompts}. Preference pairs out: {counts.rows}. In each, judges or people held the "
        "chosen answer to be the better one by written principles, or, over an answer of the arm `over_refusal`, the "
        "more helpful one; each text carries who made it."
    )


def origins(counts: Counts) -> str:
    """Messages by text and origin."""
    found = sorted({origin for text in TEXTS for origin in counts.parts[text]})
    rows = ((text, *(counts.parts[text].get(origin, 0) for origin in found)) for text in TEXTS)
    return table(("messages", *found), rows)


def models(counts: Counts) -> str:
    """Who did what, by the name the answering model gave itself, in rows."""
    rows = ((model, *(done[deed] for deed in DEEDS)) for model, done in counts.models.items())
    share = f"In {counts.self_judged} of {counts.rows} rows one model wrote the answer and judged it (`self_judged`)."
    return table(("model, by rows", *DEEDS), rows) + "\n\n" + share


def principles(manifest: Manifest) -> str:
    """Which files, and which of their principles tell pairs apart."""
    files = [
        f"Constitution `{cell(used.name)}`, version `{cell(used.version)}`, SHA-256 `{used.sha256}`; verbatim in "
        f"`{cell(used.file)}`."
        for used in manifest.principles
    ]
    return "\n\n".join([*files, table(("principle", "rows"), manifest.counts.principles.items())])


def warnings(counts: Counts) -> str:
    """How many rows each check warns of."""
    return table(("check", "rows"), counts.warnings.items())


def licenses(counts: Counts) -> str:
    """Licences are per row: joining datasets must not launder them."""
    return table(("licence of the prompt", "rows"), counts.licenses.items()) + (
        "\n\nTerms of the models that wrote the answers come on top, and are not in this table."
    )


def gaps(counts: Counts) -> str:
    """What nobody should read into the dataset."""
    others = "The other verdicts" if counts.reviewed else "The verdicts"
    checked = f"{others} are those of machines, and they err."
    return (
        f"- Human-checked: {counts.reviewed} of {counts.rows}. {checked}\n"
        "- That a judge preferred an answer does not prove that training on it helps: measure that, held out.\n"
        "- A pair shows that its principles were kept better, or who helps more, not that all principles are kept.\n"
        "- Labels are claims of whoever made the folder: this version does not sign them.\n"
        "- `unknown` means that the source did not say; it does not mean human."
    )


def use(counts: Counts) -> str:
    """How to load it."""
    if not counts.rows:
        return "There are no rows: `load_dataset` refuses such a split, other than with `streaming=True`."
    return (
        "```python\n"
        "from datasets import load_dataset\n\n"
        'rows = load_dataset("path/to/this/folder", split="train")  # ready for trl.DPOTrainer\n'
        'rows[0]["provenance"]["parts"]  # who made each message\n'
        "```"
    )
