"""Fences under fire: whatever a text holds, the requests that carry it keep their roles, and it comes out whole."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import partial
from itertools import pairwise

import pytest

from constitution.core.asking import Asking, Reply, Request, drive
from constitution.core.judgement import Claim
from constitution.core.records import Message, Prompt
from constitution.core.templates import Template
from constitution.core.trail import Critique, Evidence, Response, Trail
from constitution.errors import OffSchema
from constitution.principles.precedence import told_together
from constitution.stages.critique import critique
from constitution.stages.judge import judge
from constitution.stages.rate import rate
from constitution.stages.revise import revise
from tests.attacks.texts import SEED, hostile
from tests.scenes import CALM, brief, constitution, nonce

PLAIN = "An answer in plain words."
BRIEF = brief(constitution(CALM), seed=SEED)
TEXTS = hostile()
_BEGIN = re.compile(r"^----- begin (.+) ([0-9a-f]{16}) -----\n", re.M)


def read_back(content: str) -> tuple[dict[str, str], str]:
    """The fenced texts of a message by their labels, and the message with each fence replaced by its label.

    A reader of its own: it goes from a begin line to the end line of the same label and mark, and there may be but one.
    """
    found: dict[str, str] = {}
    outside, here = "", 0
    while begin := _BEGIN.search(content, here):
        label, mark = begin.groups()
        end = f"\n----- end {label} {mark} -----"
        close = content.find(end, begin.end())
        assert close >= 0, f"the fence of {label} never closes"
        assert content.count(end) == 1, f"the fence of {label} closes twice"
        assert content.count(begin.group().rstrip("\n")) == 1, f"the fence of {label} opens twice"
        assert label not in found
        found[label] = content[begin.end() : close]
        assert mark not in found[label], f"{label} holds its own mark"
        outside += content[here : begin.start()] + f"<{label}>"
        here = close + len(end)
    return found, outside + content[here:]


def expected(template: Template, values: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Roles and words of a template's messages with harmless values, filled in by plain replacement."""
    _, *parts = re.split(r"^=== (\w+) ===\n", template.text, flags=re.M)
    filled = []
    for role, body in zip(parts[::2], parts[1::2], strict=True):
        words = body.strip()
        for name, value in values.items():
            words = words.replace("{{" + name + "}}", value)
        filled.append((role, words))
    return tuple(filled)


def holds(request: Request, template: str, texts: Mapping[str, str], **values: str) -> None:
    """Fails unless the request is the template with these texts behind fences of these labels, and nothing else."""
    (system, about), wanted = request.messages, expected(BRIEF.templates[template], values)
    found, outside = read_back(about.content)

    assert found == texts
    assert ((system.role, system.content), (about.role, outside)) == wanted
    assert all(message.plain for message in request.messages)
    if request.json_schema is not None:
        assert not any(nonce(request) in text for text in texts.values())


def begun(asking: Asking[Trail]) -> tuple[Request, ...]:
    """The first questions of a stage."""
    return next(asking)


def trail(text: str, asked: str = "Say something.", *more: str) -> Trail:
    """One prompt with these responses, each a revision of the one before."""
    responses = tuple(
        Response(text=each, origin="model", step="s1", parent=place - 1 if place else None)
        for place, each in enumerate((text, *more))
    )
    return Trail.start(Prompt.of(Message(role="user", content=asked))).plus(responses=responses)


def violation(reason: str, quote: str) -> Critique:
    """The critic's finding, in foreign words throughout."""
    evidence = Evidence(kind="quote", text=quote, start=0, end=len(quote))
    return Critique(principle=CALM.ref, response=0, group="all", verdict="violates", reason=reason, evidence=evidence,
                    step="s2")  # fmt: skip


def judged(text: str, other: str, asked: str = "Say something.") -> Trail:
    """Two responses before the judge."""
    claim = Claim(strategy="test", rejected=0, chosen=1, principles=(CALM.ref,), either=True)
    return trail(text, asked, other).but(claim=claim)


def test_there_are_a_thousand_texts_and_more_each_with_its_own_words() -> None:
    assert len(TEXTS) == len(set(TEXTS)) > 1000


def test_the_critic_sees_a_response_and_a_prompt_whole_and_behind_their_fences() -> None:
    stage = critique(BRIEF)
    for text in TEXTS:
        for response, asked in ((text, "Say something."), (PLAIN, text), (text, text)):
            (request,) = begun(stage(trail(response, asked)))
            holds(
                request, "critique", {"message 1 from user": asked, "response": response},
                conversation="<message 1 from user>", response="<response>", principles=told_together([CALM]),
                nonce=nonce(request),
            )  # fmt: skip


def test_the_judge_sees_both_responses_whole_in_both_orders() -> None:
    stage = judge(BRIEF)
    for text in TEXTS:
        for first, second, asked in ((text, PLAIN, "Say something."), (PLAIN, f"{text}.", text)):
            requests = begun(stage(judged(first, second, asked)))
            for request, shown in zip(requests, ((first, second), (second, first)), strict=True):
                assert request.json_schema is not None
                *ids, tie = request.json_schema["properties"]["principles"]["enum"]
                assert tie == "tie"
                texts = {f"response {name}": each for name, each in zip(ids, shown, strict=True)}
                holds(
                    request, "judge", {"message 1 from user": asked, **texts}, conversation="<message 1 from user>",
                    first=f"<response {ids[0]}>", second=f"<response {ids[1]}>", first_id=ids[0], second_id=ids[1],
                    questions=CALM.told_judge, nonce=nonce(request),
                )  # fmt: skip


def test_a_response_that_is_rated_stands_whole_behind_its_fence() -> None:
    stage = rate(BRIEF)
    for text in TEXTS:
        for request, shown in zip(begun(stage(trail(text, text, PLAIN))), (text, PLAIN), strict=True):
            holds(
                request, "rate", {"message 1 from user": text, "response": shown}, principles=told_together([CALM]),
                conversation="<message 1 from user>", response="<response>", nonce=nonce(request),
            )  # fmt: skip


def test_the_reviser_sees_draft_and_critique_whole_and_behind_their_fences() -> None:
    stage = revise(BRIEF)
    for text in TEXTS:
        for response, reason, quote in ((text, "It shouts.", "x"), (PLAIN, f"It says: {text}", text)):
            before = trail(response).plus(critiques=(violation(reason, quote),))
            (request,) = begun(stage(before))
            told = {"critique no-shouting": f"{reason}\nThe words: {quote}", "response": response}
            holds(
                request, "revise", {"message 1 from user": "Say something.", **told},
                conversation="<message 1 from user>", response="<response>", critiques="<critique no-shouting>",
                requests=CALM.told_reviser,
            )  # fmt: skip


def test_every_message_of_a_conversation_keeps_its_role() -> None:
    stage = critique(BRIEF)
    for first, second in pairwise(TEXTS):
        spoken = (("system", first), ("user", second), ("assistant", first), ("user", first))
        messages = [Message.known(role=role, content=text) for role, text in spoken]
        given = Trail.start(Prompt.of(*messages)).plus(responses=(Response(text=PLAIN, origin="model"),))
        found, _ = read_back(begun(stage(given))[0].messages[1].content)

        assert list(found.items())[:-1] == [
            (f"message {place} from {role}", text) for place, (role, text) in enumerate(spoken, 1)
        ]


def answer(request: Request, said: str, reason: str) -> str:
    """A judge's answer that names this on both questions."""
    return json.dumps({"nonce": nonce(request), "reason": reason, "principles": said, "helpfulness": said})


def replied(said: str, reason: str, request: Request) -> Reply:
    """The same as a reply."""
    return Reply(text=answer(request, said, reason), model_returned="scripted:judge")


def test_a_verdict_is_read_from_its_own_fields_whatever_the_reason_holds() -> None:
    stage = judge(BRIEF)
    for text in TEXTS:
        said = drive(stage(judged(text, PLAIN)), partial(replied, "tie", text))

        assert [(verdict.principles, verdict.helpfulness) for verdict in said.verdicts] == [("tie", "tie")] * 2
        assert {verdict.reason for verdict in said.verdicts} == {text}
        assert said.fate == "undecided"


@pytest.mark.parametrize("around", ["{text} {json}", "{json}\n{text}", "```json\n{json}\n```{text}", "{json}{json}"])
def test_no_verdict_is_picked_out_of_prose(around: str) -> None:
    def prose(request: Request) -> Reply:
        (first, *_) = request.json_schema["properties"]["principles"]["enum"] if request.json_schema else [""]
        text = around.replace("{json}", answer(request, first, "because")).replace("{text}", "I say this:")
        return Reply(text=text, model_returned="scripted:judge")

    with pytest.raises(OffSchema, match="asked twice"):
        drive(judge(BRIEF)(judged("One.", "Two.")), prose)


FORGED: tuple[dict[str, str | None], ...] = (
    {"nonce": "0123456789abcdef"},
    {"principles": "first"},
    {"principles": "R0123456789"},
    {"helpfulness": ""},
    {"winner": "tie"},
    {"reason": None},
)


@pytest.mark.parametrize("change", FORGED)
def test_a_verdict_with_another_nonce_another_name_or_another_field_is_none(change: dict[str, str | None]) -> None:
    def forged(request: Request) -> Reply:
        said = {**json.loads(answer(request, "tie", "because")), **change}
        return Reply(text=json.dumps(said), model_returned="scripted:judge")

    with pytest.raises(OffSchema, match="asked twice"):
        drive(judge(BRIEF)(judged("One.", "Two.")), forged)


def test_half_a_letter_in_a_verdict_is_refused_before_it_stands_in_a_trail() -> None:
    """A lone surrogate is a text that no file can hold; JSON can spell it."""
    with pytest.raises(OffSchema, match="surrogates not allowed"):
        drive(judge(BRIEF)(judged("One.", "Two.")), partial(replied, "tie", "half a letter: \ud83d"))

    said = drive(judge(BRIEF)(judged("One.", "Two.")), partial(replied, "tie", "a whole one: \U0001f600"))

    assert {verdict.reason for verdict in said.verdicts} == {"a whole one: \U0001f600"}
