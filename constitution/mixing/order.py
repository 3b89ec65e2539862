"""What is to be mixed: the sources with their shares, what is declared of those without labels, and the bounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, get_args

from constitution.core.records import Origin
from constitution.errors import Mistake
from constitution.labels.spec import RESTRICTIONS
from constitution.labels.terms import SHIPPED, Terms
from constitution.mixing.makers import SIMULATOR

SEED = "mix"
ORIGINS = ("origin", "prompt_origin", "chosen_origin", "rejected_origin")
MODELS = ("model", "chosen_model", "rejected_model")
DECLARED = (*ORIGINS, *MODELS, "license", "source")
"""What can be declared of rows that say nothing themselves."""
EVERY = ""
"""Under which name a declaration holds for every file without labels."""


@dataclass(frozen=True)
class Wanted:
    """A source as it was asked for."""

    path: Path
    share: Fraction | None = None


@dataclass(frozen=True, kw_only=True)
class MixOrder:
    """A mixture as it was asked for; raises ``Mistake`` for what cannot be meant."""

    sources: tuple[Wanted, ...]
    out: Path
    engine: str
    rows: int | None = None
    """How many the mixture shall have; else as many as the shares allow."""
    assume: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """File as it was named (``EVERY`` for all) to what is declared of its rows."""
    seed: str = SEED
    max_synthetic: float | None = None
    forbid: tuple[str, ...] = ()
    require_verified: bool = False
    keys: tuple[Path, ...] = ()
    """Public keys whose signature counts."""
    drop_contradictions: bool = False
    test_share: float = 0.0
    """Share of the groups of rows from files that goes to the test split."""
    with_rehearsal: bool = False
    """Rows of the simulator may stand beside real ones."""
    dry_run: bool = False
    terms: tuple[Terms, ...] = SHIPPED
    """Conditions of the models that are declared; the first that fits one holds."""
    texts: Mapping[str, bytes] = field(default_factory=dict)
    """Id of terms to their text."""

    def __post_init__(self) -> None:
        if not self.sources:
            raise Mistake("no source is named", remedy="name dataset folders or files of rows")
        shares = [wanted.share for wanted in self.sources if wanted.share is not None]
        if any(share <= 0 or share > 1 for share in shares):
            raise Mistake("a share is not between 0 and 1", remedy="write a=0.7 b=0.3")
        if shares and sum(shares) != 1:
            raise Mistake(
                f"the shares add up to {float(sum(shares)):g}, not to 1",
                remedy="a source without a share is used whole, beside those that have one",
            )
        for name in self.forbid:
            if name not in RESTRICTIONS:
                raise Mistake(f"there is no restriction {name!r}", remedy=f"known: {', '.join(RESTRICTIONS)}")
        if self.require_verified and not self.keys:
            raise Mistake("--require-verified needs a key", remedy="give --key FILE.pub of the signer whom you trust")
        _between("--max-synthetic", self.max_synthetic)
        _between("--test-share", self.test_share)
        if self.rows is not None and self.rows < 1:
            raise Mistake("--rows is less than 1", remedy="name how many rows the mixture shall have")
        for told in self.assume.values():
            held_to_words(told)


def _between(flag: str, value: float | None) -> None:
    if value is not None and not 0 <= value <= 1:
        raise Mistake(f"{flag} is not between 0 and 1", remedy=f"write it as a share: {flag} 0.5")


def wanted_of(text: str) -> Wanted:
    """A source as it is named on the command line: a path, or a path and its share as ``PATH=0.7``.

    What exists under the whole name is that path. Raises ``Mistake`` for a share that is no number.

    >>> wanted_of("a=0.7").share
    Fraction(7, 10)
    """
    path, sign, share = text.rpartition("=")
    if not sign or Path(text).exists():
        return Wanted(Path(text))
    try:
        return Wanted(Path(path), Fraction(share))
    except (ValueError, ZeroDivisionError):
        raise Mistake(f"{share!r} is no share", where=text, remedy="write PATH=0.7") from None


def assumed_of(texts: tuple[str, ...]) -> dict[str, dict[str, str]]:
    """What is declared of files: ``FILE:origin=human,license=CC-BY-4.0``, without ``FILE:`` of all of them.

    Raises ``Mistake`` for a declaration without ``=`` and for a file named twice.
    """
    found: dict[str, dict[str, str]] = {}
    for text in texts:
        before, _, _ = text.partition("=")
        file, colon, _ = before.rpartition(":")
        pairs = [each.partition("=") for each in text[len(file) + len(colon) :].split(",")]
        if not all(sign and value.strip() for _, sign, value in pairs):
            raise Mistake("--assume is not understood", where=text, remedy="write FILE:origin=human,license=CC-BY-4.0")
        if file in found:
            raise Mistake("one file is declared twice", where=text, remedy="say all in one --assume")
        found[file] = {name.strip(): value.strip() for name, _, value in pairs}
    return found


def held_to_words(told: Mapping[str, Any]) -> None:
    """Raises ``Mistake`` for a declaration that says too little, or in words that there are not."""
    for name, value in told.items():
        if name not in DECLARED:
            raise Mistake(f"{name!r} cannot be declared", remedy=f"known: {', '.join(DECLARED)}")
        if name in ORIGINS and value not in get_args(Origin):
            raise Mistake(f"{name} {value!r} is unknown", remedy=f"known: {', '.join(get_args(Origin))}")
    played = [name for name in MODELS if str(told.get(name, "")).startswith(SIMULATOR)]
    if played and "simulator" not in told.values():
        raise Mistake(f"{played[0]} names the simulator, which is no model", remedy="say origin=simulator")
    makers = {name: told.get(f"{name}_origin", told.get("origin")) for name in ("chosen", "rejected")}
    for name, origin in makers.items():
        if origin == "human" and (f"{name}_model" in told or ("model" in told and set(makers.values()) == {"human"})):
            raise Mistake(
                f"a person is declared to have written {name}, and a model is named",
                remedy=f"say {name}_origin=model, or leave the model out",
            )
    if not {"origin", "license"} <= told.keys():
        raise Mistake(
            "a declaration must name origin and license", remedy="write --assume FILE:origin=human,license=CC-BY-4.0"
        )
