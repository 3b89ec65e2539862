"""What a ledger holds, counted: replies and tokens by model, attempts by their end, and what was erased."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, get_args

from constitution.core.digest import DIGEST_VERSION
from constitution.ledger.kept import Outcome
from constitution.ledger.opening import reading
from constitution.ledger.packing import Damaged, Packing, packing_of

UNSETTLED = "unsettled"
"""An attempt without an end: it may have been paid for, and no answer came."""

_BY_MODEL = """
    SELECT model, COUNT(*), COALESCE(SUM(said = 0), 0), COALESCE(SUM(input), 0), COALESCE(SUM(output), 0)
    FROM (
        SELECT model, json_type(reply, '$.usage') IS NOT NULL AS said, json_extract(reply, '$.usage.input') AS input,
            json_extract(reply, '$.usage.output') AS output
        FROM (SELECT model, CASE WHEN json_valid(reply) THEN reply ELSE '{}' END AS reply
            FROM (SELECT model, unpacked(reply) AS reply FROM replies))
    )
    GROUP BY model ORDER BY model
"""


_ERASED = "SELECT time, because, COUNT(*) FROM erased WHERE lifted IS NULL GROUP BY time, because ORDER BY time"


@dataclass(frozen=True)
class Bought:
    """The replies of one model, or of all models of one provider."""

    replies: int = 0
    unweighed: int = 0
    """Replies of which the provider did not say how many tokens they took."""
    input: int = 0
    """Tokens of the replies that were weighed."""
    output: int = 0

    def __add__(self, other: Bought) -> Bought:
        return Bought(
            self.replies + other.replies,
            self.unweighed + other.unweighed,
            self.input + other.input,
            self.output + other.output,
        )


@dataclass(frozen=True)
class Erasure:
    """Requests whose replies were erased together."""

    time: str
    because: str
    requests: int


@dataclass(frozen=True, kw_only=True)
class Survey:
    """The figures of one ledger."""

    file: Path
    bytes: int
    """Of the file and of the write-ahead log beside it."""
    version: int
    """Of the tables."""
    models: dict[str, Bought]
    attempts: dict[str, int]
    """How attempts ended; ``unsettled`` are those that did not."""
    unanswered: int
    """Requests that were sent and never answered."""
    set_aside: int
    """Requests that a provider would not take."""
    erasures: tuple[Erasure, ...]
    """What was erased and is not asked again, in the order of time."""
    out_of_use: int
    """Replies under a digest of an older version, which no run finds any more."""
    first: str | None
    """When the first reply came."""
    last: str | None

    @property
    def replies(self) -> int:
        """How many are kept."""
        return sum(bought.replies for bought in self.models.values())

    @property
    def providers(self) -> dict[str, Bought]:
        """The same by provider or endpoint."""
        found: dict[str, Bought] = {}
        for model, bought in self.models.items():
            provider = model.partition(":")[0]
            found[provider] = found.get(provider, Bought()) + bought
        return found

    def data(self) -> dict[str, Any]:
        """The figures as the command line's ``--json`` gives them."""
        plain = asdict(self) | {"file": str(self.file), "replies": self.replies}
        return plain | {"providers": {name: asdict(bought) for name, bought in self.providers.items()}}


def survey(path: Path) -> Survey:
    """What the ledger at this path holds; a run may be writing to it. Raises ``NotFound``, ``BadFile``, ``Stopped``."""
    with reading(path) as db:
        db.create_function("unpacked", 1, partial(_unpacked, packing_of(db)), deterministic=True)

        def number(question: str, *given: int) -> int:
            return int(db.execute(question, given).fetchone()[0])

        ends = dict(db.execute("SELECT COALESCE(outcome, ?), COUNT(*) FROM attempts GROUP BY 1", (UNSETTLED,)))
        first, last = db.execute("SELECT MIN(time), MAX(time) FROM replies").fetchone()
        return Survey(
            file=path,
            bytes=size_of(path),
            version=number("PRAGMA main.user_version"),
            models={str(model): Bought(*counts) for model, *counts in db.execute(_BY_MODEL)},
            attempts={**dict.fromkeys((*get_args(Outcome), UNSETTLED), 0), **ends},
            unanswered=number(
                "SELECT COUNT(DISTINCT digest) FROM attempts WHERE outcome IS NULL"
                " AND digest NOT IN (SELECT digest FROM replies)"
            ),
            set_aside=number("SELECT COUNT(*) FROM quarantine"),
            erasures=tuple(Erasure(*row) for row in db.execute(_ERASED)),
            out_of_use=number("SELECT COUNT(*) FROM replies WHERE digest_version != ?", DIGEST_VERSION),
            first=first,
            last=last,
        )


def _unpacked(packing: Packing, kept: str | bytes) -> str | None:
    """A reply as JSON, to SQLite; nothing where it is damaged, which ``check`` names."""
    try:
        text = packing.unpack(kept)
        return text if isinstance(text, str) else text.decode()
    except (Damaged, UnicodeDecodeError):
        return None


def size_of(path: Path) -> int:
    """Bytes of the ledger, its write-ahead log among them."""
    return sum(file.stat().st_size for file in (path, path.with_name(path.name + "-wal")) if file.exists())
