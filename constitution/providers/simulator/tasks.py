"""What the simulator can be asked to do, and about which conversation and which principles."""

from __future__ import annotations

from dataclasses import dataclass

from constitution.core.records import Message


@dataclass(frozen=True)
class Talk:
    """The conversation that an answer answers."""

    user: tuple[str, ...]
    """What the user said, in order."""
    whole: str
    """All of it, whoever spoke."""

    @property
    def last(self) -> str:
        """The user's last words."""
        return self.user[-1] if self.user else ""

    @property
    def asked(self) -> str:
        """All that the user said."""
        return "\n".join(self.user)


@dataclass(frozen=True)
class Norm:
    """A principle as the reader is told it."""

    id: str
    text: str
    """Rule or question, without its reasons."""
    why: str = ""
    exceptions: str | None = None
    """The exceptions that are stated, one a line; None where the question states none of any principle."""
    opposite: bool = False
    """Whether it asks for the opposite of its text."""

    @property
    def cues(self) -> str:
        """The words that say what it is about, its name among them."""
        return f"{self.id.replace('-', ' ')} {self.text}"


@dataclass(frozen=True)
class CritiqueTask:
    """Hold one response to principles."""

    talk: Talk
    response: str
    norms: tuple[Norm, ...]
    first: tuple[tuple[str, str], ...] = ()
    """Pairs of ids: the first of a pair goes before the second where they collide."""


@dataclass(frozen=True)
class JudgeTask:
    """Compare two responses; options in the order shown."""

    talk: Talk
    options: tuple[tuple[str, str], ...]
    norms: tuple[Norm, ...]


@dataclass(frozen=True)
class RateTask:
    """Give one response a score by itself."""

    talk: Talk
    response: str
    norms: tuple[Norm, ...]


@dataclass(frozen=True)
class ReviseTask:
    """Mend one response; ``quotes`` are broken words, ``demands`` what it left out."""

    talk: Talk
    response: str
    norms: tuple[Norm, ...]
    quotes: tuple[str, ...]
    demands: tuple[str, ...]


@dataclass(frozen=True)
class DraftTask:
    """Answer a conversation."""

    talk: Talk
    messages: tuple[Message, ...]


Task = CritiqueTask | JudgeTask | RateTask | ReviseTask | DraftTask
