"""The whole page: its parts in the order in which they are read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from constitution import __version__
from constitution.cli.page import making, opening, people, rules, verdicts
from constitution.cli.page.doubts import always, doubts
from constitution.cli.page.facts import Facts
from constitution.cli.page.style import CSS
from constitution.cli.page.telling import TERMS, headed
from constitution.cli.terminal import one_line
from constitution.core.markup import Markup, defined, element, joined, listed
from constitution.pairing.story import first_readings

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""Nothing is fetched and nothing is run, whatever a text may say."""


def page_of(facts: Facts) -> str:
    """The document; the same facts give the same text."""
    about = [
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("meta", name="generator", content=f"constitution {__version__}"),
        element("title", one_line(f"{opening.heading(facts)} ({facts.name})")),
        element("style", Markup(f"\n{CSS}\n")),
    ]
    body = element("body", *_body(facts), class_="rehearsal" if facts.rehearsal else None)
    return "<!doctype html>\n" + element("html", element("head", *about), body, lang="en")


def _body(facts: Facts) -> list[Markup]:
    found = doubts(facts)
    parts: list[tuple[str, str, Iterable[Markup]]] = [
        ("short", "In short", [opening.in_short(facts)]),
        ("doubts", "Doubts", [listed(*found) if found else element("p", "None beyond these:"), listed(*always(facts))]),
        ("conversation", "What was asked", opening.conversation(facts)),
        *_answers(facts),
        ("people", "What people did", people.human_touch(facts)),
        ("steps", "Models and steps", making.steps(facts)),
        ("labels", "Labels of the row", making.labels(facts)),
        ("check", "How to check this page", making.checking(facts)),
        ("terms", "Terms", [defined(*TERMS)]),
    ]
    contents = (element("a", title, href=f"#{name}") for name, title, _ in parts)
    return [
        opening.head(facts),
        *([_watermark()] if facts.rehearsal else []),
        element("nav", listed(*contents), aria_label="Contents"),
        element("main", *(_section(name, title, parts) for name, title, parts in parts)),
    ]


def _answers(facts: Facts) -> Iterator[tuple[str, str, Iterable[Markup]]]:
    """The parts about answers and what was said of them: of one and its revision, or of several."""
    revised, trail = facts.revised, facts.trail
    name = facts.called(facts.held) if trail.responses else "the answer"
    yield "draft", headed(name) if revised else "The answers", opening.answers(facts)
    yield "principles", "The principles, as they were released", rules.principles(facts)
    if revised or trail.critiques:
        alone = revised and {each.response for each in first_readings(trail)} <= {facts.held}
        of = f" of {name}" if alone else ""
        yield "critique", f"What the critic said{of}", verdicts.critique(facts)
    if revised:
        yield "revision", "What the revision changed", verdicts.revision(facts)
    if revised or trail.critiques:
        yield "recheck", "The second reading", verdicts.recheck(facts)
    if trail.ratings:
        yield "ratings", "How the answers were rated", verdicts.ratings(facts)
    yield "judge", "What the judge said", verdicts.judge(facts)


def _watermark() -> Markup:
    told = "The simulator, a program that stands in for a model, took part in this row. It is no data to train on."
    return element("p", joined([element("strong", "Rehearsal."), f" {told}"]), class_="warning", role="note")


def _section(name: str, title: str, parts: Iterable[Markup]) -> Markup:
    return element("section", element("h2", title, id=name), *parts, aria_labelledby=name)
