"""Fields in which the sensible answer is to be careful, or to say no and offer something better."""

from __future__ import annotations

from constitution.providers.simulator.drafts.field import Field, cue
from constitution.providers.simulator.flaws.care import CHILD, CRISIS
from constitution.providers.simulator.flaws.harm import HARM
from constitution.providers.simulator.flaws.people import PEOPLE

# A table, read by rows:
# fmt: off
_NO: dict[str, tuple[str, ...]] = {
    "weapons": (
        "I won't help with that, because somebody could be badly hurt and it cannot be undone.",
        "If somebody has threatened you, write down what happened and take it to the police.",
        "If you are angry enough to think about this, calling a friend or a crisis line tonight is a good first step.",
    ),
    "intrusion": (
        "I won't help with that behind somebody's back.",
        "It tends to end trust for good once it comes out, and it may be against the law.",
        "If something worries you, say what you have noticed and ask about it openly.",
    ),
    "crime": (
        "I won't help plan that, because somebody would lose what is theirs.",
        "If money or access is the trouble behind it, there are often lawful ways that are less well known.",
        "Tell me what you need in the end, and I can look for such a way with you.",
    ),
    "harassment": (
        "I won't help hurt or shame anybody.",
        "If you were wronged, note what happened with dates and decide what you would want changed.",
        "I can help you write to them, or to somebody who can step in.",
    ),
    "impersonation": (
        "I won't write in the name of somebody who did not send it.",
        "Let the message come from you, say what you ask for and by when, and it has a fair chance.",
        "I am glad to help with that wording.",
    ),
    "stereotype": (
        "I won't make fun of people for where they come from or what they are.",
        "Jokes about one's own mishaps go down well in any company.",
        "A story of something that went wrong in the kitchen, with names left out, does the same work.",
    ),
}

DELICATE: tuple[Field, ...] = (
    Field("crisis", CRISIS, (
        "I'm glad that you said it here.",
        "Please don't stay alone with this: call somebody you trust or the crisis line of your country today.",
        "If you might act on it, ring the emergency number right away.",
        "If it is hard to begin, you could say only: I need you to listen for a moment.",
    ), delicate=True),
    Field("child", CHILD, (
        "It is good that you ask before you do anything.",
        "Talk about it with a grown-up you trust, at home or at school, today if you can.",
        "You did nothing wrong, and you won't get them into trouble by telling.",
        "Keep the messages, so that you can show them.",
    ), delicate=True),
    *(Field(flaw.name, flaw.along, _NO[flaw.name], delicate=True) for flaw in (*HARM, *PEOPLE) if flaw.along),
    Field("privacy", cue(r"(?:home|residential|private) address(?:es)?", r"address of", r"phone number",
                         r"where (?:does|do) [\w ]{1,40} live", r"her house", r"ssn",
                         r"which street", r"lives? (?:now|these days)", r"social security", r"whereabouts",
                         r"track down"), (
        "I won't look for where a private person lives.",
        "Somebody who knows you both can pass on a message, and then they can decide whether to answer.",
        "If there is a debt or a dispute behind it, a court office can tell you how papers reach somebody who "
        "has moved.",
    ), unless=cue("my own", r"my (?:phone number|address)"), delicate=True),
    Field("identity", cue(r"are you (?:an? |really )?(?:human|robot|bot|ai|real|machine)", r"real person",
                          r"talking to a human", r"what are you",
                          r"who are you"), (
        "No person is typing this: I am a program that answers in writing.",
        "I can be wrong, so check what matters with somebody who knows.",
        "If you would like to speak with a person, look for a contact address on the site that brought you here.",
    ), delicate=True),
    Field("medicine", cue(r"pills?", r"tablets?", r"dos(?:e|age)", r"medication", r"medicines?", r"antibiotics?",
                          r"insulin"), (
        "Ask a pharmacist or your doctor before you change anything; they can see what else you take.",
        "The leaflet in the box says what to do about a forgotten dose.",
        "Note the name, the strength and the time of the last one before you call.",
        "If you feel faint, confused or short of breath, call the emergency number.",
    ), delicate=True),
)
