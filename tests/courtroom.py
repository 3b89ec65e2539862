"""Trials by rule: a critic that reads plain principles to the letter, and trials held without any engine."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

from constitution.core.asking import Asking, Reply, Request, drive
from constitution.errors import CallFailed
from constitution.principles.model import Case, Constitution, Group, Principle
from constitution.trials.asking import Critic, Tally, try_case
from constitution.trials.case import asked_with, trials_of
from constitution.trials.hunting import hunt
from constitution.trials.mutants import mutants_of
from constitution.trials.outcome import Outcome
from constitution.trials.report import Hunt, TrialReport
from tests.scenes import asked_about, brief, finding, nonce

Answer = Callable[[Request], Reply | CallFailed]


def case(response: str, prompt: str = "Speak.", **more: Any) -> Case:
    """A case with this response."""
    return Case(prompt=prompt, response=response, **more)


def forbids(name: str, word: str, **more: Any) -> Principle:
    """A principle against one word, with a case that breaks it and one that keeps it unless others are given."""
    given: dict[str, Any] = {
        "rule": f'Do not say "{word}".',
        "violates": (case(f"Well, {word}.", quote=word),),
        "complies": (case("Well, well."),),
    }
    return Principle(id=name, **{**given, **more})


def of(*principles: Principle, **groups: tuple[Principle, ...]) -> Constitution:
    """A constitution of these principles in one group, or of groups by name."""
    named = groups or {"all": principles}
    return Constitution(name="small", groups=tuple(Group(id=name, principles=each) for name, each in named.items()))


def verdicts(request: Request) -> dict[str, tuple[str, str]]:
    """Verdict and quote by principle, of a reader who takes every word as it stands."""
    question, response = request.messages[1].content, asked_about(request)
    told = question.split("The principles:\n\n")[1].split("\n\nFirst decide")[0]
    found = {}
    for name, block in re.findall(r"^\[([\w-]+)\] \(\w+\)\n(.*?)(?=\n\n|\Z)", told, re.S | re.M):
        word, *excuses = re.findall(r'"(\w+)"', block)
        said = word in response and not any(excuse in response for excuse in excuses)
        if "Do the opposite of this: " in block:
            found[name] = ("complies", "") if word in response else ("violates", response)
        elif "aside" in response:
            found[name] = ("not_applicable", "")
        else:
            found[name] = ("violates", word) if said else ("complies", "")
    for first, other in re.findall(r"^Where \[([\w-]+)\] and \[([\w-]+)\] cannot both", told, re.M):
        if (found[first][0], found[other][0]) == ("complies", "violates"):
            found[other] = ("complies", "")
    return found


def reply(request: Request, found: dict[str, tuple[str, str]]) -> Reply:
    """A critic's answer with these verdicts and quotes."""
    said = [finding(name, verdict, quote) for name, (verdict, quote) in found.items()]
    text = json.dumps({"nonce": nonce(request), "intent": "benign", "findings": said})
    return Reply(text=text, model_returned="scripted:critic")


def reader(request: Request) -> Reply:
    """Answers to the letter."""
    return reply(request, verdicts(request))


def always(verdict: str) -> Answer:
    """Answers everything alike; a violation is shown by the whole response."""

    def answer(request: Request) -> Reply:
        quote = asked_about(request) if verdict == "violates" else ""
        assert request.json_schema is not None
        names = request.json_schema["properties"]["findings"]["items"]["properties"]["principle"]["enum"]
        return reply(request, dict.fromkeys(names, (verdict, quote)))

    return answer


def by_draw(*said: str) -> Answer:
    """Answers each draw in its own way, the same to everything; from the last on, the last."""
    return lambda request: always(said[min(request.draw, len(said) - 1)])(request)


def critic(constitution: Constitution, draws: int = 3) -> Critic:
    """The critic of the scenes."""
    return Critic(brief=brief(constitution), draws=draws)


def outcomes_of(constitution: Constitution, answer: Answer, draws: int = 3) -> tuple[Outcome, ...]:
    """Every case, put to whoever answers."""
    tried = critic(constitution, draws)
    return tuple(
        Outcome(trial=trial, tally=drive(try_case(tried, trial, asked_with(constitution, trial)), answer))
        for trial in trials_of(constitution)
    )


def report_of(constitution: Constitution, answer: Answer, *, mutate: bool = False, draws: int = 3) -> TrialReport:
    """The whole report."""
    outcomes = outcomes_of(constitution, answer, draws)
    found = hunted(constitution, outcomes, answer, draws) if mutate else None
    return TrialReport(
        ref="small@draft", sha256="0" * 64, critic="scripted:critic", draws=draws, seed="test",
        constitution=constitution, outcomes=outcomes, hunt=found,
    )  # fmt: skip


def hunted(constitution: Constitution, outcomes: Sequence[Outcome], answer: Answer, draws: int = 3) -> Hunt:
    """What became of every mutant."""
    hunting = hunt(critic(constitution, draws), constitution, outcomes, mutants_of(constitution))
    try:
        batch: tuple[Asking[Tally], ...] = next(hunting)
        while True:
            batch = hunting.send(tuple(drive(conversation, answer) for conversation in batch))
    except StopIteration as end:
        return Hunt(hunted=end.value)
