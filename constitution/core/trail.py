"""The trail of one prompt: all that happened to it so far, and the frozen records that it is made of."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Literal, Self

from pydantic import Field

from constitution.core.digest import digest, text_digest, without_nothing
from constitution.core.evidence import PairEvidence
from constitution.core.judgement import Ballot, Claim, Rating, Verdict
from constitution.core.records import Intent, Message, Origin, PrincipleRef, Prompt, Record
from constitution.core.rulings import Ruling

CriticVerdict = Literal["violates", "complies", "not_applicable", "cannot_tell"]
StepKind = Literal[
    "import", "draft", "critique", "revise", "rate", "judge", "execute", "human_review", "simulate", "transform"
]


class Step(Record):
    """One thing that was done, and by whom."""

    id: str
    """``s1``, ``s2`` …: unique within its trail."""
    kind: StepKind
    agent: Origin
    agent_id: str | None = None
    """Pseudonym of the person, where it was one."""
    model: str | None = None
    """As it was asked for, without the provider."""
    model_returned: str | None = None
    model_revision: str | None = None
    """Which weights answered, where they were loaded here: the hub's commit, or the fingerprint of their folder."""
    provider: str | None = None
    params: dict[str, Any] = Field(default_factory=dict)
    removed: tuple[str, ...] = ()
    """Settings that the model does not take and that were not sent."""
    template_sha256: str | None = None
    principles: tuple[PrincipleRef, ...] = ()
    inputs: tuple[str, ...] = ()
    """Ids of earlier steps."""
    request: str | None = None
    """Digest of the request; the key of the ledger."""
    output_sha256: str | None = None
    source: str | None = None
    license: str | None = None


class Response(Record):
    """An answer to the prompt."""

    text: str
    origin: Origin
    model: str | None = None
    """The model that wrote it, by the name it gave itself."""
    step: str | None = None
    """The step that produced this text."""
    parent: int | None = None
    """Position of the response that this one revises."""
    arm: str = ""
    """How it was asked for, where that is more than the plain prompt: ``guided``, ``elicited``, ``weak`` …"""
    supposed: bool = False
    """A dry run made it up."""
    declines: bool = False
    """It reads like a refusal in words; an ordinary answer all the same."""

    @property
    def sha256(self) -> str:
        """Hash of the text."""
        return text_digest(self.text)


class Evidence(Record):
    """Words that show a verdict: a quote from the response, or a demand of the prompt that was left out."""

    kind: Literal["quote", "omission", "rule", "ruling"]
    text: str
    start: int
    """Where the words begin, in characters of the response (of message ``message`` for an omission)."""
    end: int
    message: int | None = None
    """For an omission: position of the message in the prompt."""


class Critique(Record):
    """What was found when one response was held to one principle."""

    principle: PrincipleRef
    response: int
    """Position of the response in the trail."""
    group: str
    verdict: CriticVerdict
    severity: Literal["none", "minor", "serious", "severe"] = "none"
    reason: str = ""
    evidence: Evidence | None = None
    note: str = ""
    """Why the verdict differs from what the critic said, if it does."""
    overruled: Critique | None = None
    """What the critic said, where the verdict is a person's: the same one, where they agree."""
    step: str


class Pair(Record):
    """Chosen and rejected answers to one prompt, and the principles that it was decided under."""

    pair_id: str
    strategy: str
    chosen: Response
    rejected: Response
    principles: tuple[PrincipleRef, ...]
    flipped: bool = False
    """The judge turned the claim round."""
    p_chosen: float | None = None
    """Probability that the chosen answer is the better one; None where no judge's verdict stands behind the pair."""
    p_basis: Literal["none", "votes", "logprobs", "ruling"] = "none"
    """What the probability was computed from."""
    calibrated: bool = False
    """Whether it was corrected by the judge's qualification; else it is held within the clamp of the ballot."""
    evidence: PairEvidence | None = None
    """The words behind it; the stage that pairs finds them."""

    @classmethod
    def of(
        cls, trail: Trail, *, chosen: Response, rejected: Response, principles: tuple[PrincipleRef, ...], strategy: str,
        **more: Any,
    ) -> Self:  # fmt: skip
        """A pair named by its text alone."""
        name = pair_id(trail.prompt.messages, chosen.text, rejected.text)
        return cls.known(
            pair_id=name, strategy=strategy, chosen=chosen, rejected=rejected, principles=principles, **more
        )


class Finding(Record):
    """What a check says of a pair."""

    check: str
    severity: Literal["refuse", "warn"]
    reason: str


class Fault(Record):
    """What went wrong on one prompt, named for the boundary it crossed."""

    kind: str
    reason: str
    stage: str


class Trail(Record):
    """All that happened to one prompt so far."""

    prompt: Prompt
    intent: Intent | None = None
    """The row's intent, else what the critic made of the prompt."""
    groups: tuple[str, ...] = ()
    responses: tuple[Response, ...] = ()
    critiques: tuple[Critique, ...] = ()
    ratings: tuple[Rating, ...] = ()
    claim: Claim | None = None
    """What the recipe's strategy would pair, once it is before the judge."""
    ballot: Ballot | None = None
    verdicts: tuple[Verdict, ...] = ()
    steps: tuple[Step, ...] = ()
    pair: Pair | None = None
    findings: tuple[Finding, ...] = ()
    faults: tuple[Fault, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    """What people said of the responses and the pair, as far as it was applied."""
    self_judged: bool = False
    """One model wrote the answer and judged it."""
    fate: str | None = None
    reason: str = ""
    ended_in: int | None = None
    """Position in the recipe of the stage that gave the fate."""

    @classmethod
    def start(cls, prompt: Prompt) -> Self:
        """The trail of a prompt to which nothing has happened."""
        return cls.known(prompt=prompt, intent=prompt.intent)

    def spelled(self) -> bytes:
        """The canonical spelling, made once: a trail that has ended is set aside in it and stands so in its file."""
        return self._spelled

    @cached_property
    def _spelled(self) -> bytes:
        return super().spelled()

    def plus(self, **more: tuple[Any, ...]) -> Self:
        """A longer trail: each named tuple is appended to."""
        return self.but(**{name: getattr(self, name) + tuple(items) for name, items in more.items()})

    def ends(self, fate: str, reason: str) -> Self:
        """The trail with its one fate; a pair stays in it only where the fate is ``paired``."""
        return self.but(fate=fate, reason=reason, pair=self.pair if fate == "paired" else None)

    def critiques_of(self, response: int) -> tuple[Critique, ...]:
        """The critiques of the response at this position."""
        return tuple(critique for critique in self.critiques if critique.response == response)


def pair_id(prompt: tuple[Message, ...], chosen: str, rejected: str) -> str:
    """``pp1:`` and 32 hex digits, recomputable from the text of the row alone."""
    return pair_name(
        {
            "prompt": [message.as_json() for message in prompt],
            "chosen": [{"role": "assistant", "content": chosen}],
            "rejected": [{"role": "assistant", "content": rejected}],
        }
    )


def pair_name(texts: dict[str, Any]) -> str:
    """The same of the columns ``prompt``, ``chosen`` and ``rejected``: by rule canon-v1, and by nothing beside them."""
    return "pp1:" + digest(without_nothing(texts))[:32]
