"""What people said of one prompt's answers and pair, for whoever looks at it."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from constitution.cli.terminal import one_line, safe
from constitution.core.rulings import Ruling
from constitution.core.trail import Trail
from constitution.pairing.words import called


def ruled(trail: Trail) -> Iterator[tuple[str, Text]]:
    """A section for each ruling that was applied: what the person said, and what the model had said of the same."""
    for ruling in trail.rulings:
        text = Text().append(f"{ruling.verdict}", "bold")
        about = one_line(ruling.principle) or "the pair"
        text.append(f"  {about}, by {one_line(ruling.reviewer)}, {ruling.date}", "dim")
        text.append(f"\n{safe(ruling.reason)}" if ruling.reason else "")
        text.append(f"\nquote: «{safe(ruling.quote)}»" if ruling.quote else "")
        yield "ruling", text.append(f"\n{_had_said(trail, ruling)}", "dim")


def _had_said(trail: Trail, ruling: Ruling) -> str:
    """What the critic, or the judge, says of what was ruled on."""
    if ruling.about == "pair":
        return f"the judge said {ruling.said}" if ruling.said else "the judge had not been asked"
    for critique in trail.critiques:
        answer = trail.responses[critique.response]
        if (answer.sha256, critique.principle.id) == (ruling.response, ruling.principle):
            had = critique.overruled or critique
            why = f": {safe(had.reason)}" if had.reason and had.verdict != ruling.verdict else ""
            return f"on {called(trail, critique.response)}, the critic said {had.verdict}{why}"
    return ""
