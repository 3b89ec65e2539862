"""Saying: the sentences that card and label share, as plain text that each of them makes harmless in its own way."""

from __future__ import annotations

from collections.abc import Iterator

from constitution.core.intervals import wilson
from constitution.core.planted import TOLERATED
from constitution.dataset.counts import Counts
from constitution.dataset.figures import ModelShare
from constitution.dataset.made_of import ASSUMED, MixSource
from constitution.dataset.statement import Manifest
from constitution.labels.spec import RESTRICTIONS, UNKNOWN
from constitution.labels.terms import Terms

REHEARSAL = (
    "The simulator, a program that stands in for a model, took part in this dataset. It shows that the pipeline works "
    "and how a dataset looks. Its texts and verdicts are no data to train on, and no figure here says anything about "
    "quality."
)
UNREAD = (
    "What the terms of providers ask is what they are commonly held to say. Unless a day is noted, nobody has read "
    "them for this program: read them before you rely on it."
)
TO_VERIFY = (
    "The command computes every hash again, offline, and says what it finds in one word: INTACT, UNSIGNED, ALTERED and "
    "others. Without a signature the folder is at best UNSIGNED: its hashes agree with each other, and that proves "
    "nothing of who made it, for whoever changes rows can compute them anew. With a signature, give the maker's public "
    "key with --key, and take it from the maker, never from the folder. An old edition put in the place of a newer one "
    "shows only by its root or its number (--expect-root, --min-sequence): compare the root with one that the maker "
    "published elsewhere."
)
NO_RESTRICTION = "No restriction is known. That is less than a promise that there is none."


def share(part: int, whole: int) -> str:
    """The part in per cent; what is neither nothing nor all is never called so.

    >>> share(1, 1000), share(84, 100), share(999, 1000), share(0, 0)
    ('under 1%', '84%', 'over 99%', '0%')
    """
    rounded = round(100 * part / whole) if whole else 0
    if part and rounded == 0:
        return "under 1%"
    return "over 99%" if part < whole and rounded == 100 else f"{rounded}%"


def per_cent(given: float) -> str:
    """A share to one decimal; what is neither nothing nor all is never called so.

    >>> per_cent(0.0001), per_cent(0.5), per_cent(0.9999), per_cent(1.0)
    ('under 0.1%', '50.0%', 'over 99.9%', '100.0%')
    """
    told = f"{given:.1%}"
    if given > 0 and told == "0.0%":
        return "under 0.1%"
    return "over 99.9%" if given < 1 and told == "100.0%" else told


def how_synthetic(manifest: Manifest) -> str:
    """The headline."""
    told, rows = manifest.synthetic.by_row, manifest.rows.count
    if not rows:
        return "There are no rows"
    full, partial, none, unknown = (share(told.get(word, 0), rows) for word in ("full", "partial", "none", UNKNOWN))
    people = f", {none} by people alone" if told.get("none") else ""
    return f"{full} of rows fully synthetic, {partial} partly{people}; {unknown} unknown"


def planted(counts: Counts) -> tuple[str, bool]:
    """How often judges preferred a planted text to an answer, and whether that is surely too often."""
    asked, lost = counts.canaries.get("asked", 0), counts.canaries.get("lost", 0)
    told = f"At {asked} prompts the judge was also shown a planted text that is no answer, and preferred it in {lost}."
    return told, bool(asked) and wilson(lost, asked).low > TOLERATED


def verify_command(manifest: Manifest) -> str:
    """What to type to check the folder against the root."""
    return f"constitution verify path/to/this/folder --expect-root {manifest.rows.root}"


def asks(restriction: str) -> str:
    """What a restriction asks, in a sentence; nothing of one that another engine may know."""
    return next((said for name, said in RESTRICTIONS.items() if name == restriction), "")


def wording_of(terms: Terms | None, said: str = UNKNOWN) -> str:
    """The terms of a model in a sentence, without their address; ``said`` is how its rows name them."""
    if terms is None:
        return "unknown: nobody said which terms hold" if said else "none: it is no trained model"
    asked = "; ".join(RESTRICTIONS[each] for each in terms.restrictions) or "no restriction noted"
    return f"{terms.id}: {asked}; {f'read on {terms.retrieved}' if terms.retrieved else 'not read for this program'}"


def terms_of_share(model: ModelShare, manifest: Manifest) -> Terms | None:
    """The terms that hold for a model of the dataset; None where nobody said any."""
    return next((each for each in manifest.terms if each.id == model.terms), None)


def without_terms(manifest: Manifest) -> tuple[ModelShare, ...]:
    """The trained models of which nobody said any terms."""
    return tuple(each for each in manifest.synthetic.models if each.terms and terms_of_share(each, manifest) is None)


def shares(manifest: Manifest, source: MixSource) -> tuple[str, str]:
    """The share of a source in a mixture: what was asked for, and what it came to."""
    mix, rows = manifest.mix, manifest.rows.count
    asked = mix.requested.get(source.name, source.weight) if mix else None
    given = mix.realised.get(source.name) if mix else None
    came = given if given is not None else source.rows_used / rows if rows else 0.0
    return "all of it" if asked is None else _part(asked), _part(came)


def _part(given: float) -> str:
    """A share; what is more than all is a weight and is shown as it was given."""
    return per_cent(given) if 0 <= given <= 1 else f"{given:g}"


def licence(manifest: Manifest) -> str:
    """Under which licence the rows are, in a sentence."""
    found, rows = manifest.counts.licenses, manifest.rows.count
    if not found:
        return "There are no rows, and so no licence."
    lacking = found.get(UNKNOWN, 0)
    if len(found) > 1:
        told = (
            f"Rows carry {len(found)} licences; each row names its own in the column license, and none holds for all."
        )
    elif lacking:
        return "Nobody said under which licence the prompts are. That is no permission to use them."
    else:
        told = f"The prompt of every row is under {next(iter(found))}."
    if lacking:
        told += f" Of {lacking} of {rows} rows nobody said it: that is no permission to use them."
    return told


def on_top(manifest: Manifest) -> str:
    """What binds the answers beside the licence of the prompts; nothing where no model is known to have any part."""
    answers = (manifest.counts.parts.get(side, {}) for side in ("chosen", "rejected"))
    if any(model.terms and (model.chosen or model.rejected) for model in manifest.synthetic.models):
        return " Terms of the models that wrote the answers come on top of it."
    if any(tally.get(UNKNOWN) for tally in answers):
        return " Where a model wrote an answer its terms come on top of it, and nobody said of every answer who did."
    return ""


def standing(approval: object, version: str) -> str:
    """Whether anybody stands behind the wording of a principle file."""
    if isinstance(approval, dict) and approval.get("approved_by"):
        return f"released and approved by {approval['approved_by']}"
    return "a draft, approved by nobody" if version == "draft" else "never released, approved by nobody"


def declared(source: MixSource) -> str:
    """How far the labels of a source of a mixture are known to hold."""
    if source.verified == ASSUMED or source.assumed:
        said = ", ".join(f"{name}={value}" for name, value in sorted(source.assumed.items()))
        return f"declared by the mixer{f': {said}' if said else ''}"
    return f"verified: {source.verified}" if source.verified else "not verified"


def mixed_in(manifest: Manifest) -> Iterator[str]:
    """What there is to say of a mixture beside its sources; nothing of a run."""
    mix = manifest.mix
    if mix is None:
        return
    by_mixer = sum(source.rows_used for source in mix.sources if source.verified == ASSUMED or source.assumed)
    yield f"The labels of {by_mixer} of {manifest.rows.count} rows were declared by the mixer: nobody checked them."
    yield (
        f"Contradictions (one row prefers A to B, another B to A): {mix.contradictions}. "
        f"Rows whose texts another row had already: {mix.duplicates}."
    )
    yield f"Prompts that stand in more than one source: {mix.shared_prompts}. Rows moved to test: {mix.moved_to_test}."
    caps = ", ".join(f"{name}={value}" for name, value in sorted(mix.caps.items()))
    if caps:
        yield f"Limits that were asked for and kept: {caps}."
