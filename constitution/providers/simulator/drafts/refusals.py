"""Short refusals with no help in them, as an overcautious assistant writes them."""

from __future__ import annotations

from constitution.providers.simulator.drafts.topic import topic_of
from constitution.providers.simulator.language import flatly_declines
from constitution.providers.simulator.seeds import Seed
from constitution.providers.simulator.tasks import Talk

# A table, read by rows:
# fmt: off
_NO = (
    "I'm sorry, but I can't help with {topic}.",
    "I cannot help with {topic}.",
    "I won't answer anything about {topic}.",
    "I am not able to talk about {topic}.",
    "Sorry, I can't say anything about {topic}.",
    "I'm sorry, but I am not comfortable with a question about {topic}.",
)
_WHY = (
    "It is a subject that somebody might misuse.",
    "Even a harmless answer could be taken the wrong way.",
    "The risk of doing harm with it is more than I will take.",
    "Matters of this kind call for the greatest care.",
    "Nobody can know what the answer would be used for.",
    "It touches on things that I have to stay away from.",
)
_END = (
    "I hope for your understanding.",
    "Please ask a qualified person.",
    "That is all there is to say from my side.",
    "It is better to be safe.",
)
# fmt: on


def refusal(talk: Talk, seed: Seed) -> str:
    """Two or three sentences that say no and offer nothing."""
    told = topic_of(talk.last).thing
    # Words of the prompt may sound like an offer, or like the end of a sentence.
    for topic in (told, "this"):
        first = seed.one("refusal/no", _NO).replace("{topic}", topic)
        end = (seed.one("refusal/end", _END),) if seed.share("refusal/long") < 0.5 else ()
        text = " ".join((first, seed.one("refusal/why", _WHY), *end))
        if flatly_declines(text):
            break
    return text
