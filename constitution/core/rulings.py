"""Rulings: what people said of answers and pairs, which outranks what any model says of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from constitution.core.digest import digest
from constitution.core.records import Record

FORMAT = "constitution-ruling/1"
OnResponse = Literal["violates", "complies", "not_applicable"]
OnPair = Literal["keep", "drop"]
Pseudonym = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]


class Ruling(Record):
    """One verdict of one person, on an answer held to a principle or on a pair."""

    format: Literal["constitution-ruling/1"] = "constitution-ruling/1"
    about: Literal["response", "pair"]
    prompt_id: Annotated[str, Field(pattern="^p-[0-9a-f]{32}$")]
    response: Annotated[str, Field(pattern="^([0-9a-f]{64})?$")] = ""
    """SHA-256 of the answer's text, where the ruling is about an answer."""
    principle: str = ""
    """Id of the principle that the answer was held to."""
    meaning: Annotated[str, Field(pattern="^([0-9a-f]{64})?$")] = ""
    """What that principle said then; where it says something else now, the ruling is stale."""
    pair_id: Annotated[str, Field(pattern="^(pp1:[0-9a-f]{32})?$")] = ""
    """The pair, where the ruling is about one."""
    verdict: OnResponse | OnPair
    said: str = ""
    """What the critic or the judge said of it then, as a verdict; nothing where neither was asked."""
    quote: str = ""
    """Words of the answer that break the principle."""
    reviewer: Pseudonym
    """A pseudonym: no name, no address."""
    reason: str = ""
    date: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        pair = self.about == "pair"
        if pair != (self.verdict in ("keep", "drop")):
            raise ValueError(f"a ruling on a {self.about} cannot say {self.verdict!r}")
        if pair != bool(self.pair_id) or pair == bool(self.response and self.principle and self.meaning):
            raise ValueError("a ruling names either a pair, or an answer with the principle and its meaning")
        return self

    @property
    def id(self) -> str:
        """``ru-`` and 32 hex digits of what it says."""
        return "ru-" + digest(self.model_dump(mode="json"))[:32]

    @property
    def subject(self) -> tuple[str, ...]:
        """What it is about; of two rulings on the same subject the later one holds."""
        if self.about == "pair":
            return (self.prompt_id, self.pair_id)
        return (self.prompt_id, self.response, self.principle, self.meaning)


@dataclass(frozen=True)
class Rulings:
    """The rulings that hold, found by what they are about."""

    every: tuple[Ruling, ...] = ()
    """In the order in which they were given."""
    _held: dict[tuple[str, ...], Ruling] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._held.update({ruling.subject: ruling for ruling in self.every})

    def __bool__(self) -> bool:
        return bool(self.every)

    @property
    def held(self) -> tuple[Ruling, ...]:
        """One ruling a subject: the latest."""
        return tuple(self._held.values())

    @property
    def digest(self) -> str:
        """Of all that was ruled, in order."""
        return digest([ruling.model_dump(mode="json") for ruling in self.every])

    def on_response(self, prompt_id: str, response: str, principle: str, meaning: str) -> Ruling | None:
        """The ruling on this answer under this principle as it is worded now; None also where it is stale."""
        return self._held.get((prompt_id, response, principle, meaning))

    def on_pair(self, prompt_id: str, pair_id: str) -> Ruling | None:
        """The ruling on this pair."""
        return self._held.get((prompt_id, pair_id))

    def about(self, prompts: Iterable[str]) -> Rulings:
        """Those on answers to these prompts, by their ids."""
        if not self.every:
            return self  # without a look at the prompts: there may be many, and they are on disk
        asked = frozenset(prompts)
        return Rulings(tuple(ruling for ruling in self.every if ruling.prompt_id in asked))

    def stale(self, meanings: Iterable[tuple[str, str]]) -> tuple[Ruling, ...]:
        """The rulings under principles whose meaning is another now; ``meanings`` are the ids with what they say.

        Where somebody has ruled again under the new meaning, the old ruling is history and not stale.
        """
        now = dict(meanings)
        return tuple(
            r
            for r in self.held
            if r.about == "response"
            and now.get(r.principle, r.meaning) != r.meaning
            and self.on_response(r.prompt_id, r.response, r.principle, now[r.principle]) is None
        )


NONE = Rulings()
"""Nobody has ruled on anything."""
