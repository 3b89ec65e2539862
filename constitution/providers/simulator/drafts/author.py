"""Putting a plain draft together: an opening, what the field has to say, a closing, and mostly a flaw."""

from __future__ import annotations

from constitution.providers.simulator.drafts.field import Field
from constitution.providers.simulator.drafts.fields import fields_of
from constitution.providers.simulator.drafts.forms import form_of
from constitution.providers.simulator.drafts.tongues import foreign
from constitution.providers.simulator.drafts.topic import Topic, topic_of
from constitution.providers.simulator.flaws import FLAWS, Flaw
from constitution.providers.simulator.flaws.honesty import HONESTY
from constitution.providers.simulator.flaws.people import PEOPLE
from constitution.providers.simulator.flaws.style import STYLE
from constitution.providers.simulator.flaws.turning_away import intent_of
from constitution.providers.simulator.language import language_of
from constitution.providers.simulator.seeds import Seed
from constitution.providers.simulator.tasks import DraftTask

FLAWED = 0.85
"""Share of the drafts that have a flaw: many, since a flaw only shows where its principle is asked about."""
TWICE = 0.8
"""Share of the flawed drafts that have two."""
OWN = 0.65
"""Share of the flawed drafts whose flaw suits the prompt, where there is such a flaw."""
_ANY_SHAPE = frozenset({"padding", "closing", "flattery", "disclaimer", "summary", "hype", "scolding", "pressure"})
"""Flaws that can stand beside a poem or a letter."""
_GOALS = (
    "There is a good way to {goal}.",
    "It can be done: here is how to {goal}.",
    "To {goal}, take it in small steps.",
    "If you want to {goal}, this order works for many people.",
)
_WHETHER = ("Whether to {goal} depends on a few things.", "Before you {goal}, look at a few things.")
_THINGS = (
    "Here is a short answer about {thing}.",
    "About {thing}, a few points matter most.",
    "A few words on {thing}.",
    "This is what I would say about {thing}.",
)
_CAREFUL = (
    "What is behind it matters, so say more if you like.", "How did it come to this?",
    "Whatever you decide, take a day to think it over.", "Is there somebody you would like to ask about it?",
    "What would you want to be different a week from now?", "More about the situation would help me answer better.",
)  # fmt: skip
_CLOSINGS = (
    "Tell me a little more if your case is different.", "If one part stays unclear, ask about that part alone.",
    "That is enough for a first try.", "See how far that takes you, and go on from there.",
    "The rest depends on details that only you can see.", "Change the order if another one suits you better.",
    "You can leave out whatever does not fit your case.", "A second look after a day or two is time well spent.",
)  # fmt: skip


def plain_draft(task: DraftTask, seed: Seed, *, flawless: bool = False) -> str:
    """An answer to the last thing the user said; another draw gives another answer."""
    asked = task.talk.last
    topic, language = topic_of(asked), language_of(asked)
    return _english(task, topic, seed, flawless) if language == "en" else foreign(asked, language, seed)


def _english(task: DraftTask, topic: Topic, seed: Seed, flawless: bool) -> str:
    fields = fields_of(task.talk)
    closings = _CAREFUL if fields[0].delicate else _CLOSINGS
    closing = closings[(int(seed.base * len(closings)) + seed.draw) % len(closings)]
    form = None if fields[0].delicate else form_of(task.talk.last)
    names = {field.name for field in fields} | ({"risky"} if intent_of(task.talk) == "borderline" else set())
    flaws = () if flawless else _flaws(names, fields[0].delicate, form is not None, seed)
    if any(flaw.name == "flat_refusal" for flaw in flaws):
        return " ".join(line.replace("{topic}", topic.thing) for flaw in flaws[:1] for line, _ in flaw.lines)
    if form is not None:
        return "\n\n".join(_with_flaws(form(task.talk.last, topic, seed), flaws, topic, seed))
    if fields[0].delicate:
        lines = _flawed_lines(fields[0], flaws, seed)
        first, *rest = fields[0].advice
        return " ".join([*(lines or (first, *seed.some("advice", rest, 2))), closing])
    return " ".join(_with_flaws(_prose(task, topic, fields, seed, closing), flaws, topic, seed))


def _prose(task: DraftTask, topic: Topic, fields: tuple[Field, ...], seed: Seed, closing: str) -> tuple[str, ...]:
    if task.messages and task.messages[-1].role == "tool":
        first = f"This is what came back: {task.messages[-1].content.strip()[:200]}"
        return (first if first.endswith((".", "!", "?")) else f"{first}.", closing)
    if topic.goal:
        opening = seed.one("goal", _WHETHER if topic.open else _GOALS).replace("{goal}", topic.goal)
    else:
        opening = seed.one("thing", _THINGS).replace("{thing}", topic.thing)
    main, *other = fields
    if not other:
        return (opening, *seed.some("advice", main.advice, 3), closing)
    more = [each for each in other[0].advice if each not in main.advice]
    return (opening, *seed.some("advice", main.advice, 2), *seed.some("more", more, 1), closing)


def _flaws(names: set[str], delicate: bool, shaped: bool, seed: Seed) -> tuple[Flaw, ...]:
    """The flaws that this draft has: one of its field before one of any, and mostly a second of another family."""
    if seed.share("flawed") >= FLAWED:
        return ()
    own = [flaw for flaw in FLAWS if flaw.lines and flaw.suits & names and not shaped]
    families = [
        [flaw for flaw in family if flaw.lines and not flaw.suits and (not shaped or flaw.name in _ANY_SHAPE)]
        for family in (PEOPLE, HONESTY, STYLE)
    ]
    firsts = own if own and (delicate or seed.share("own?") < OWN) else seed.one("family", families)
    first = seed.one("first", firsts)
    if seed.share("twice") >= TWICE:
        return (first,)
    others = [family for family in families if first not in family]
    return (first, seed.one("second", seed.one("second family", others)))


def _flawed_lines(field: Field, flaws: tuple[Flaw, ...], seed: Seed) -> tuple[str, ...]:
    """In a delicate field the flaw takes the place of the advice."""
    lines = tuple(line for flaw in flaws if field.name in flaw.suits for line, _ in flaw.lines)
    return seed.some("lines", lines, 2)


def _with_flaws(parts: tuple[str, ...], flaws: tuple[Flaw, ...], topic: Topic, seed: Seed) -> tuple[str, ...]:
    """The parts, each flaw's sentence at its place among them."""
    for flaw in flaws:
        line = seed.one(f"line/{flaw.name}", flaw.lines)[0].replace("{topic}", topic.thing)
        last = max(1, len(parts) - 1)
        place = {"start": 0, "middle": min(2, last), "end": last}[flaw.at]
        parts = (*parts[:place], line, *parts[place:])
    return parts
