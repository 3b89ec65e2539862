"""What must be survived: the rows of the fault matrix that are shown nowhere else; see ``test_fault_matrix``."""

from __future__ import annotations

import asyncio
import json
import resource
import socket
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from constitution.api import Order, Run, prepare, run
from constitution.core.asking import Asking, Reply, Request, drive
from constitution.core.records import Message
from constitution.core.trail import Trail
from constitution.engine.caller import Caller
from constitution.engine.progress import Progress
from constitution.engine.recorder import Recorder
from constitution.engine.retry import Patience
from constitution.engine.run import run_trails
from constitution.engine.strangers import is_stranger
from constitution.errors import BadFile, ConstitutionError, ProviderGone, Stopped
from constitution.ledger import open_ledger, read_ledger
from constitution.providers.anthropic import Anthropic
from constitution.providers.keys import Key
from constitution.providers.openai import OpenAI
from constitution.providers.provider import Provider
from constitution.providers.scripted import Scripted
from constitution.providers.simulator import reply_to
from constitution.providers.simulator.serving import behaviour, serving
from constitution.providers.simulator.serving.wires import WIRES
from constitution.recipe import chain
from tests.endpoints_here import (
    Answer,
    Asked,
    chat,
    clean_environment,
    command,
    counts,
    hashes,
    here,
    note,
    refused_port,
    rows,
    settings,
    write_rows,
)  # fmt: skip
from tests.scenes import Cast, brief, prompt, whole

BOTH = pytest.mark.parametrize("wire", ["openai", "anthropic"])


def of(folder: Path, url: str, prompts: Sequence[Any], wire: str = "openai", **more: Any) -> Order:
    """A run of these prompts, in a project whose endpoint is at this address."""
    settings(folder, url, wire)
    given = {"prompts": prompts, "root": folder, "out": folder / "out", "model": "local:plain", "concurrency": 8}
    return Order(**{**given, **more})


def calm(prompts: Sequence[Any], folder: Path) -> Run:
    """The same prompts where nothing fails: in process."""
    return run(Order(prompts=prompts, root=settings(folder, "http://127.0.0.1:9"), model="simulator:plain"))


def simulated(asked: Asked) -> Answer:
    """What the simulator answers, in the wire that was asked in."""
    wire = next(wire for wire in WIRES if wire.path == asked.path)
    return Answer.of(wire.write(reply_to(wire.read(asked.body, asked.headers))))


# 1 to 3: rate limits, spent limits, errors of the server


@BOTH
def test_no_prompt_fails_where_three_calls_in_ten_are_told_to_wait(tmp_path: Path, wire: str) -> None:
    prompts = rows(16)
    with serving(behaviour(faults="429=0.25,429-bare=0.05", seed="wait", retry_after=0.02)) as url:
        done = run(of(tmp_path, url, prompts, wire))
        told = counts(url)["faults"]

    assert (done.fates, done.exit_code) == (calm(prompts, tmp_path / "calm").fates, 0)
    assert told["429"] > 5
    assert told["429-bare"] > 0


@BOTH
@pytest.mark.parametrize("fault", ["spent", "402"])
def test_a_spent_limit_stops_all_new_calls_and_the_run_goes_on_once_it_is_raised(
    tmp_path: Path, wire: str, fault: str
) -> None:
    prompts, at_once = rows(20), 4
    with serving(behaviour(faults=f"{fault}=0.1", seed="3", latency=0.01)) as url:
        with pytest.raises(ProviderGone) as caught:
            run(of(tmp_path, url, prompts, wire, concurrency=at_once))
        spent = counts(url)
    with serving() as url:
        done = run(of(tmp_path, url, prompts, wire))
        raised = counts(url)

    assert caught.value.exit_code == 5
    assert "raise the limit or add credit" in caught.value.sentence
    assert "run the same command again" in caught.value.sentence
    assert 1 <= spent["outcomes"][fault] <= at_once
    assert spent["received"] == spent["distinct"]  # none was sent twice
    assert (done.exit_code, done.reused) == (0, spent["paid"])
    assert raised["received"] == done.asked


@BOTH
def test_no_credit_is_the_end_whatever_its_status(wire: str) -> None:
    said = {"type": "invalid_request_error", "message": "Your credit balance is too low to be served."}
    with here(lambda asked: Answer.of({"error": said}, 400)) as server:
        assert type(outcome(wire, server.url)) is ProviderGone


@BOTH
def test_a_spent_limit_that_comes_with_status_200_stops_the_run_as_well(tmp_path: Path, wire: str) -> None:
    with here(lambda asked: Answer.of({"error": {"code": "insufficient_quota", "message": "no"}})) as server:
        with pytest.raises(ProviderGone, match="200 with an error inside") as caught:
            run(of(tmp_path, server.url, rows(20), wire, concurrency=2))

        assert 1 <= len(server.seen) <= 2
    assert "raise the limit or add credit" in caught.value.sentence


def test_errors_that_come_with_status_200_take_none_of_the_three_paid_attempts(tmp_path: Path) -> None:
    busy = Answer.of({"error": {"type": "overloaded_error", "message": "busy"}})
    turns = iter([busy, Answer(b"{"), busy, busy, Answer(b"{"), busy, Answer.of(chat())])
    with here(lambda asked: next(turns)) as server:
        provider = OpenAI(f"{server.url}/v1", Key("k"))
        trails, caller = driven(tmp_path / "l.db", provider, asking(), Patience(first=0.0), number=1)

    assert (trails[0].fate, caller.progress.attempts) == ("no_violation", 7)


@BOTH
@pytest.mark.parametrize(("status", "open_ones"), [(500, 0), (502, 2), (504, 2)])
def test_what_a_gateway_lost_stays_open_in_the_ledger_and_what_was_turned_away_does_not(
    tmp_path: Path, wire: str, status: int, open_ones: int
) -> None:
    with here(lambda asked: Answer.of({}, status)) as server:
        provider = OpenAI(f"{server.url}/v1", Key("k")) if wire == "openai" else Anthropic(server.url, Key("k"))
        trails, _ = driven(tmp_path / "l.db", provider, asking(), Patience(attempts=1), number=2)

    assert {trail.fate for trail in trails} == {"fault:transient"}
    with closing(read_ledger(tmp_path / "l.db")) as ledger:
        assert ledger.unsettled() == open_ones


def survives(tmp_path: Path, number: int) -> int:
    """A run in which one call in five fails ends as one in which none does; how many requests there were."""
    prompts = rows(number)
    faults = "500=0.06,502=0.03,503=0.03,504=0.03,529=0.05"
    with serving(behaviour(faults=faults, seed="fifth", retry_after=0.02)) as url:
        done = run(of(tmp_path, url, prompts, concurrency=32))
        counted = counts(url)

    assert (done.fates, done.exit_code) == (calm(prompts, tmp_path / "calm").fates, 0)
    assert counted["paid"] == counted["distinct"] == done.asked
    assert counted["received"] == done.attempts > done.asked * 1.1
    return done.asked


def test_a_run_in_which_one_call_in_five_fails_ends_as_if_none_had(tmp_path: Path) -> None:
    assert survives(tmp_path, 40) >= 100


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_thousand_requests_of_which_one_in_five_fails_end_as_if_none_had(tmp_path: Path) -> None:
    assert survives(tmp_path, 400) >= 1000


# 4 and 5: what is not taken


def test_one_bad_prompt_in_a_hundred_is_set_aside_and_costs_the_others_nothing(tmp_path: Path) -> None:
    prompts = [*rows(60), "What is the POISON for?", *rows(100)[60:99]]

    def picky(asked: Asked) -> Answer:
        return Answer.of({"error": {"message": "no"}}, 422) if "POISON" in asked.words else simulated(asked)

    with here(picky) as server:
        first, again = (run(of(tmp_path, server.url, prompts, concurrency=16)) for _ in range(2))
        bad = [asked for asked in server.seen if "POISON" in asked.words]
        run(of(tmp_path, server.url, prompts, retry_faults=True))
        retried = [asked for asked in server.seen if "POISON" in asked.words]

    assert first.trails == again.trails
    assert [trail.fate for trail in first.trails].index("fault:quarantined") == 60
    assert (first.exit_code, first.fates["fault:quarantined"], again.asked) == (3, 1, 0)
    assert (len(bad), len(retried)) == (1, 2)


@BOTH
@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_opens_nothing_stops_the_run_within_the_calls_in_flight(
    tmp_path: Path, wire: str, status: int
) -> None:
    with here(lambda asked: Answer.of({"error": {"message": "no"}}, status)) as server:
        with pytest.raises(ProviderGone, match=f"{status}") as caught:
            run(of(tmp_path, server.url, rows(40), wire, concurrency=4))

        assert 1 <= len(server.seen) <= 4
    assert "check the key" in caught.value.sentence


@BOTH
def test_an_address_that_redirects_stops_the_run_and_sets_no_prompt_aside(tmp_path: Path, wire: str) -> None:
    prompts = rows(12)
    with serving() as url:
        with here(lambda asked: Answer.of({}, 308, location=f"{url}{asked.path}")) as old:
            with pytest.raises(ProviderGone, match="redirects") as caught:
                run(of(tmp_path, old.url, prompts, wire, concurrency=3))
            asked = len(old.seen)
        untouched = counts(url)
        done = run(of(tmp_path, url, prompts, wire))

    assert 1 <= asked <= 3
    assert untouched["received"] == 0
    assert f"redirects to {url}," in caught.value.sentence
    assert "name the final address in base_url" in caught.value.sentence
    assert (done.exit_code, done.fates) == (0, calm(prompts, tmp_path / "calm").fates)


# 6 and 7: sockets


@contextmanager
def raw(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """The port of a server that does with each connection what the function does."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        over = threading.Event()

        def attend() -> None:
            while not over.is_set():
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=talked, args=(connection,), daemon=True).start()

        def talked(connection: socket.socket) -> None:
            with connection:
                try:
                    talk(connection)
                except OSError:
                    return

        threading.Thread(target=attend, daemon=True).start()
        try:
            yield int(listener.getsockname()[1])
        finally:
            over.set()
            listener.shutdown(socket.SHUT_RDWR)


def reset(connection: socket.socket) -> None:
    """Gone without a word."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def asking(timeout: float = 600.0) -> Callable[[Trail], Asking[Trail]]:
    """A stage with one question."""

    def stage(trail: Trail) -> Asking[Trail]:
        request = Request(model="local:m", messages=trail.prompt.messages, timeout=timeout)
        (reply,) = yield (request,)
        return trail.ends("no_violation", reply.text)

    return chain([("asking", stage)])


def driven(
    path: Path, provider: Provider, stage: Any, patience: Patience, *, number: int = 4, pinned: bool = False
) -> tuple[Sequence[Trail], Caller]:
    """A run of this stage over a few prompts with this provider and this patience."""

    async def main() -> tuple[Sequence[Trail], Caller]:
        with closing(open_ledger(path)) as ledger:
            async with Recorder(ledger) as recorder:
                caller = Caller(
                    ledger, recorder, lambda name: provider, concurrency=number, patience=patience,
                    progress=Progress(), watch=lambda progress: None, pin_model=pinned,
                )  # fmt: skip
                prompts = [prompt(f"Why {place}?") for place in range(number)]
                try:
                    return await run_trails(stage, prompts, caller, workers=number), caller
                finally:
                    await provider.close()

    return asyncio.run(main())


@pytest.mark.parametrize("trouble", ["refused", "reset", "no TLS", "no such name"])
def test_a_host_that_cannot_be_spoken_to_is_gone_in_the_end_and_named(tmp_path: Path, trouble: str) -> None:
    patience = Patience(attempts=50, first=0.005, longest=0.02, first_silence=0.2)
    with raw(reset) as port:
        host = {
            "refused": f"http://127.0.0.1:{refused_port()}/v1",
            "reset": f"http://127.0.0.1:{port}/v1",
            "no TLS": f"https://127.0.0.1:{port}/v1",
            "no such name": "http://nowhere.invalid/v1",
        }[trouble]
        began = time.monotonic()
        with pytest.raises(ProviderGone, match=r"no answer for 0\.2 s") as caught:
            driven(tmp_path / "l.db", OpenAI(host, Key("k")), asking(), patience)

    assert time.monotonic() - began < 20
    assert (caught.value.exit_code, caught.value.where) == (5, host)
    assert "Traceback" not in caught.value.sentence


def hang(connection: socket.socket) -> None:
    """Not a word until the client leaves."""
    while connection.recv(2**16):
        pass


def trickle(connection: socket.socket) -> None:
    """A byte now and then, so that no single read takes long."""
    connection.recv(2**16)
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 999\r\n\r\n")
    for byte in b" " * 999:
        time.sleep(0.05)
        connection.sendall(bytes([byte]))


@BOTH
@pytest.mark.parametrize("talk", [hang, trickle])
def test_a_socket_that_hangs_or_trickles_is_given_up_at_the_deadline_and_may_have_been_paid(
    tmp_path: Path, talk: Callable[[socket.socket], None], wire: str
) -> None:
    with raw(talk) as port:
        url = f"http://127.0.0.1:{port}"
        provider = OpenAI(f"{url}/v1", Key("k")) if wire == "openai" else Anthropic(url, Key("k"))
        began = time.monotonic()
        trails, caller = driven(tmp_path / "l.db", provider, asking(0.4), Patience(attempts=2, first=0.0), number=2)

    assert time.monotonic() - began < 10
    assert {trail.fate for trail in trails} == {"fault:transient"}
    assert caller.progress.attempts == 4
    with closing(read_ledger(tmp_path / "l.db")) as ledger:
        assert ledger.unsettled() == 2


# 8 to 12: answers


def test_only_broken_answers_count_against_the_three_that_are_paid_for(tmp_path: Path) -> None:
    forms = [Answer.of({}, 500), Answer.of({}, 500), Answer(b"{"), Answer.of({}, 500), Answer(b"{"), Answer.of(chat())]
    turns = iter(forms)
    with here(lambda asked: next(turns)) as server:
        provider = OpenAI(f"{server.url}/v1", Key("k"))
        trails, caller = driven(tmp_path / "l.db", provider, asking(), Patience(first=0.0), number=1)

    assert (trails[0].fate, caller.progress.attempts) == ("no_violation", len(forms))


@BOTH
def test_an_empty_answer_is_a_fate_and_the_same_question_is_not_asked_again(tmp_path: Path, wire: str) -> None:
    with serving(behaviour(content="empty=1")) as url:
        first, again = (run(of(tmp_path, url, rows(6), wire)) for _ in range(2))
        counted = counts(url)

    assert first.fates == again.fates == {"empty": 6}
    assert (counted["received"], again.asked) == (6, 0)


REFUSALS: dict[str, tuple[str, dict[str, Any]]] = {
    "stopped by a filter": ("openai", chat("I", "content_filter")),
    "refused in a field": ("openai", chat(None, refusal="I will not.")),
    "a safety stop of a gateway": ("openai", chat(None, "SAFETY")),
    "a filter with its reason": ("openai", chat(None, "content_filter: PROHIBITED_CONTENT")),
    "a blocked prompt": ("openai", {**chat(), "choices": [], "prompt_feedback": {"block_reason": "SAFETY"}}),
    "a blocked prompt in other letters": ("openai", {"choices": None, "promptFeedback": {"blockReason": "OTHER"}}),
    "a refusal with nothing": ("anthropic", note(None, "refusal")),
    "a refusal with its reason": ("anthropic", note("I", "refusal", stop_details={"type": "refusal"})),
}


def outcome(wire: str, url: str) -> Reply | ConstitutionError:
    """What the provider makes of one question at this address."""
    request = Request(model="local:m", messages=(Message(role="user", content="Why?"),))

    async def main() -> Reply | ConstitutionError:
        provider = OpenAI(f"{url}/v1", Key("k")) if wire == "openai" else Anthropic(url, Key("k"))
        try:
            return await provider.answer(request)
        except ConstitutionError as error:
            return error
        finally:
            await provider.close()

    return asyncio.run(main())


@pytest.mark.parametrize("shape", REFUSALS)
def test_a_refusal_in_each_shape_of_the_providers_is_data(shape: str) -> None:
    wire, body = REFUSALS[shape]
    with here(lambda asked: Answer.of(body)) as server:
        found = outcome(wire, server.url)

    assert isinstance(found, Reply)
    assert found.finish == "refused"


def changed(name: str, value: Any) -> Callable[[dict[str, Any]], str]:
    """The verdict with one field changed."""
    return lambda good: json.dumps({**good, name: value})


MALFORMED: dict[str, Callable[[dict[str, Any]], str]] = {
    "nothing": lambda good: "",
    "white space": lambda good: " \n ",
    "null": lambda good: "null",
    "a truth": lambda good: "true",
    "a number": lambda good: "1",
    "a text": lambda good: '"tie"',
    "a list": lambda good: "[]",
    "in a list": lambda good: json.dumps([good]),
    "an empty object": lambda good: "{}",
    "in an object": lambda good: json.dumps({"answer": good}),
    "prose": lambda good: "The second one, clearly.",
    "prose before": lambda good: f"Here you are: {json.dumps(good)}",
    "prose after": lambda good: f"{json.dumps(good)} I hope this helps.",
    "fenced": lambda good: f"```json\n{json.dumps(good)}\n```",
    "twice": lambda good: json.dumps(good) * 2,
    "half": lambda good: json.dumps(good)[:40],
    "without its end": lambda good: json.dumps(good)[:-1],
    "one brace too many": lambda good: json.dumps(good) + "}",
    "single quotes": repr,
    "a comma too many": lambda good: json.dumps(good)[:-1] + ",}",
    "a comment": lambda good: "// mine\n" + json.dumps(good),
    "a byte order mark": lambda good: "\ufeff" + json.dumps(good),
    "markup": lambda good: f"<answer>{json.dumps(good)}</answer>",
    "a key twice": lambda good: json.dumps(good)[:-1] + ', "principles": "tie"}',
    "NaN": lambda good: json.dumps({**good, "reason": float("nan")}),
    "endless depth": lambda good: '{"nonce":' * 3000,
    "endless digits": lambda good: json.dumps(good)[:-1] + ', "n": ' + "9" * 5000 + "}",
    "a field too many": changed("confidence", 0.9),
    "no nonce": lambda good: json.dumps({key: good[key] for key in good if key != "nonce"}),
    "no reason": lambda good: json.dumps({key: good[key] for key in good if key != "reason"}),
    "no principles": lambda good: json.dumps({key: good[key] for key in good if key != "principles"}),
    "no helpfulness": lambda good: json.dumps({key: good[key] for key in good if key != "helpfulness"}),
    "another's nonce": changed("nonce", "0123456789abcdef"),
    "a nonce cut short": lambda good: json.dumps({**good, "nonce": good["nonce"][:-1]}),
    "a nonce in capitals": lambda good: json.dumps({**good, "nonce": good["nonce"].upper() + "A"}),
    "an empty nonce": changed("nonce", ""),
    "a place for an option": changed("principles", "first"),
    "a letter for an option": changed("principles", "A"),
    "a number for an option": changed("principles", 1),
    "an option in small letters": lambda good: json.dumps({**good, "principles": str(good["principles"]).lower()}),
    "an option and more": lambda good: json.dumps({**good, "principles": f"{good['principles']} is better"}),
    "both options": lambda good: json.dumps({**good, "principles": [good["principles"], "tie"]}),
    "no option": changed("principles", None),
    "an option that nobody has": changed("helpfulness", "R0123456789"),
    "a tie in capitals": changed("helpfulness", "TIE"),
    "a reason that is a list": changed("reason", ["because"]),
    "a reason that is none": changed("reason", None),
    "keys in capitals": lambda good: json.dumps({key.upper(): value for key, value in good.items()}),
}


@pytest.mark.parametrize("form", MALFORMED)
def test_a_malformed_verdict_is_asked_for_once_more_and_never_guessed(form: str) -> None:
    def spoil(request: Request) -> str:
        return MALFORMED[form](json.loads(Cast.prefer(request, "revision", "tie")))

    always = Cast(judge=spoil)
    once = Cast(judge=lambda r: spoil(r) if len(r.messages) == 2 else Cast.prefer(r, "revision", "tie"))
    lost, mended = (drive(whole(brief())(Trail.start(prompt())), cast) for cast in (always, once))

    assert (lost.fate, lost.pair, lost.verdicts, always.count("judge")) == ("fault:off_schema", None, (), 4)
    assert (mended.fate, once.count("judge")) == ("paired", 4)


def test_there_are_forty_malformed_verdicts_and_more() -> None:
    assert len(MALFORMED) >= 40


# 13 and 14: who answered, and when


@pytest.mark.parametrize(
    ("asked", "returned"),
    [
        ("m", "m"), ("m-1", "m-1-20260101"), ("m-1-20260101", "m-1"), ("m-1-latest", "m-1-20260101"),
        ("Org/M-1-Instruct", "m-1-instruct"), ("/models/m-1", "m-1"), ("m:8b", "m:8b"), ("m:latest", "m"),
        ("plain", "simulator:plain"), ("m", "unknown"), ("m", ""),
    ],
)  # fmt: skip
def test_a_name_of_the_same_family_is_no_stranger(asked: str, returned: str) -> None:
    assert not is_stranger(asked, returned)


def test_an_answer_by_another_family_is_counted_and_where_models_are_pinned_it_is_the_last(tmp_path: Path) -> None:
    def other(request: Request) -> Reply:
        return Reply(text="Because.", model_returned="cheaper-2")

    trails, caller = driven(tmp_path / "l.db", Scripted(other), asking(), Patience())
    pinned = Scripted(other)
    with pytest.raises(Stopped, match="local:m was asked, and cheaper-2 answered") as caught:
        driven(tmp_path / "pinned.db", pinned, asking(), Patience(), number=1, pinned=True)

    assert {trail.fate for trail in trails} == {"no_violation"}
    assert caller.strangers.met == {("local:m", "cheaper-2"): 4}
    assert (caught.value.exit_code, len(pinned.asked)) == (4, 1)
    _, reusing = driven(tmp_path / "l.db", Scripted(other), asking(), Patience())
    assert reusing.strangers.met == caller.strangers.met


def test_an_answer_that_comes_too_late_does_not_replace_the_one_that_came_in_time(tmp_path: Path) -> None:
    sent = Counter[str]()

    def late(asked: Asked) -> Answer:
        sent[asked.words] += 1
        if sent[asked.words] == 1:
            time.sleep(0.9)
            return Answer.of(chat("too late"))
        return Answer.of(chat("in time"))

    with here(lambda asked: Answer.of(chat())) as server:
        outcome("openai", server.url)  # the first call of a process waits for its libraries as well
    with here(late) as server:
        provider = OpenAI(f"{server.url}/v1", Key("k"))
        trails, caller = driven(tmp_path / "l.db", provider, asking(0.6), Patience(first=0.0), number=2)
        time.sleep(0.6)

    assert [trail.reason for trail in trails] == ["in time"] * 2
    assert (caller.progress.asked, caller.progress.attempts) == (2, 4)
    with closing(read_ledger(tmp_path / "l.db")) as ledger:
        assert (ledger.replies(), ledger.unsettled()) == (2, 0)


# 16 and 17: processes and disks (kill -9 is in test_kill.py)


def test_a_run_that_breaks_off_at_any_call_goes_on_from_there(tmp_path: Path) -> None:
    stage, patience = whole(brief()), Patience()

    def until(number: int) -> Scripted:
        cast = Cast()

        def answer(request: Request) -> Reply:
            if len(provider.asked) > number:
                raise ProviderGone("gone")
            return cast(request)

        provider = Scripted(answer)
        return provider

    undisturbed, caller = driven(tmp_path / "whole.db", until(10**6), stage, patience, number=2)
    for number in range(caller.progress.asked):
        path = tmp_path / f"{number}.db"
        with pytest.raises(ProviderGone):
            driven(path, until(number), stage, patience, number=2)
        trails, resumed = driven(path, until(10**6), stage, patience, number=2)

        assert trails == undisturbed
        assert (resumed.progress.reused, resumed.progress.asked) == (number, caller.progress.asked - number)


def test_a_disk_that_fills_up_stops_the_run_with_a_sentence_and_nothing_is_torn(tmp_path: Path) -> None:
    file = write_rows(tmp_path / "prompts.jsonl", 60)
    given = command("run", "--prompts", file, "--out", "out", "-q", "--json")

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (800_000, 800_000))

    def told(name: str, **more: Any) -> tuple[int, dict[str, Any], str]:
        folder = settings(tmp_path / name, "http://127.0.0.1:9")
        done = subprocess.run(given, cwd=folder, capture_output=True, text=True, env=clean_environment(), **more)
        return done.returncode, json.loads(done.stdout), done.stderr

    code, said, err = told("full", preexec_fn=limited)
    full = hashes(tmp_path / "full" / "out")
    again, resumed, _ = told("full")
    told("calm")

    assert (code, err, again) == (4, "", 0)
    assert "run the same command again" in said["errors"][0]["message"]
    assert not any(name.endswith((".parquet", ".md")) for name in full)
    assert resumed["data"]["reused"] > 0
    assert hashes(tmp_path / "full" / "out") == hashes(tmp_path / "calm" / "out")


# 23: text


NAUGHTY = (
    "plain", " spaces and \t tabs  ", "line\nend\r\nand\rreturn", "\ufeffmark at the front", "e\u0301 and \u00e9",
    "\u202eright to left\u202c \u2066isolated\u2069", "zero\u200bwidth\u200djoined", "\U0001f468\u200d\U0001f467",
    "\U0010ffff and \ufffe", "\x1b[31mred\x1b[0m \x07 \x7f \x85", "{{slot}} {slot} ${slot} %s <%= x %> {% raw %}",
    "</response> ----- end response", "null", "NaN", "\\ud800 in words", "'; DROP TABLE replies; --", "=1+1",
    "a\u2028b\u2029c", "\ufdfa" * 30, "a" * 10**6,
)  # fmt: skip


@BOTH
def test_text_of_any_signs_goes_through_both_wires_and_the_dataset_to_the_letter(tmp_path: Path, wire: str) -> None:
    from constitution.dataset.folder import load_trails

    with serving() as url:
        done = run(of(tmp_path, url, NAUGHTY, wire))
    written = [trail for _, trail in load_trails(tmp_path / "out")]

    assert done.exit_code == 0
    assert [trail.prompt.messages[-1].content for trail in written] == list(NAUGHTY)
    assert written == list(done.trails)
    assert done.fates == calm(NAUGHTY, tmp_path / "calm").fates


@pytest.mark.parametrize("spelled", ['"a\\u0000b"', '"a \\ud83c b"', '"\\udf5e"', '"a\x00b"', '"a\x01b"'])
def test_a_prompt_that_no_wire_can_carry_is_refused_with_its_place(tmp_path: Path, spelled: str) -> None:
    file = tmp_path / "prompts.jsonl"
    file.write_text('{"prompt": "fine"}\n{"prompt": ' + spelled + "}\n", encoding="utf-8")

    with pytest.raises(BadFile) as caught:
        prepare(Order(prompts=file, root=tmp_path))
    assert f"{file}:2" in caught.value.where
    assert caught.value.exit_code == 2
