"""Report: what each level of a verification found, and the one word that it comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Word = Literal[
    "ALTERED", "UNLABELLED", "STALE", "UNTRUSTED-SIGNER", "UNSIGNED", "CONSISTENT", "INTACT-SUBSET", "INTACT"
]
Status = Literal["ok", "noted", "failed", "not checked", "absent"]
"""``noted``: nothing is wrong, and something should be known."""

MEANINGS: Mapping[Word, str] = {
    "ALTERED": "something is not as it was when the statement was made",
    "UNLABELLED": "rows have lost their labels; verify --repair puts back those whose text is unchanged",
    "STALE": "this is another edition than the one that was asked for",
    "UNTRUSTED-SIGNER": "it is not signed by the keys that were asked for",
    "UNSIGNED": "everything agrees with what it says of itself, and nobody has signed it",
    "CONSISTENT": "consistent, signer not checked: give --key with a public key that you have from elsewhere",
    "INTACT-SUBSET": "rows are missing, and every row that is here is as it was signed by the keys that were given",
    "INTACT": "every row, and every signed file that is here, is as it was, by the keys that were given",
}
"""The verdict words in the order in which they go before each other, each in a sentence."""
BAD: tuple[Word, ...] = ("ALTERED", "UNLABELLED", "STALE", "UNTRUSTED-SIGNER")
"""Words of findings: with one of them verification fails."""
REPLAY = (
    "an old edition put in the place of a newer one cannot be told from its files alone; "
    "--min-sequence or --expect-root can tell it"
)


@dataclass(frozen=True)
class Finding:
    """One thing that a level found, by its place."""

    level: str
    kind: str
    what: str
    word: Word | Literal[""] = ""
    """The verdict that it leads to; nothing for what is only to be known."""
    file: str = ""
    row: int | None = None
    """Number of the row in its file, from 1."""
    pair_id: str = ""
    """Computed from the text where there is one."""
    part: str = ""
    """Column or message."""

    def __str__(self) -> str:
        row = f" row {self.row}" if self.row is not None else ""
        pair = f" ({self.pair_id})" if self.pair_id and self.file else self.pair_id
        place = f"{self.file}{row}{pair}"
        return f"{place}: {self.what}" if place else self.what

    def data(self) -> dict[str, Any]:
        """As JSON holds it; what it does not say is left out."""
        return {name: value for name, value in vars(self).items() if value not in ("", None)}


@dataclass(frozen=True)
class Level:
    """What one level came to."""

    name: str
    status: Status
    said: str
    """In one line."""
    findings: tuple[Finding, ...] = ()
    """The first thousand."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """Kind of finding to how many there are, those beyond the first thousand among them."""
    words: frozenset[str] = frozenset()
    """Verdicts that some finding leads to."""

    def data(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {
            "status": self.status,
            "said": self.said,
            "counts": dict(self.counts),
            "findings": [finding.data() for finding in self.findings],
        }


@dataclass(frozen=True)
class Report:
    """What became of one verification."""

    path: str
    word: Word
    levels: Mapping[str, Level]
    rows: int
    """How many there are."""
    of: int | None
    """How many the statement names; None without a statement."""
    root: str = ""
    """Root of all rows by the statement."""
    sequence: int | None = None
    signers: tuple[str, ...] = ()
    """Ids of the keys whose signature is valid."""
    repaired: Mapping[str, int] | None = None
    """Rows ``restored`` and ``not_restored``; None where no repair was asked for."""

    @property
    def ok(self) -> bool:
        """Whether nothing speaks against the data; who signed them is another question."""
        return self.word not in BAD

    @property
    def exit_code(self) -> int:
        """0, or 1 where something speaks against the data."""
        return 0 if self.ok else 1

    def __bool__(self) -> bool:
        """As ``ok``."""
        return self.ok

    @property
    def meaning(self) -> str:
        """The word in a sentence."""
        return MEANINGS[self.word]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Of all levels in order."""
        return tuple(finding for level in self.levels.values() for finding in level.findings)

    def data(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {
            "path": self.path,
            "word": self.word,
            "meaning": self.meaning,
            "rows": self.rows,
            "of": self.of,
            "root": self.root,
            "sequence": self.sequence,
            "signers": list(self.signers),
            "levels": {name: level.data() for name, level in self.levels.items()},
            "repaired": None if self.repaired is None else dict(self.repaired),
        }

    def __repr__(self) -> str:
        told = ", ".join(f"{name} {level.status}" for name, level in self.levels.items())
        of = "" if self.of is None else f" of {self.of:,}"
        return f"<{self.word}: {self.rows:,}{of} rows; {told}>"
