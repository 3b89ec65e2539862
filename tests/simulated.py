"""Questions to the simulator, built from the shipped templates as the stages build them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from constitution.core.asking import Reply, Request
from constitution.core.records import Message
from constitution.core.templates import Template, fence
from constitution.principles.model import Constitution, Principle
from constitution.principles.precedence import told_together
from constitution.principles.reading import read_constitution
from constitution.providers.simulator import reply_to
from constitution.stages.evidence import conversation
from constitution.stages.forms import critique_form, judge_form

ROOT = Path(__file__).parent.parent
PLAIN = "simulator:plain"
NONCE = "0123456789abcdef"
IDS = ("Raaaaaaaaaa", "Rbbbbbbbbbb")


def template(name: str) -> Template:
    """A shipped template."""
    return Template(name=name, text=(ROOT / "pipelines" / "templates" / f"{name}.md").read_text(encoding="utf-8"))


def shipped(name: str, version: str = "1.0.1") -> Constitution:
    """A shipped constitution."""
    path = ROOT / "principles" / name / f"{version}.yaml"
    return read_constitution(path.read_text(encoding="utf-8"), path.name)


def said(*texts: str) -> tuple[Message, ...]:
    """A conversation that begins with the user, turn by turn."""
    return tuple(Message(role="assistant" if place % 2 else "user", content=text) for place, text in enumerate(texts))


def draft_request(*texts: str, model: str = PLAIN, draw: int = 0, **more: Any) -> Request:
    """Asks for an answer to the conversation."""
    return Request(model=model, messages=said(*texts), draw=draw, **more)


def critique_request(
    messages: tuple[Message, ...], response: str, *principles: Principle, model: str = PLAIN
) -> Request:
    """Asks the critic."""
    filled = template("critique").fill(
        conversation=conversation("seed", messages),
        response=fence("seed", "response", response),
        principles=told_together(principles),
        nonce=NONCE,
    )
    form = critique_form(NONCE, [principle.id for principle in principles])
    return Request(model=model, messages=filled, max_tokens=4096, json_schema=form)


def findings(messages: tuple[Message, ...], response: str, *principles: Principle, model: str = PLAIN) -> list[Any]:
    """What the critic found, in its order."""
    reply = reply_to(critique_request(messages, response, *principles, model=model))
    return list(json.loads(reply.text)["findings"])


def revise_request(messages: tuple[Message, ...], response: str, *broken: tuple[Principle, str]) -> Request:
    """Asks the reviser; ``broken`` holds each broken principle with the quoted words."""
    notes = (
        fence("seed", f"critique {principle.id}", f"It breaks the rule.\nThe words: {quote}")
        for principle, quote in broken
    )
    filled = template("revise").fill(
        conversation=conversation("seed", messages),
        response=fence("seed", "response", response),
        critiques="\n\n".join(notes),
        requests="\n\n".join(principle.told_reviser for principle, _ in broken),
    )
    return Request(model=PLAIN, messages=filled)


def judge_request(
    messages: tuple[Message, ...], first: str, second: str, *principles: Principle, model: str = PLAIN
) -> Request:
    """Asks the judge; the first response is called ``IDS[0]``."""
    filled = template("judge").fill(
        conversation=conversation("seed", messages),
        first=fence("seed", f"response {IDS[0]}", first),
        second=fence("seed", f"response {IDS[1]}", second),
        first_id=IDS[0],
        second_id=IDS[1],
        questions="\n\n".join(principle.told_judge for principle in principles),
        nonce=NONCE,
    )
    return Request(model=model, messages=filled, json_schema=judge_form(NONCE, IDS))


def value(reply: Reply) -> dict[str, Any]:
    """The JSON of a reply."""
    answer: dict[str, Any] = json.loads(reply.text)
    return answer
