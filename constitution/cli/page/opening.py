"""The head of a page: what it is about, what happened in short, the conversation, and the first answer."""

from __future__ import annotations

import json
from collections.abc import Iterator

from constitution.cli.page.facts import Facts
from constitution.cli.page.marks import marked, spans
from constitution.cli.page.telling import ORIGINS, fate_of, headed, named
from constitution.core.markup import Markup, code, defined, element, joined, words
from constitution.core.records import Message
from constitution.pairing.earned import kept, recheck_problem, violations
from constitution.pairing.story import first_readings, later_readings
from constitution.pairing.words import asked_as


def head(facts: Facts) -> Markup:
    """What the page is about."""
    trail, shown = facts.trail, facts.shown
    pair = trail.pair if trail.fate == "paired" else None
    return element(
        "header",
        element("h1", heading(facts)),
        element("p", fate_of(trail.fate), class_="fate"),
        defined(
            ("pair", code(pair.pair_id) if pair else None),
            ("prompt", code(trail.prompt.id)),
            ("its own id", code(trail.prompt.source_id) if trail.prompt.source_id else None),
            ("dataset", f"{facts.name}, {len(shown.trails):,} prompts, {len(shown.paired):,} pairs"),
            ("run", code(facts.manifest.run_id)),
            ("fate", joined([code(trail.fate or "unfinished"), f": {trail.reason}" if trail.reason else ""])),
        ),
    )


def heading(facts: Facts) -> str:
    """The title of the page."""
    trail, paired = facts.trail, facts.shown.paired
    if trail.fate == "paired":
        return f"Preference pair {paired.index(trail) + 1} of {len(paired)}, explained"
    return "A prompt that made no pair, explained"


def in_short(facts: Facts) -> Markup:
    """What happened, in a few sentences."""
    return element("p", " ".join(_sentences(facts)))


def _sentences(facts: Facts) -> Iterator[str]:
    trail, broken = facts.trail, list(dict.fromkeys(each.principle.id for each in facts.broken))
    if not trail.responses:
        yield f"No answer came: {trail.reason or 'nothing was asked'}."
        return
    yield _first(facts)
    if trail.critiques:
        yield from _criticised(facts, broken)
    if trail.verdicts:
        judge = named(facts.answered("judge"))
        asked = sum(not verdict.canary for verdict in trail.verdicts)
        yield f"The judge ({judge}) compared both answers {asked} times, in both orders."
    if trail.pair is not None and trail.fate == "paired":
        chosen, rejected = facts.called(facts.better), facts.called(facts.held)
        chosen, rejected = (rejected, chosen) if trail.pair.flipped else (chosen, rejected)
        yield f"So {chosen} is the chosen one, and {rejected} the rejected one."


def _criticised(facts: Facts, broken: list[str]) -> Iterator[str]:
    """What the critic found, and whether it finds that mended."""
    trail, critics = facts.trail, named(facts.answered("critique")) or "the critic"
    if not broken:
        read = named(list(dict.fromkeys(facts.called(each.response) for each in first_readings(trail))))
        yield f"The critic ({critics}) found no violation that counts{'' if facts.revised else f' in {read}'}."
        return
    which = "it" if facts.revised else facts.called(facts.held)
    yield f"By the critic ({critics}), {which} breaks {named(broken)}; the words that show it are marked below."
    if facts.better is None:
        return
    if facts.revised:
        yield f"The reviser ({named(facts.answered('revise'))}) was asked to change that and nothing else."
    if later_readings(trail, facts.better):
        problem = None if kept(trail) else recheck_problem(trail)
        again = f"it did not pass: {problem}." if problem else f"{facts.called(facts.better)} passed."
        yield ("Read again, blind, " if facts.revised else "Read with the same question, ") + again


def _first(facts: Facts) -> str:
    """Who wrote the answers."""
    responses = facts.trail.responses
    if not facts.revised:
        several = f"{len(responses)} answers were brought along or asked for. " if len(responses) != 2 else ""
        at = (facts.held, facts.better) if facts.better is not None else range(len(responses))
        return f"{several}Compared are {named([_written(facts, place) for place in at])}."
    draft = responses[facts.held]
    if any(step.kind == "draft" for step in facts.trail.steps):
        return f"The author ({draft.model or draft.origin}) answered the prompt."
    by = f"{draft.model}, " if draft.model else ""
    return f"The prompt brought its answer along (written by: {by}{ORIGINS[draft.origin]})."


def _written(facts: Facts, position: int) -> str:
    """As ``the guided answer (by small-1; the principles stood before its prompt)``."""
    response = facts.trail.responses[position]
    how = asked_as(response)
    return f"{facts.called(position)} (by {response.model or ORIGINS[response.origin]}{f'; {how}' if how else ''})"


def conversation(facts: Facts) -> Iterator[Markup]:
    """The prompt, message by message, with what was demanded and left out marked."""
    prompt = facts.trail.prompt
    yield element("p", f"Written by: {ORIGINS[prompt.origin]}. Source: {prompt.source or 'not known'}; licence: "
                  f"{prompt.license or 'not known'}.", class_="note")  # fmt: skip
    for place, message in enumerate(prompt.messages):
        yield element("p", f"{message.role}{f' ({message.name})' if message.name else ''}", class_="by")
        yield words(marked(message.content, spans(facts.broken, message=place)), *_calls(message), lang=prompt.language)


def _calls(message: Message) -> Iterator[str]:
    for call in message.tool_calls:
        yield f"\n(calls {json.dumps(call, ensure_ascii=False, sort_keys=True)})"


def answers(facts: Facts) -> Iterator[Markup]:
    """The answer that was revised, or all that were compared, with the evidence marked."""
    if not facts.trail.responses:
        yield element("p", "There is none.")
        return
    for place in (facts.held,) if facts.revised else range(len(facts.trail.responses)):
        response = facts.trail.responses[place]
        if not facts.revised:
            yield element("h3", headed(facts.called(place)))
        model, how = f" ({response.model})" if response.model else "", asked_as(response)
        yield element("p", f"Written by: {ORIGINS[response.origin]}{model}{f'; {how}' if how else ''}.", class_="note")
        yield words(marked(response.text, spans(violations(facts.trail, place))), lang=facts.trail.prompt.language)
