"""The head of a page: what it is about, what happened in short, the conversation, and the first answer."""

from __future__ import annotations

import json
from collections.abc import Iterator

from constitution.cli.page.elements import Markup, code, defined, element, joined, words
from constitution.cli.page.facts import Facts
from constitution.cli.page.marks import marked, spans
from constitution.cli.page.telling import ORIGINS, fate_of, named
from constitution.core.records import Message
from constitution.pairing.earned import kept, recheck_problem


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
            ("run", code(str(facts.manifest.get("run_id", "")))),
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
    critics = named(facts.answered("critique")) or "the critic"
    if not trail.critiques:
        return
    if not broken:
        yield f"The critic ({critics}) found no violation that counts."
        return
    yield f"By the critic ({critics}), it breaks {named(broken)}; the words that show it are marked below."
    if facts.revision is None:
        return
    yield f"The reviser ({named(facts.answered('revise'))}) was asked to change that and nothing else."
    if trail.critiques_of(facts.revision):
        problem = None if kept(trail) else recheck_problem(trail)
        yield "Read again, blind, " + (f"it did not pass: {problem}." if problem else "the revised answer passed.")
    if trail.verdicts:
        judge = named(facts.answered("judge"))
        yield f"The judge ({judge}) compared both answers {len(trail.verdicts)} times, in both orders."
    if trail.fate == "paired":
        yield "So the revised answer is the chosen one, and the first answer the rejected one."


def _first(facts: Facts) -> str:
    """Who wrote the first answer."""
    draft = facts.trail.responses[facts.draft]
    if any(step.kind == "draft" for step in facts.trail.steps):
        return f"The author ({draft.model or draft.origin}) answered the prompt."
    by = f"{draft.model}, " if draft.model else ""
    return f"The prompt brought its first answer along (written by: {by}{ORIGINS[draft.origin]})."


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


def first_answer(facts: Facts) -> Iterator[Markup]:
    """The draft with its evidence marked."""
    if not facts.trail.responses:
        yield element("p", "There is none.")
        return
    draft = facts.trail.responses[facts.draft]
    yield element(
        "p", f"Written by: {ORIGINS[draft.origin]}{f' ({draft.model})' if draft.model else ''}.", class_="note"
    )
    yield words(marked(draft.text, spans(facts.broken)), lang=facts.trail.prompt.language)
