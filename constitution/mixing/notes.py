"""Notes: what should be known of a mixture beside its figures, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from constitution.dataset.made_of import Mix
from constitution.mixing.opened import Source


def notes(mix: Mix, sources: Sequence[Source], contradictions: int, labelled_twice: int) -> Iterator[str]:
    """A sentence for everything that nobody should have to find out by himself.

    ``contradictions`` are those that are left among the used rows, ``labelled_twice`` the pairs of which two rows say
    different things.
    """
    for source in sources:
        yield from _of(source)
    if mix.duplicates:
        yield f"{mix.duplicates:,} rows said what another row says in all three texts; one of each is kept"
    if labelled_twice:
        yield (
            f"warning: {labelled_twice:,} pairs stand in several rows that differ in how much of them a machine wrote; "
            "kept is what a dataset folder says, else a file with labels, else what was declared"
        )
    if mix.shared_prompts:
        yield f"{mix.shared_prompts:,} prompts stand in more than one source"
    if mix.moved_to_test:
        yield f"{mix.moved_to_test:,} rows go to test: their prompt or group stands in a test split"
    if contradictions:
        yield f"warning: {contradictions:,} answers are preferred one way by one row and the other way by another"


def _of(source: Source) -> Iterator[str]:
    """What one source makes one say."""
    if source.assumed:
        declared = ", ".join(f"{name} {value}" for name, value in source.assumed.items())
        yield f"{source.name}: labels are declared by you, not found: {declared}"
    elif source.word not in ("INTACT", "INTACT-SUBSET"):
        yield f"{source.name} is {source.word}: it proves nothing of who made it"
    passed = source.passed
    if passed.no_preference:
        named = (f"line {place}" if place.isdecimal() else place for place in passed.same)
        places = ", ".join(named) + ", …" * (passed.no_preference > len(passed.same))
        yield (
            f"{source.name}: {passed.no_preference:,} rows are no pairs, for chosen and rejected say the same, or one "
            f"says nothing; left out: {places}"
        )
    if passed.answered:
        yield (
            f"warning: {source.name}: the prompts of {passed.answered:,} rows hold answers of an assistant, which are "
            "declared human with the rest; --assume prompt_origin=mixed says that a model wrote them"
        )
    if passed.columns:
        columns = ", ".join(f"{name} ({rows:,})" for name, rows in sorted(passed.columns.items()))
        yield f"{source.name}: columns that were not read, with the rows that have them: {columns}"
