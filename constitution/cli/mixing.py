"""What data mix says: which rows of which source were used, what they come to, and why others were not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from constitution.api.data.mixing import Mixture
from constitution.cli.output import Output, Said
from constitution.cli.tables import count


def show_mixture(output: Output, mixture: Mixture) -> int:
    """The figures of the mixture are told, or every bound that it does not keep is an error."""
    for note in mixture.notes:
        output.note(note)
    for line in _told(mixture):
        output.line(line)
    if mixture.refusals:
        output.note("nothing was written")
    data = mixture.data()
    following = list(_following(mixture))
    for command in following:
        output.line(f"next: {command}")
    errors: list[Said] = [
        {"kind": "bound", "message": each, "where": str(mixture.order.out), "remedy": ""} for each in mixture.refusals
    ]
    return output.end({**data, "next": following}, code=mixture.exit_code, errors=errors)


def _sources(mixture: Mixture) -> Iterator[str]:
    """How many rows of each source were used; only its verdict where the mixture was refused before a row was read."""
    mix = mixture.mix
    whole = any(each.weight is None for each in mix.sources)
    among = " of what is drawn beside the sources without a share" if whole else ""
    for each in mix.sources:
        if not mixture.gates:
            yield f"  {each.name}: {each.verified}"
            continue
        wanted = "" if each.weight is None else f", share {each.weight:.1%}{among}"
        dropped = ", ".join(f"{reason} {rows:,}" for reason, rows in each.dropped.items())
        yield (
            f"  {each.name}: {each.rows_used:,} of {count(each.rows_in, 'row')} used, "
            f"{mix.realised[each.name]:.1%} of the mixture{wanted}; {each.verified}{f'; {dropped}' if dropped else ''}"
        )


def _told(mixture: Mixture) -> Iterator[str]:
    """The result, line by line."""
    yield from _sources(mixture)
    if mixture.manifest is None:
        return
    manifest = mixture.manifest
    verb = "would write" if mixture.order.dry_run else "wrote"
    yield f"{verb} {count(manifest.rows.count, 'row')} to {mixture.order.out}; root {manifest.rows.root}"
    yield f"rows by synthetic: {_shares(manifest.synthetic.by_row)}"
    for text, origins in manifest.synthetic.by_part.items():
        if origins:
            chars = _shares(manifest.synthetic.by_chars[text])
            yield f"{text} messages by origin: {_shares(origins)}; by characters: {chars}"
    for split, sources in mixture.splits.items():
        yield f"{split} by source: {_shares(sources)}"
    yield f"licences: {_shares(manifest.counts.licenses)}"
    if manifest.dataset.restrictions:
        yield f"restrictions of some row: {', '.join(manifest.dataset.restrictions)}"
    for model in manifest.synthetic.models:
        yield f"model {model.model}: chosen {model.chosen:,}, rejected {model.rejected:,}"


def _shares(found: Mapping[str, int]) -> str:
    whole = sum(found.values())
    return ", ".join(f"{name} {rows:,} ({rows / whole:.1%})" for name, rows in found.items())


def _following(mixture: Mixture) -> Iterator[str]:
    """The commands that come next."""
    if mixture.exit_code == 0 and not mixture.order.dry_run:
        yield f"constitution verify {mixture.order.out}"
        yield f"constitution data sign {mixture.order.out} --new-key FILE"
