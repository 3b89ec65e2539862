"""What people ruled, as an order finds it: where the file is, and what has gone stale since."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from constitution.api.order import Order
from constitution.core.rulings import Rulings
from constitution.principles.model import Constitution
from constitution.rulings import FILE


def rulings_of(order: Order, root: Path) -> Path:
    """Where people's rulings are kept."""
    return Path(order.rulings) if order.rulings is not None else root / FILE


def stale_notes(rulings: Rulings, constitution: Constitution) -> Iterator[str]:
    """What the user should know of rulings under principles that say something else now, a line a principle."""
    stale = rulings.stale((principle.id, principle.meaning) for principle in constitution.principles)
    for principle, count in sorted(Counter(ruling.principle for ruling in stale).items()):
        subject = f"{count} rulings on {principle} are" if count > 1 else f"1 ruling on {principle} is"
        yield (
            f"{subject} stale: the principle was reworded since, so the critic decides again; "
            "look at them with `constitution review`"
        )
