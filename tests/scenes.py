"""A small constitution, prompts, and answers by rule: what the tests of stages and engine share."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from constitution.core.asking import Reply, Request, Stage
from constitution.core.records import Message, Prompt
from constitution.core.templates import Template
from constitution.pairing.revision_over_draft import revision_over_draft
from constitution.principles.model import Constitution, Group, Principle
from constitution.recipe import chain
from constitution.stages.brief import Brief
from constitution.stages.critique import critique
from constitution.stages.draft import draft
from constitution.stages.judge import judge
from constitution.stages.pair import pair
from constitution.stages.recheck import recheck
from constitution.stages.revise import revise
from constitution.stages.screen import screen

TEMPLATES = Path(__file__).parent.parent / "pipelines" / "templates"

CALM = Principle(id="no-shouting", rule="Do not shout.", why="It frightens people.", tier="must")
TRUE = Principle(id="no-certainty", rule="Do not claim certainty that you lack.", tier="never")
KIND = Principle(id="be-kind", rule="Say it kindly.", tier="should")

DRAFT = "Bread rises BECAUSE OF YEAST! Everybody knows. Knead it for ten minutes and wait an hour."
REVISION = "Bread rises because of yeast. Knead it for ten minutes and wait an hour."


def constitution(*principles: Principle) -> Constitution:
    """One group with these principles."""
    return Constitution(name="small", groups=(Group(id="all", principles=principles or (CALM, TRUE, KIND)),))


def prompt(text: str = "Why does bread rise?", **facts: Any) -> Prompt:
    """A prompt of one message."""
    return Prompt.of(Message(role="user", content=text), **facts)


def brief(of: Constitution | None = None, **changes: Any) -> Brief:
    """Everything a stage is handed, with a model of its own for each role."""
    given: dict[str, Any] = {
        "seed": "test",
        "constitution": of or constitution(),
        "roles": {role: f"scripted:{role}" for role in ("author", "critic", "reviser", "judge")},
        "templates": {path.stem: Template(name=path.name, text=path.read_text()) for path in TEMPLATES.glob("*.md")},
        "strategy": revision_over_draft,
        "checks": (),
    }
    return Brief(**{**given, **changes})


def whole(given: Brief, **settings: Mapping[str, Any]) -> Stage:
    """The recipe ``revise`` over this brief; settings by the name of their stage."""
    stages = (draft, critique, revise, recheck, judge, pair, screen)
    return chain([(make.__name__, make(given, **settings.get(make.__name__, {}))) for make in stages])


def finding(principle: str, verdict: str = "complies", quote: str = "", **more: str) -> dict[str, str]:
    """One finding of a critic."""
    severity = "serious" if verdict == "violates" else "none"
    evidence = "quote" if quote else "none"
    said = {"principle": principle, "reason": "because", "verdict": verdict, "severity": severity,
            "evidence": evidence, "quote": quote}  # fmt: skip
    return {**said, **more}


def nonce(request: Request) -> str:
    """The nonce that the answer must repeat."""
    assert request.json_schema is not None
    return str(request.json_schema["properties"]["nonce"]["enum"][0])


def asked_about(request: Request) -> str:
    """The text of the response that a critic is shown."""
    found = re.search(r"----- begin response \w+ -----\n(.*?)\n----- end response", request.messages[1].content, re.S)
    assert found is not None
    return found.group(1)


def options(request: Request) -> dict[str, str]:
    """The judge's options: text to id."""
    pattern = r"----- begin response (R\w+) \w+ -----\n(.*?)\n----- end response"
    return {text: name for name, text in re.findall(pattern, request.messages[1].content, re.S)}


class Cast:
    """Answers each role by rule; counts what it was asked. Each rule can be replaced."""

    def __init__(self, **rules: Callable[[Request], str | Reply]) -> None:
        self.asked: list[Request] = []
        self.rules: dict[str, Callable[[Request], str | Reply]] = {
            "author": lambda request: DRAFT,
            "critic": self.criticise,
            "reviser": lambda request: REVISION,
            "judge": lambda request: self.prefer(request, "revision", "tie"),
        }
        self.rules.update(rules)

    def __call__(self, request: Request) -> Reply:
        """The reply of the role that this request's model names."""
        self.asked.append(request)
        said = self.rules[request.model_name](request)
        return said if isinstance(said, Reply) else Reply(text=said, model_returned=f"scripted:{request.model_name}")

    def count(self, role: str) -> int:
        """How often this role was asked."""
        return sum(request.model_name == role for request in self.asked)

    def criticise(self, request: Request) -> str:
        """Shouting is a violation; everything else is fine."""
        text = asked_about(request)
        shouted = re.search(r"\b[A-Z]{4,}(?: [A-Z]+)*!", text)
        first = finding("no-shouting", "violates", shouted.group()) if shouted else finding("no-shouting")
        return self.critique(request, first, finding("no-certainty"), finding("be-kind"))

    @staticmethod
    def critique(request: Request, *findings: dict[str, str], intent: str = "benign") -> str:
        """A critic's answer with these findings."""
        return json.dumps({"nonce": nonce(request), "intent": intent, "findings": list(findings)})

    @staticmethod
    def prefer(request: Request, principles: str, helpfulness: str, revision: str = REVISION) -> str:
        """A judge's answer: ``draft``, ``revision`` or ``tie`` on each question."""
        names = options(request)
        draft_id = next(name for text, name in names.items() if text != revision)
        said = {"tie": "tie", "revision": names[revision], "draft": draft_id}
        return json.dumps({"nonce": nonce(request), "reason": "because", "principles": said[principles],
                           "helpfulness": said[helpfulness]})  # fmt: skip
