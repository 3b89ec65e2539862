"""Erases from a ledger what a person asks to have removed, and lets it be asked again where that was a mistake."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from constitution.api.ledgers.tracing import Traced, trace
from constitution.engine.caller import now
from constitution.errors import Mistake
from constitution.ledger.erasing import Erased, erase, lift

BECAUSE = "a person asked for it"


@dataclass(frozen=True, kw_only=True)
class Forgotten:
    """What was erased, and where the text may stand still."""

    traced: Traced
    erased: Erased
    because: str

    @property
    def left(self) -> tuple[str, ...]:
        """What is to be done beside: a ledger is not the only place that holds the text."""
        folders = (f"{out} still holds the text: make it anew without that prompt" for out in self.traced.outs)
        return (
            *folders,
            "the file of prompts, rulings.jsonl, backups and exported copies are not touched: take it out of them too, "
            "or a run with other models or principles asks about the prompt afresh",
        )

    def data(self) -> dict[str, Any]:
        """The figures as the command line's ``--json`` gives them."""
        return {
            **asdict(self.erased),
            "prompts": list(self.traced.prompt_ids),
            "because": self.because,
            "out": [str(out) for out in self.traced.outs],
            "left": list(self.left),
        }


def forget(
    ledger: Path,
    *,
    prompt: str | None = None,
    outs: Sequence[Path] = (),
    digests: Sequence[str] = (),
    because: str = "",
) -> Forgotten:
    """No byte of what was answered about the prompt, or to these requests, is left in the ledger's file.

    A tombstone with the date and the reason stays in its place; a run sets such a request aside. Raises ``Mistake``
    where it is not clear what is meant, ``NotFound`` for what is not there, ``Occupied`` while a run holds the ledger.
    """
    if (prompt is None) == (not digests):
        raise Mistake(
            "it is not clear what is to be forgotten", remedy="name PROMPT with --out OUT, or --digest DIGEST"
        )
    if prompt is not None and not outs:
        raise Mistake("a prompt is found through the datasets that were made of it", remedy="name each with --out OUT")
    for digest in digests:
        if not re.fullmatch("[0-9a-f]{64}", digest):
            raise Mistake(
                f"{digest!r} is no digest: 64 hex digits", remedy="copy it whole from the export or the trail"
            )
    asked = Traced(prompt_ids=(), digests=tuple(digests), outs=())
    traced = asked if prompt is None else trace(prompt, outs, ledger)
    why = " ".join(because.split()) or BECAUSE
    return Forgotten(traced=traced, erased=erase(ledger, traced.digests, because=why, time=now()), because=why)


def remember(ledger: Path, digests: Sequence[str]) -> tuple[str, ...]:
    """These requests, and those erased together with them, may be asked again: their digests.

    Their replies stay gone. Raises ``NotFound`` for one that is not erased, ``Occupied`` while a run holds the ledger.
    """
    return lift(ledger, digests, time=now())
