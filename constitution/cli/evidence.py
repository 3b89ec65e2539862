"""The evidence behind a pair: which principle asked for which change, what nobody asked for, and what facts are new."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from constitution.cli.answers import Section
from constitution.cli.terminal import one_line, short
from constitution.core.evidence import ChangedSpan, PairEvidence
from constitution.core.trail import Pair, Trail

FEW = 3
"""So many spans that nothing explains are shown."""


def evidenced(trail: Trail) -> Iterator[Section]:
    """What changed and why, and the new names and numbers; nothing where there is no pair."""
    if trail.pair is None or trail.pair.evidence is None:
        return
    found = trail.pair.evidence
    if found.aligned:
        yield "changes", _changes(trail.pair, found)
    where = "neither in the prompt nor in the text that was revised" if found.aligned else "not in the prompt"
    for what, said in (("names", found.new_names), ("numbers", found.new_numbers)):
        if said:
            yield "new", Text(", ".join(map(one_line, said))).append(f"\n{what}, {where}", "dim")


def _changes(pair: Pair, found: PairEvidence) -> Text:
    """As ``18 words: 14 for no-lecturing, 4 that no violation explains (drift 22%)``."""
    asked = dict.fromkeys(name for span in found.changes for name in span.principles)
    parts = [f"{sum(span.words for span in found.changes if name in span.principles)} for {one_line(name)}"
             for name in asked]  # fmt: skip
    parts.append(f"{found.unexplained} that no violation explains (drift {found.drift or 0:.0%})")
    text = Text(f"{found.changed} {'word' if found.changed == 1 else 'words'}: {', '.join(parts)}")
    left = [span for span in found.changes if not span.principles and span.words]
    for span in left[:FEW]:
        text.append(f"\n{'gone' if span.side == 'rejected' else 'new'}: «{short(_words(pair, span), 100)}»", "dim")
    return text.append(f"\nand {len(left) - FEW} more", "dim") if len(left) > FEW else text


def _words(pair: Pair, span: ChangedSpan) -> str:
    text = (pair.rejected if span.side == "rejected" else pair.chosen).text
    return text[span.start : span.end].strip()
