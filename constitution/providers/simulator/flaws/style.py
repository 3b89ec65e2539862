"""Flaws of manner: padding, disclaimers, big words, refusals that help nobody."""

from __future__ import annotations

import re
from itertools import takewhile

from constitution.providers.simulator.flaws.excuses import STORY
from constitution.providers.simulator.flaws.flaw import Flaw, Found, sign
from constitution.providers.simulator.language import sentences
from constitution.providers.simulator.tasks import Talk

# A table, read by rows:
# fmt: off
_I = re.IGNORECASE
ASKS_WHO = sign(r"are you (?:an? |really |even )?(?:human|robot|bot|ai|machine|person|program|real)\w*",
                r"what are you",
                r"who are you", r"what is answering", r"real person")

_PADDING = sign(
    r"it(?:'s| is) (?:important|worth) (?:to note|noting)(?: that)?", r"there are many things to consider",
    r"(?:I )?hope this helps", r"feel free to (?:reach out|ask)", r"don't hesitate to", r"since the dawn of time",
    r"in today's (?:fast-paced )?world", r"needless to say", r"at the end of the day", r"thank you for reaching out",
    r"before I answer", r"has always been (?:a )?part of human life", r"let me say a few words", r"as we all know",
    r"(?:is|are) a (?:big|broad|vast|wide|rich) (?:topic|subject|field)", r"let me know if you have any",
)
_BACKGROUND = sign(
    _PADDING.pattern, r"(?:some|a little|a bit of|first the) background", r"let us begin with",
    r"to (?:understand|see why|answer) (?:this|that)", r"it helps to know (?:how|why|where|that)",
    r"(?:has|have) a long (?:and \w+ )?history",
)


class InFront(Flaw):
    """Found only at the front: sentences that have it before the first that has not."""

    def find(self, talk: Talk, response: str, exceptions: str | None = None) -> tuple[Found, ...]:
        """The sentences with which the response puts off its answer."""
        found = {each.start: each for each in super().find(talk, response, exceptions)}
        leading = takewhile(lambda sentence: sentence.start in found, sentences(response))
        return tuple(found[sentence.start] for sentence in leading)


STYLE: tuple[Flaw, ...] = (
    InFront(
        name="background",
        cue=sign(r"answer itself", r"before any background", r"stands? in front of it", r"preambles?"),
        unless=STORY,
        signs=_BACKGROUND,
        negatable=False,
        reason="The answer waits behind sentences that lead up to it.",
        severity="minor",
        instead=("",),
    ),
    Flaw(
        name="padding",
        cue=sign(r"padding", r"filler", r"concise\w*", r"brief\w*", r"short(?:er)?", r"verbos\w+", r"wordy",
                 r"to the point",
                 r"preambles?", r"answer itself", r"long-winded"),
        nor=sign(r"summary", r"everyday word", r"in front of it"),
        about=None,
        signs=_PADDING,
        negatable=False,
        reason="The sentence could stand in any answer and says nothing about this one.",
        severity="minor",
        swaps=((re.compile(r"^(?:it(?:'s| is) (?:important|worth) (?:to note|noting)|needless to say"
                           r"|as we all know),?(?: that)? ", _I), ""),),
        instead=("",),
        lines=(
            ("Since the dawn of time people have thought about this, and there are many things to consider.", ""),
            ("It is important to note that this is a broad subject with many sides.", ""),
            ("Thank you for reaching out about {topic}.", ""),
        ),
        at="start",
    ),
    Flaw(
        name="closing",
        cue=sign(r"closing", r"offers? of (?:further|more)", r"boilerplate", r"sign-?offs?", r"padding"),
        nor=sign(r"summary", r"everyday word", r"in front of it"),
        about=None,
        signs=sign(r"feel free to (?:reach out|ask)(?: \w+){0,8}", r"let me know if", r"don't hesitate to",
                   r"I hope this helps",
                   r"happy to help further", r"is there anything else"),
        negatable=False,
        reason="The answer ends on a formula that helps with nothing.",
        severity="minor",
        instead=("",),
        lines=(
            ("I hope this helps, and feel free to reach out with any further questions!", ""),
        ),
        at="end",
    ),
    Flaw(
        name="summary",
        cue=sign(r"summar\w+", r"repeat\w*", r"repetit\w+", r"said twice", r"conclu\w+"),
        about=None,
        unless=sign(r"sum(?:marise|marize|mary)? ?(?:up)?", r"conclusion"),
        signs=sign(r"to sum up", r"in summary", r"in conclusion", r"as I said(?: above)?", r"as mentioned above",
                   r"once again"),
        negatable=False,
        reason="The closing sentence says again what was just said.",
        severity="minor",
        instead=("",),
        lines=(
            ("In conclusion, all of the above is what matters most here.", ""),
            ("To sum up, the steps above are the best way to go about it.", ""),
        ),
        at="end",
    ),
    Flaw(
        name="disclaimer",
        cue=sign(r"as an ai", r"disclaimers?", r"language model", r"about itself"),
        about=None,
        unless=ASKS_WHO,
        signs=sign(r"as an (?:ai|artificial intelligence)(?: language model| model| assistant)?",
                   r"as a (?:large )?language model",
                   r"I(?: am|'m) (?:just|only) an? (?:ai|program|language model)",
                   r"my (?:training data|knowledge cutoff)"),
        negatable=False,
        reason="The response excuses itself for being a program, which nobody asked about.",
        severity="minor",
        swaps=(
            (re.compile(r"^as an? (?:ai|artificial intelligence|(?:large )?language model)(?: language model"
                        r"| model| assistant)?,? "
                        r"I (?:have|can|cannot|can't|do not|don't) [^.,;]{0,60}, but ", _I), ""),
            (re.compile(r"^as an? (?:ai|artificial intelligence|(?:large )?language model)(?: language model"
                        r"| model| assistant)?, ", _I), ""),
        ),
        instead=("",),
        lines=(
            ("As an AI language model I have no opinions of my own.", "Opinions differ on this."),
            ("As an AI I have never done this myself.", "What follows is what usually works."),
        ),
        at="start",
    ),
    Flaw(
        name="jargon",
        cue=sign(r"plain (?:words?|language)", r"everyday word", r"jargon", r"official words", r"technical terms",
                 r"simple words",
                 r"buzzwords?"),
        about=None,
        signs=sign(r"aforementioned", r"heretofore", r"hereinafter", r"utili[sz]ation of",
                   r"pursuant to(?: the foregoing)?", r"utili[sz]e",
                   r"commence", r"synerg\w+", r"leverag(?:e|ing)", r"paradigm", r"holistic\w*", r"endeavou?r to",
                   r"facilitat\w+"),
        negatable=False,
        reason="The response uses a grand word where an everyday one says the same.",
        severity="minor",
        swaps=(
            (re.compile(r"\bpursuant to the foregoing,? ?", _I), ""),
            (re.compile(r"\butili[sz]ation of\b", _I), "use of"),
            (re.compile(r"\butili[sz]e\b", _I), "use"),
            (re.compile(r"\bthe aforementioned\b", _I), "this"),
            (re.compile(r"\b(?:aforementioned|heretofore|hereinafter) ?", _I), ""),
            (re.compile(r"\bcommence\b", _I), "begin"),
            (re.compile(r"\bleverage\b", _I), "use"),
            (re.compile(r"\bfacilitate\b", _I), "help"),
            (re.compile(r"\bendeavou?r to\b", _I), "try to"),
            (re.compile(r"\ba holistic\b", _I), "a"),
        ),
        instead=("Keep to the simplest tool that does the job.",),
        lines=(
            ("Commence with the utilization of the aforementioned means.", "Begin with what is named above."),
            ("Endeavour to leverage a holistic approach throughout.", "Try to keep the whole of it in view."),
        ),
    ),
    Flaw(
        name="hype",
        cue=sign(r"hype", r"exclamation marks?", r"enthusias\w+", r"superlatives?", r"emojis?", r"gush\w*"),
        about=None,
        signs=re.compile(r"!|[\U0001F300-\U0001FAFF]|\b(?:amazing|incredible|awesome|mind-blowing|game-changer)\b", _I),
        negatable=False,
        reason="The response cheers where a calm word would do.",
        severity="minor",
        swaps=((re.compile(r"!+"), "."), (re.compile(r" ?[\U0001F300-\U0001FAFF]+"), ""),
               (re.compile(r"\b(?:amazing|incredible|awesome|mind-blowing)\b", _I), "good"),
               (re.compile(r"\bgame-changer\b", _I), "help")),
        instead=("",),
        lines=(("This is going to be amazing!", "This can turn out well."),),
        at="end",
    ),
)
