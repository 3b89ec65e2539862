"""What the card tells of rows: how synthetic they are, who made them, under which principles and licences."""

from __future__ import annotations

from constitution.dataset.counts import DEEDS, TEXTS, Counts
from constitution.dataset.gaps import gaps
from constitution.dataset.markdown import cell, table
from constitution.dataset.saying import REHEARSAL, on_top, standing
from constitution.dataset.saying import planted as planted_words
from constitution.dataset.statement import Manifest
from constitution.labels.spec import UNKNOWN


def rehearsal() -> str:
    """The watermark."""
    return f"> **Rehearsal.** {REHEARSAL}"


def planted(counts: Counts) -> str:
    """How often the judge preferred a planted text to an answer, and a warning where that is surely too often."""
    told, fooled = planted_words(counts)
    if not fooled:
        return told
    return f"> **The judge of this dataset does not read.** {told}\n> No verdict behind these rows is to be trusted."


def headline(manifest: Manifest) -> str:
    """How synthetic the rows are, and what they came from."""
    counts = manifest.counts
    full, partial, none = (counts.synthetic.get(word, 0) for word in ("full", "partial", "none"))
    unknown = counts.synthetic.get(UNKNOWN, 0)
    told = f"**{full} of {counts.rows} rows fully synthetic, {partial} partly, {none} not at all; {unknown} unknown.** "
    if manifest.mix is not None:
        sources = len(manifest.mix.sources)
        made = f"Preference pairs: {counts.rows}, put together of {sources} source{'s' * (sources != 1)}."
        return f"{told}{made} Each text carries who made it."
    if not counts.rows:
        return f"**There are no rows.** Prompts in: {counts.prompts}. Preference pairs out: 0."
    return told + (
        f"Prompts in: {counts.prompts}. Preference pairs out: {counts.rows}. In each, judges or people held the "
        "chosen answer to be the better one by written principles, or, over an answer of the arm `over_refusal`, the "
        "more helpful one; each text carries who made it."
    )


def origins(counts: Counts) -> str:
    """Messages by text and origin."""
    found = sorted({origin for text in TEXTS for origin in counts.parts[text]})
    rows = ((text, *(counts.parts[text].get(origin, 0) for origin in found)) for text in TEXTS)
    return table(("messages", *found), rows)


def models(manifest: Manifest) -> str:
    """Who did what, by the name the answering model gave itself, in rows; of two providers it is two models."""
    counts = manifest.counts
    rows = ((each.model, each.provider, *(getattr(each, deed) for deed in DEEDS)) for each in manifest.synthetic.models)
    share = (
        f"In {counts.self_judged} of {counts.rows} rows one model, or two of one family, wrote an answer and judged it "
        "(`self_judged`)."
    )
    return table(("model, by rows", "provider", *DEEDS), rows) + (
        f"\n\n{share}" if counts.unjudged < counts.rows else ""
    )


def principles(manifest: Manifest) -> str:
    """Which files, who stands behind them, and which of their principles tell pairs apart."""
    files = [
        f"Constitution `{cell(used.name)}`, version `{cell(used.version)}`, "
        f"{cell(standing(used.approval, used.version))}, SHA-256 `{used.sha256}`; verbatim in `{cell(used.file)}`."
        for used in manifest.principles
    ]
    return "\n\n".join([*files, table(("principle", "rows"), manifest.counts.principles.items())])


def warnings(counts: Counts) -> str:
    """How many rows each check warns of."""
    return table(("check", "rows"), counts.warnings.items())


def licenses(manifest: Manifest) -> str:
    """Licences are per row: joining datasets must not launder them."""
    told = table(("licence of the prompt", "rows"), manifest.counts.licenses.items())
    return f"{told}\n\n{on_top(manifest).strip()}".rstrip()


def known_gaps(manifest: Manifest) -> str:
    """What nobody should read into the dataset."""
    return "\n".join(f"- {gap}" for gap in gaps(manifest))


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
