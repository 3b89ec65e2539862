"""What people ruled, as an order finds it: where the file is, and what has gone stale since."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from constitution.core.rulings import Rulings
from constitution.dataset.envelope import ENVELOPE
from constitution.dataset.replace import begun_with
from constitution.errors import Mistake, NotFound
from constitution.principles.model import Constitution
from constitution.rulings import FILE


def rulings_of(given: str | Path | None, root: Path, *, may_begin: bool = False) -> Path:
    """Where people's rulings are kept: as given, else in the project.

    Raises ``NotFound`` for a file that is named and not there, unless it ``may_begin`` now, and ``Mistake`` for a
    place inside a dataset folder: the next run would replace it with all that is in it.
    """
    path = Path(given) if given is not None else root / FILE
    if given is not None and not may_begin and not path.exists():
        raise NotFound("there is no such file of rulings", where=str(path), remedy="check the path after --rulings")
    if given is not None or path.exists():
        keep_out(path, "rulings", f"keep them beside the project, in {FILE}")
    return path


def keep_out(path: Path, what: str, remedy: str) -> None:
    """Passes for a file that lies in no dataset folder; raises ``Mistake``."""
    for folder in path.resolve().parents:
        if (folder / ENVELOPE).is_file() or begun_with(folder) is not None:
            raise Mistake(
                f"{what} in a dataset folder would be lost: the next run replaces {folder.name}/ whole",
                where=str(path),
                remedy=remedy,
            )


def stale_by_principle(rulings: Rulings, constitution: Constitution) -> Mapping[str, int]:
    """How many rulings are stale under each principle that was reworded since."""
    stale = rulings.stale((principle.id, principle.meaning) for principle in constitution.principles)
    return dict(sorted(Counter(ruling.principle for ruling in stale).items()))


def stale_notes(rulings: Rulings, constitution: Constitution) -> Iterator[str]:
    """What the user should know of rulings under principles that say something else now, a line a principle."""
    for principle, count in stale_by_principle(rulings, constitution).items():
        subject = f"{count} rulings on {principle} are" if count > 1 else f"1 ruling on {principle} is"
        yield (
            f"{subject} stale: the principle was reworded since, so the critic decides again; "
            "look at them with `constitution review OUT`"
        )
