"""The simulator over HTTP: the words it says in process, through the real SDKs, and every fault on demand."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pytest

from constitution.cli import main
from constitution.core.asking import Reply, Request, Sampling
from constitution.core.records import Message
from constitution.errors import BrokenBody, ConstitutionError, Mistake, ProviderGone, Quarantined, Transient
from constitution.providers import anthropic, openai
from constitution.providers.keys import Key
from constitution.providers.provider import Provider
from constitution.providers.simulator import HABITS, reply_to
from constitution.providers.simulator.serving import behaviour, opened, serving
from constitution.providers.simulator.serving.behaviour import TRANSPORT
from constitution.providers.simulator.serving.wires import WIRES
from constitution.providers.simulator.serving.wires.chat import CHAT
from constitution.providers.simulator.serving.wires.messages import MESSAGES
from constitution.stages.structured import read
from tests.simulated import (
    ROOT,
    critique_request,
    draft_request,
    judge_request,
    revise_request,
    said,
    shipped,
)

SECRET = "sk-canary-0123456789"
PROVIDERS: dict[str, Callable[[str, Key], Provider]] = {"openai": openai.OpenAI, "anthropic": anthropic.Anthropic}
Outcome = Reply | ConstitutionError


def through(wire: str, url: str, requests: Iterable[Request], *, key: str = "k", at_once: int = 16) -> list[Outcome]:
    """What our provider of this wire makes of each request, in order; the SDK is the real one."""

    async def everything() -> list[Outcome]:
        address = f"{url}/v1" if wire == "openai" else url
        provider = PROVIDERS[wire](address, Key(key))
        places = asyncio.Semaphore(at_once)

        async def one(request: Request) -> Outcome:
            async with places:
                try:
                    return await provider.answer(request)
                except ConstitutionError as error:
                    return error

        try:
            return await asyncio.gather(*map(one, requests))
        finally:
            await provider.close()

    return asyncio.run(everything())


def replies(outcomes: Iterable[Outcome]) -> list[Reply]:
    """The same, where none may have failed."""
    found = list(outcomes)
    failed = [outcome for outcome in found if not isinstance(outcome, Reply)]

    assert failed == []
    return [outcome for outcome in found if isinstance(outcome, Reply)]


def fetch(url: str, body: bytes | None = None, **headers: str) -> tuple[int, Any]:
    """Status and JSON of a plain request; a POST where there is a body."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, named), timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def stats(url: str) -> dict[str, Any]:
    """The counts of the endpoint, whose parts add up."""
    found: dict[str, Any] = fetch(f"{url}/stats")[1]

    assert found["received"] == sum(found["outcomes"].values()) + found["in_flight"]
    assert found["received"] == sum(found["wires"].values())
    assert found["paid"] == sum(found["outcomes"].get(name, 0) for name in ("whole", "cut", "invalid", "left"))
    return found


LINES = (ROOT / "examples" / "prompts.jsonl").read_text(encoding="utf-8").splitlines()


def talk_of(row: dict[str, Any]) -> tuple[Message, ...]:
    """The conversation of an example: with system and tool messages where it has them."""
    if "messages" in row:
        return tuple(Message(**message) for message in row["messages"])
    return said(row["prompt"] if "prompt" in row else f"{row['instruction']}\n\n{row['input']}")


TALKS = [talk_of(json.loads(line)) for line in LINES]
RULES = shipped("harmlessness").principles[:3]


def questions() -> list[Request]:
    """Each kind of question about the example prompts, each built on what was answered before."""
    asked = []
    for place, talk in enumerate(TALKS):
        drafted = Request(model="simulator:plain", messages=talk, draw=place % 3, sampling=Sampling(temperature=1.0))
        asked.append(drafted)
        if place % 6:
            continue
        draft = reply_to(drafted).text
        revised = revise_request(talk, draft, (RULES[0], draft[:40]))
        asked += [critique_request(talk, draft, *RULES), revised]
        asked.append(judge_request(talk, draft, reply_to(revised).text, *RULES))
    return asked


def drafts(number: int, **more: Any) -> list[Request]:
    """Different questions for a draft."""
    return [draft_request(f"What is the number {place} good for?", **more) for place in range(number)]


CALL = {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Zürich"}'}}
PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}}}
TOOL = {"type": "function", "function": {"name": "weather", "description": "Looks out.", "parameters": PARAMETERS}}
TALK = Request(
    model="simulator:plain",
    messages=(
        Message(role="system", content="Be brief."),
        Message(role="user", content="Does it rain in Zürich?"),
        Message(role="assistant", content="I will look.", tool_calls=(CALL,)),
        Message(role="tool", content="It rains, 12 °C.", tool_call_id="c1"),
    ),
    tools=(TOOL,),
    stop=("END", "\n\n\n"),
    max_tokens=77,
    draw=5,
)


def test_a_request_comes_out_of_each_wire_as_it_went_in() -> None:
    for request in [*questions(), TALK, TALK.but(tools=(), messages=TALK.messages[:2], draw=0)]:
        chat = openai.body_of(request)
        plain = request.without(frozenset({"temperature", "top_p", "logprobs"}))
        message = anthropic.body_of(plain)

        assert CHAT.read(json.loads(json.dumps(chat)), {}).digest == request.digest
        headers = anthropic.Anthropic().headers(plain)
        assert MESSAGES.read(json.loads(json.dumps(message)), headers).digest == plain.digest


def test_both_wires_say_what_the_simulator_says_in_process() -> None:
    asked = [*questions(), TALK]
    with serving() as url:
        for wire in PROVIDERS:
            for request, reply in zip(asked, replies(through(wire, url, asked)), strict=True):
                here = reply_to(request)

                assert (reply.text, reply.finish, reply.usage) == (here.text, here.finish, here.usage)
                assert (reply.model_returned, reply.origin) == ("simulator:plain", "simulator")
                assert reply.raw["id"] == here.raw["id"]
        counted = stats(url)

    assert counted["wires"] == {"openai": len(asked), "anthropic": len(asked)}
    assert counted["outcomes"] == {"whole": 2 * len(asked)}


@pytest.mark.parametrize("wire", PROVIDERS)
def test_habits_draws_and_bounds_are_heard_on_each_wire(wire: str) -> None:
    judged = judge_request(said("Why?"), "Because.", "Because of that, I think.", RULES[0])
    asked = [
        *drafts(20, model="simulator:refuse+long-winded"),
        *(draft_request("What is rye good for?", draw=draw) for draw in range(4)),
        draft_request("What is rye good for?", max_tokens=3),
        draft_request("What is rye good for?", stop=("a",)),
        *(judged.but(model=f"simulator:{model}", draw=draw) for model in ("favour-first", "flip") for draw in (0, 1)),
    ]
    with serving() as url:
        found = replies(through(wire, url, asked))

    assert [reply.text for reply in found] == [reply_to(request).text for request in asked]
    assert [reply.finish for reply in found] == [reply_to(request).finish for request in asked]
    assert Counter(reply.finish for reply in found).keys() == {"stop", "refused", "length"}
    assert found[0].model_returned == "simulator:refuse+long-winded"
    assert len({reply.text for reply in found[20:24]}) > 1


def test_a_judges_log_probs_come_over_the_chat_wire_as_they_are() -> None:
    judged = judge_request(said("Why?"), "Because.", "You idiot.", RULES[0])
    asked = [judged.but(logprobs=most) for most in (0, 1, 5)] + [judged]
    with serving() as url:
        found = replies(through("openai", url, asked))
        others = replies(through("anthropic", url, [judged]))

    assert [reply.logprobs for reply in found] == [reply_to(request).logprobs for request in asked]
    assert [len(reply.logprobs or ()) > 20 for reply in found] == [True, True, True, False]
    assert others[0].logprobs is None


def test_a_model_may_be_named_with_its_provider() -> None:
    body = {"model": "simulator:plain", "messages": [{"role": "user", "content": "Why?"}], "max_tokens": 900}
    with serving() as url:
        for wire in WIRES:
            status, answer = fetch(f"{url}{wire.path}", json.dumps(body).encode())
            assert (status, answer["model"]) == (200, "simulator:plain")


MEANT: dict[str, type[ConstitutionError]] = {
    "400": Quarantined, "401": ProviderGone, "402": ProviderGone, "403": ProviderGone, "404": Quarantined,
    "413": Quarantined, "422": Quarantined, "429": Transient, "429-bare": Transient, "500": Transient,
    "502": Transient, "503": Transient, "504": Transient, "529": Transient, "spent": ProviderGone,
    "drop": Transient, "cut": BrokenBody, "invalid": BrokenBody, "hang": Transient,
}  # fmt: skip


def test_every_fault_has_its_meaning() -> None:
    assert set(MEANT) == set(TRANSPORT)


@pytest.mark.parametrize("wire", PROVIDERS)
@pytest.mark.parametrize("fault", [name for name in TRANSPORT if name != "hang"])
def test_each_fault_reaches_the_client_as_what_it_is(wire: str, fault: str) -> None:
    # As many as it takes for each form of a broken answer to come up.
    number = 60 if fault == "invalid" else 8
    with serving(behaviour(faults=f"{fault}=1")) as url:
        found = through(wire, url, drafts(number), key=SECRET)
        counted = stats(url)

    # A connection that drops when the head of a good answer has come leaves an answer that is broken.
    dropped_late = {BrokenBody} if fault == "drop" else set()
    assert {type(outcome) for outcome in found} - dropped_late == {MEANT[fault]}
    assert not any(SECRET in str(outcome) for outcome in found)
    assert counted["faults"] == counted["outcomes"] == {fault: number}
    assert counted["paid"] == counted["broken"] == (number if fault in ("cut", "invalid") else 0)


@pytest.mark.parametrize("wire", PROVIDERS)
def test_a_429_asks_to_wait_in_each_of_three_forms_or_not_at_all(wire: str) -> None:
    with serving(behaviour(faults="429=1", retry_after=1.5)) as url:
        asked = [outcome.retry_after for outcome in through(wire, url, drafts(30)) if isinstance(outcome, Transient)]
    with serving(behaviour(faults="429-bare=1")) as url:
        (bare,) = through(wire, url, drafts(1))

    assert Counter(seconds == 1.5 for seconds in asked).keys() == {True, False}
    assert all(seconds is not None and 0 <= seconds <= 2.5 for seconds in asked)
    assert isinstance(bare, Transient)
    assert bare.retry_after is None


def test_the_three_forms_are_seconds_milliseconds_and_a_date() -> None:
    body = json.dumps({"model": "plain", "messages": [{"role": "user", "content": "Why?"}], "max_tokens": 9}).encode()
    forms = set()
    with serving(behaviour(faults="429=1", retry_after=2)) as url:
        for _ in range(30):
            with pytest.raises(urllib.error.HTTPError) as caught:
                urllib.request.urlopen(urllib.request.Request(f"{url}/v1/messages", body), timeout=10)
            with caught.value as error:
                forms |= {(name, value) for name, value in error.headers.items() if name.startswith("retry-after")}

    assert {("retry-after", "2"), ("retry-after-ms", "2000")} <= forms
    assert any(re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT", value) for _, value in forms)


@pytest.mark.parametrize("wire", PROVIDERS)
def test_answers_that_are_empty_or_refused_are_outcomes_and_paid_for(wire: str) -> None:
    with serving(behaviour(content="empty=0.3,refusal=0.3")) as url:
        found = replies(through(wire, url, drafts(30)))
        counted = stats(url)

    finishes = Counter(reply.finish for reply in found)
    assert finishes.keys() == {"stop", "empty", "refused"}
    assert counted["content"] == {"empty": finishes["empty"], "refusal": finishes["refused"]}
    assert counted["paid"] == 30


def test_an_answer_off_its_schema_is_off_whatever_its_form_and_only_where_one_was_asked_for() -> None:
    asked = [critique_request(talk, "Because.", *RULES) for talk in TALKS[:24]]
    with serving(behaviour(content="off-schema=1")) as url:
        found = [replies(through(wire, url, [*asked, *drafts(3)])) for wire in PROVIDERS]

    assert [reply.text for reply in found[0]] == [reply.text for reply in found[1]]
    assert all(read(reply, request.json_schema or {})[1] for request, reply in zip(asked, found[0], strict=False))
    assert len({reply.text[:5] for reply in found[0][:24]}) > 3
    assert [reply.text for reply in found[0][24:]] == [reply_to(request).text for request in drafts(3)]


def kinds(url: str, requests: Sequence[Request], **more: Any) -> list[str]:
    """What became of each request, in a word."""
    return [
        outcome.finish if isinstance(outcome, Reply) else str(outcome)[-60:]
        for outcome in through("anthropic", url, requests, **more)
    ]


def test_the_same_question_goes_wrong_the_same_way_each_time_and_a_seed_decides_which() -> None:
    told = {seed: behaviour(content="empty=0.5", seed=seed) for seed in ("0", "1")}
    with serving(told["0"]) as one, serving(told["1"]) as other:
        first = kinds(one, drafts(30))

        assert kinds(one, drafts(30)) == first
        assert kinds(other, drafts(30)) != first


def test_an_attempt_may_fail_and_the_next_succeed_whatever_the_order() -> None:
    told = behaviour(faults="500=0.3,529=0.2", seed="x")
    asked = drafts(20)
    with serving(told) as url:
        rounds = [kinds(url, asked) for _ in range(3)]
        fetch(f"{url}/stats/reset", b"")

        assert kinds(url, asked[::-1], at_once=1) == rounds[0][::-1]
    assert len(set(map(tuple, rounds))) == 3
    assert any(first != "stop" and then == "stop" for first, then, _ in zip(*rounds, strict=True))


def test_the_counts_add_up_under_everything_at_once() -> None:
    told = behaviour(faults="429=0.1,500=0.1,529=0.05,drop=0.05,cut=0.1,invalid=0.1", content="empty=0.1", latency=0.01)
    asked = drafts(60)
    with serving(told) as url:
        found = through("openai", url, [*asked, *asked], at_once=8) + through("anthropic", url, asked)
        counted = stats(url)
        fetch(f"{url}/stats/reset", b"")
        anew = stats(url)

    answered = sum(isinstance(outcome, Reply) for outcome in found)
    assert counted["received"] == 180
    assert counted["distinct"] == 60
    assert counted["wires"] == {"openai": 120, "anthropic": 60}
    assert counted["outcomes"]["whole"] == answered
    assert counted["paid"] == answered + counted["broken"]
    assert sum(counted["faults"].values()) == 180 - answered
    assert 1 < counted["max_concurrency"] <= 16
    assert (anew["received"], anew["paid"], anew["distinct"]) == (0, 0, 0)


@pytest.mark.parametrize("told", [behaviour(latency=30), behaviour(faults="hang=1")])
def test_whoever_leaves_before_the_answer_has_paid(told: Any) -> None:
    async def until(url: str, in_flight: int) -> dict[str, Any]:
        async with asyncio.timeout(20):
            while (counted := await asyncio.to_thread(stats, url))["in_flight"] != in_flight:
                await asyncio.sleep(0.01)
        return counted

    async def leave(url: str) -> dict[str, Any]:
        provider = openai.OpenAI(f"{url}/v1", Key("k"))
        calls = [asyncio.create_task(provider.answer(request)) for request in drafts(2)]
        waiting = await until(url, 2)
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        await provider.close()

        assert waiting["paid"] == 0
        return await until(url, 0)

    with serving(told) as url:
        counted = asyncio.run(leave(url))

    assert (counted["paid"], counted["outcomes"]) == (2, {"left": 2})


@pytest.mark.parametrize("wire", PROVIDERS)
def test_only_who_brings_the_key_is_answered_where_one_is_asked_for(wire: str) -> None:
    with serving(behaviour(key=SECRET)) as url:
        (mine,) = through(wire, url, drafts(1), key=SECRET)
        (other,) = through(wire, url, drafts(1), key="sk-other")
        status, said_ = fetch(f"{url}/v1/models", authorization="Bearer sk-other")
        listed, _ = fetch(f"{url}/v1/models", x_api_key=SECRET)
        counted = stats(url)

    assert isinstance(mine, Reply)
    assert isinstance(other, ProviderGone)
    assert (status, listed) == (401, 200)
    assert SECRET not in f"{other}{said_}{behaviour(key=SECRET)}"
    assert counted["outcomes"] == {"whole": 1, "rejected": 1}


ASKED: dict[str, Any] = {"model": "plain", "max_tokens": 5, "messages": [{"role": "user", "content": "Why?"}]}
BAD = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"\xff\xfe{}",
    b'{"model": "plain", "messages": [], "max_tokens": NaN}',
    b"[" * 100_000,
    json.dumps(ASKED | {"messages": 3}).encode(),
    json.dumps(ASKED | {"messages": [{"role": "oracle", "content": "?"}]}).encode(),
    json.dumps(ASKED | {"messages": [{"role": "user", "content": "\ud800"}]}).encode(),
    json.dumps(ASKED | {"model": None}).encode(),
    json.dumps(ASKED | {"stream": True}).encode(),
]
FORMS: list[Any] = [{"type": 3}, {"required": 1}, {"properties": []}, 7, {"const": 2**60}]


@pytest.mark.parametrize("wire", WIRES, ids=lambda wire: wire.name)
def test_a_request_that_cannot_be_read_is_turned_away_in_a_sentence_and_never_paid(
    wire: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    chat = [{"response_format": {"type": "json_schema", "json_schema": {"schema": form}}} for form in FORMS]
    output = [{"output_config": {"format": {"type": "json_schema", "schema": form}}} for form in FORMS]
    bodies = [json.dumps(ASKED | more).encode() for more in (chat if wire is CHAT else output)]
    with serving() as url:
        found = [fetch(f"{url}{wire.path}", body) for body in [*BAD, *bodies]]
        found.append(fetch(f"{url}{wire.path}", json.dumps(ASKED).encode(), x_draw="two"))
        counted = stats(url)

    assert {status for status, _ in found} == {400}
    assert all(body["error"]["message"] for _, body in found)
    assert (counted["paid"], counted["outcomes"]) == (0, {"rejected": len(found)})
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("wire", PROVIDERS)
def test_a_habit_that_there_is_not_is_a_model_that_there_is_not(wire: str) -> None:
    with serving() as url:
        (outcome,) = through(wire, url, [draft_request("Why?", model="simulator:clever")])

    assert isinstance(outcome, ProviderGone)
    assert "no habit 'clever'" in str(outcome)


def test_it_says_what_it_is_and_which_models_there_are() -> None:
    with serving() as url:
        about = fetch(url)
        listed = fetch(f"{url}/v1/models")
        one = fetch(f"{url}/v1/models/favour-first+flip")
        none = fetch(f"{url}/v1/models/clever")
        elsewhere = [fetch(f"{url}/chat/completions", b"{}"), fetch(f"{url}/v1/messages")]
        counted = stats(url)

    assert about[0] == 200
    assert "stands in for a model" in about[1]["what"]
    assert [model["id"] for model in listed[1]["data"]] == ["plain", *HABITS]
    assert (one[0], one[1]["id"], none[0]) == (200, "favour-first+flip", 404)
    assert [status for status, _ in elsewhere] == [404, 404]
    assert (counted["received"], counted["outcomes"]) == (1, {"rejected": 1})


@pytest.mark.parametrize(
    ("flags", "part"),
    [
        ({"faults": "430=0.1"}, "'430', which there is not; known: 400, 401"),
        ({"content": "429=0.1"}, "known: empty, refusal, off-schema"),
        ({"faults": "429"}, "NAME=RATE"),
        ({"faults": "429=often"}, "between 0 and 1"),
        ({"faults": "429=1.5"}, "between 0 and 1"),
        ({"faults": "429=-0.5"}, "between 0 and 1"),
        ({"faults": "429=nan"}, "between 0 and 1"),
        ({"faults": "429=0.1,429=0.2"}, "twice"),
        ({"faults": "429=0.6,500=0.6"}, "add up to 1.2"),
        ({"latency": -1.0}, "--latency is -1"),
        ({"retry_after": float("inf")}, "--retry-after is inf"),
    ],
)
def test_odds_that_cannot_be_are_a_mistake(flags: dict[str, Any], part: str) -> None:
    with pytest.raises(Mistake) as caught:
        behaviour(**flags)

    assert part in caught.value.sentence


def test_the_order_in_which_odds_are_written_changes_nothing() -> None:
    assert behaviour(faults="500=0.2, 429=0.1 ,") == behaviour(faults="429=0.1,500=0.2")


@pytest.mark.parametrize(
    ("flags", "part"),
    [
        (("--port", "0", "--faults", "42=1"), "42"),
        (("--port", "0", "--host", "no host"), "cannot listen on no host"),
        (("--port", "70000"), "--port"),
        ((), "--port"),
    ],
)
def test_the_command_refuses_what_cannot_be(
    flags: tuple[str, ...], part: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["tools", "simulate", *flags])
    out, err = capsys.readouterr()

    assert (code, out, err.count("\n")) == (2, "", 1)
    assert part in err


def test_a_port_that_is_taken_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with opened() as listener:
        code = main(["tools", "simulate", "--port", str(listener.getsockname()[1])])

    assert code == 2
    assert "--port 0 takes a port that is free" in capsys.readouterr().err


@pytest.mark.parametrize(("number", "as_json"), [(signal.SIGINT, False), (signal.SIGTERM, True)])
def test_the_command_serves_until_it_is_told_to_stop(number: signal.Signals, as_json: bool) -> None:
    command = [sys.executable, "-m", "constitution", "tools", "simulate", "--port", "0", *(["--json"] * as_json)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        line = (running.stderr if as_json else running.stdout).readline()
        url = line.split()[1].removesuffix("/v1")
        (reply,) = replies(through("openai", url, drafts(1)))
        running.send_signal(number)
        out, err = running.communicate(timeout=20)

    assert reply.text == reply_to(drafts(1)[0]).text
    assert (running.returncode, err) == (0, "")
    if as_json:
        document = json.loads(out)
        assert (document["schema"], document["data"]["url"]) == ("constitution/tools-simulate/1", url)
        assert (document["data"]["received"], document["data"]["paid"]) == (1, 1)
    else:
        assert out == "stopped: 1 request, 1 of them paid for\n"
