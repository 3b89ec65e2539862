"""The real SDKs over HTTP on loopback: what goes out, what comes back, what each failure means."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from constitution.core.asking import Reply, Request, Sampling, Usage
from constitution.core.named import named
from constitution.core.records import Message
from constitution.errors import (
    BrokenBody,
    ConstitutionError,
    MissingKey,
    Mistake,
    ProviderGone,
    Quarantined,
    Transient,
)
from constitution.providers import PROVIDERS
from constitution.providers.anthropic import Anthropic
from constitution.providers.failures import retry_after
from constitution.providers.keys import WITHOUT_KEY, Key
from constitution.providers.openai import OpenAI

SECRET = "sk-canary-0123456789"


class Server(ThreadingHTTPServer):
    """Answers every request with what the test put into ``answers``, and keeps what came in."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.status, self.headers, self.body = 200, dict[str, str](), b""
        self.seen: list[tuple[str, dict[str, str], dict[str, Any]]] = []

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}"

    def answers(self, body: Any, status: int = 200, **headers: str) -> None:
        """What the next requests get."""
        self.body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.status, self.headers = status, {name.replace("_", "-"): value for name, value in headers.items()}


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Server

    def do_POST(self) -> None:
        """Note the request, send the answer."""
        sent = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.seen.append((self.path, {name.lower(): value for name, value in self.headers.items()}, sent))
        self.send_response(self.server.status)
        for name, value in {"content-type": "application/json", **self.server.headers}.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet."""


@pytest.fixture
def server() -> Iterator[Server]:
    """A server on loopback."""
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def ask(provider: OpenAI | Anthropic, request: Request) -> Reply:
    """One call through the provider."""

    async def main() -> Reply:
        try:
            return await provider.answer(request)
        finally:
            await provider.close()

    return asyncio.run(main())


def openai_at(server: Server) -> OpenAI:
    """The provider with the server as its host."""
    return OpenAI(f"{server.url}/v1", Key(SECRET))


def anthropic_at(server: Server) -> Anthropic:
    """The provider with the server as its host."""
    return Anthropic(server.url, Key(SECRET))


SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"], "additionalProperties": False}
REQUEST = Request(
    model="any:model-1",
    messages=(Message(role="system", content="Be brief."), Message(role="user", content="Why?")),
    max_tokens=50,
    json_schema=SCHEMA,
    draw=3,
)


def completion(content: str | None = "Because.", finish: str | None = "stop", **message: Any) -> dict[str, Any]:
    """A chat completion."""
    choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": content, **message}}
    usage = {"prompt_tokens": 10, "completion_tokens": 2, "total_tokens": 12,
             "prompt_tokens_details": {"cached_tokens": 4}}  # fmt: skip
    return {"id": "c-1", "object": "chat.completion", "created": 1, "model": "model-1-0101", "choices": [choice],
            "usage": usage}  # fmt: skip


def message(*blocks: dict[str, Any], stop: str | None = "end_turn", **more: Any) -> dict[str, Any]:
    """A message of the Messages wire."""
    return {"id": "m-1", "type": "message", "role": "assistant", "model": "model-1-0101", "stop_reason": stop,
            "stop_sequence": None, "content": list(blocks),
            "usage": {"input_tokens": 6, "output_tokens": 2, "cache_read_input_tokens": 4}, **more}  # fmt: skip


TEXT = {"type": "text", "text": "Because."}


def test_openai_is_asked_in_its_own_words(server: Server) -> None:
    server.answers(completion())
    reply = ask(openai_at(server), REQUEST.but(sampling=Sampling(temperature=0.5), stop=("END",)))
    path, headers, sent = server.seen[0]

    assert (path, headers["authorization"]) == ("/v1/chat/completions", f"Bearer {SECRET}")
    assert sent == {
        "model": "model-1",
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Why?"}],
        "max_completion_tokens": 50,
        "temperature": 0.5,
        "stop": ["END"],
        "seed": 3,
        "response_format": {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": SCHEMA}},
    }
    assert (reply.text, reply.finish, reply.model_returned) == ("Because.", "stop", "model-1-0101")
    assert reply.usage is not None
    assert (reply.usage.input, reply.usage.output, reply.usage.cached) == (10, 2, 4)
    assert reply.raw["id"] == "c-1"


def test_anthropic_is_asked_in_its_own_words(server: Server) -> None:
    server.answers(message({"type": "thinking", "thinking": "Hm.", "signature": "x"}, TEXT))
    reply = ask(anthropic_at(server), REQUEST.but(stop=("END",)))
    path, headers, sent = server.seen[0]

    assert (path, headers["authorization"], headers["x-draw"]) == ("/v1/messages", f"Bearer {SECRET}", "3")
    assert sent == {
        "model": "model-1",
        "system": "Be brief.",
        "messages": [{"role": "user", "content": "Why?"}],
        "max_tokens": 50,
        "stop_sequences": ["END"],
        "output_config": {"format": {"type": "json_schema", "schema": SCHEMA}},
    }
    assert (reply.text, reply.reasoning, reply.finish) == ("Because.", "Hm.", "stop")
    assert reply.usage is not None
    assert (reply.usage.input, reply.usage.output, reply.usage.cached) == (10, 2, 4)


CALL = {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Oslo"}'}}
WITH_TOOL = Request(
    model="any:m",
    messages=(
        Message(role="user", content="Rain?"),
        Message(role="assistant", content="", tool_calls=(CALL,)),
        Message(role="tool", content="sunny", tool_call_id="c1"),
    ),
)


def test_tool_messages_go_out_in_the_shape_of_each_wire(server: Server) -> None:
    server.answers(completion())
    ask(openai_at(server), WITH_TOOL)
    server.answers(message(TEXT))
    ask(anthropic_at(server), WITH_TOOL)
    (_, _, one), (_, _, other) = server.seen

    assert one["messages"][1:] == [
        {"role": "assistant", "content": "", "tool_calls": [CALL]},
        {"role": "tool", "content": "sunny", "tool_call_id": "c1"},
    ]
    use = {"type": "tool_use", "id": "c1", "name": "weather", "input": {"city": "Oslo"}}
    result = {"type": "tool_result", "tool_use_id": "c1", "content": "sunny"}
    assert other["messages"][1:] == [{"role": "assistant", "content": [use]}, {"role": "user", "content": [result]}]
    assert other["tools"] == [{"name": "weather", "input_schema": {"type": "object"}}]


@pytest.mark.parametrize(
    ("body", "finish"),
    [
        (completion(finish="length"), "length"),
        (completion(finish="model_length"), "length"),
        (completion(finish="content_filter"), "refused"),
        (completion(None, refusal="I can't help."), "refused"),
        (completion("  "), "empty"),
        (completion(None), "empty"),
        (completion(None, finish="tool_calls"), "tool"),
        (message(TEXT, stop="max_tokens"), "length"),
        (message(TEXT, stop="model_context_window_exceeded"), "length"),
        (message(stop="refusal", stop_details={"type": "refusal", "category": "bio", "explanation": None}), "refused"),
        (message(), "empty"),
        ({**message(), "content": None}, "empty"),
        ({**message(stop="max_tokens"), "content": None}, "length"),
        (message(TEXT, stop="tool_use"), "tool"),
    ],
)
def test_refusals_cut_and_empty_answers_are_outcomes_on_both_wires(server: Server, body: Any, finish: str) -> None:
    server.answers(body)
    provider = openai_at(server) if "choices" in body else anthropic_at(server)

    assert ask(provider, REQUEST).finish == finish


@pytest.mark.parametrize("wire", [openai_at, anthropic_at])
@pytest.mark.parametrize(
    ("status", "error", "kind"),
    [
        (400, {"type": "invalid_request_error"}, Quarantined),
        (413, {"type": "request_too_large"}, Quarantined),
        (422, {}, Quarantined),
        (404, {"type": "not_found_error", "message": "model: model-1"}, ProviderGone),
        (401, {"type": "authentication_error"}, ProviderGone),
        (403, {"type": "permission_error"}, ProviderGone),
        (402, {"type": "billing_error"}, ProviderGone),
        (429, {"type": "rate_limit_error"}, Transient),
        (429, {"type": "enforced_spend_limit_reached"}, ProviderGone),
        (429, {"code": "insufficient_quota"}, ProviderGone),
        (500, {"type": "api_error"}, Transient),
        (503, {}, Transient),
        (529, {"type": "overloaded_error"}, Transient),
    ],
)
def test_each_status_means_one_thing(server: Server, wire: Any, status: int, error: Any, kind: type) -> None:
    server.answers({"error": error}, status)

    with pytest.raises(ConstitutionError) as caught:
        ask(wire(server), REQUEST)

    assert type(caught.value) is kind
    assert str(status) in str(caught.value)
    assert SECRET not in caught.value.sentence
    assert len(server.seen) == 1


@pytest.mark.parametrize("wire", [openai_at, anthropic_at])
@pytest.mark.parametrize("body", [b"", b"{", b"<html>busy</html>", b"null", b"[]", b"{}", b'"yes"', b"\xff\xfe{}"])
def test_a_broken_body_is_worth_another_attempt_and_never_a_traceback(server: Server, wire: Any, body: bytes) -> None:
    server.answers(body)

    with pytest.raises(Transient):
        ask(wire(server), REQUEST)


@pytest.mark.parametrize("provider", [OpenAI, Anthropic])
def test_a_host_that_is_not_there_is_a_failure_that_may_pass(provider: Any) -> None:
    with pytest.raises(Transient) as caught:
        ask(provider("http://127.0.0.1:9/v1", Key(SECRET)), REQUEST)

    assert "127.0.0.1:9" in caught.value.where


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "3"}, 3.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "-7"}, 0.0),
        ({"retry-after": "9e9"}, 9e9),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": ""}, None),
        ({"retry-after-ms": "1500"}, 1.5),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
        ({"retry-after": "Wed, 99 Oct 2015 07:28:00 GMT"}, None),
        ({"retry-after": "Mon, 01 Jan 99999999999999999999 00:00:00 GMT"}, None),
        ({"retry-after": "Mon, 01 Jan 2024 00:00:00 +99999999999999"}, None),
    ],
)
def test_retry_after_is_read_in_its_three_forms(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers) == seconds


def test_retry_after_as_a_date_counts_from_now() -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    found = retry_after({"retry-after": date})

    assert found is not None
    assert 55 <= found <= 60


@pytest.mark.parametrize(("provider", "variable"), [(OpenAI, "OPENAI_API_KEY"), (Anthropic, "ANTHROPIC_API_KEY")])
def test_a_missing_key_is_named_before_anything_is_asked(
    provider: Any, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(variable, raising=False)

    with pytest.raises(MissingKey, match=f"{variable} is not set"):
        provider().ready()


@pytest.mark.parametrize("wire", [OpenAI, Anthropic])
def test_an_endpoint_gets_its_own_key_and_nothing_of_the_environment(
    server: Server, wire: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    canary = "canary-of-the-environment"
    for name in ("OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_ADMIN_KEY", "ANTHROPIC_API_KEY",
                 "ANTHROPIC_AUTH_TOKEN"):  # fmt: skip
        monkeypatch.setenv(name, canary)
    monkeypatch.setenv("ANTHROPIC_CUSTOM_HEADERS", f"x-secret: {canary}")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", f"x-secret: {canary}")
    base, body = (f"{server.url}/v1", completion()) if wire is OpenAI else (server.url, message(TEXT))
    server.answers(body)
    ask(wire(base, Key("of-the-endpoint"), key_env="LOCAL_KEY"), REQUEST)
    _, headers, _ = server.seen[0]

    assert headers["authorization"] == "Bearer of-the-endpoint"
    assert canary not in str(headers)


def test_another_server_is_told_the_most_tokens_by_the_name_that_all_of_them_know(server: Server) -> None:
    server.answers(completion())
    ask(openai_at(server), REQUEST)
    ask(OpenAI(f"{server.url}/v1", Key(SECRET), key_env="LOCAL_KEY"), REQUEST)
    ask(OpenAI(f"{server.url}/v1", WITHOUT_KEY, key_env="none"), REQUEST)
    names = ("max_completion_tokens", "max_tokens")

    assert [[sent.get(name) for name in names] for _, _, sent in server.seen] == [[50, None], [None, 50], [None, 50]]


@pytest.mark.parametrize(
    ("base_url", "name"),
    [
        ("https://eu.api.openai.com/v1", "max_completion_tokens"),
        ("https://mine.openai.azure.com/openai/v1", "max_completion_tokens"),
        ("https://api.mistral.ai/v1", "max_tokens"),
        ("https://api.openai.com.example/v1", "max_tokens"),
    ],
)
def test_an_endpoint_that_is_openais_own_keeps_openais_name(base_url: str, name: str) -> None:
    assert OpenAI(base_url, Key(SECRET), key_env="MY_KEY").written(REQUEST)[name] == 50


PROXIED = ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A proxy that the environment names for everything; it keeps what comes by."""
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        for name in ("no_proxy", "NO_PROXY", "REQUEST_METHOD"):
            monkeypatch.delenv(name, raising=False)
        for name in PROXIED:
            monkeypatch.setenv(name, running.url)
        yield running
        running.shutdown()
        thread.join()


@pytest.mark.parametrize("wire", [OpenAI, Anthropic])
@pytest.mark.parametrize("key_env", ["", "LOCAL_KEY"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_what_is_asked_on_loopback_goes_through_no_proxy(
    server: Server, proxy: Server, wire: Any, key_env: str, host: str
) -> None:
    server.answers(completion() if wire is OpenAI else message(TEXT))
    proxy.answers({}, 500)
    base = f"http://{host}:{server.server_port}"

    assert ask(wire(base, Key(SECRET), key_env=key_env), REQUEST).text == "Because."
    assert (len(server.seen), len(proxy.seen)) == (1, 0)


@pytest.mark.parametrize("wire", [OpenAI, Anthropic])
def test_a_key_that_a_proxy_would_read_is_refused_before_anything_is_asked(proxy: Server, wire: Any) -> None:
    provider = wire("http://models.example/v1", Key(SECRET), key_env="LOCAL_KEY")

    with pytest.raises(Mistake, match="the proxy would read the key") as caught:
        provider.ready()
    with pytest.raises(Mistake):
        ask(provider, REQUEST)
    assert "NO_PROXY=models.example" in caught.value.remedy
    assert SECRET not in caught.value.sentence
    assert not proxy.seen


def test_what_has_no_key_may_go_through_a_proxy_and_so_may_what_is_not_in_the_clear(
    proxy: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy.answers(completion())

    assert ask(OpenAI("http://models.example/v1", WITHOUT_KEY, key_env="none"), REQUEST).text == "Because."
    assert len(proxy.seen) == 1
    OpenAI("https://models.example/v1", Key(SECRET), key_env="LOCAL_KEY").ready()
    monkeypatch.setenv("NO_PROXY", "models.example")
    monkeypatch.setenv("no_proxy", "models.example")
    OpenAI("http://models.example/v1", Key(SECRET), key_env="LOCAL_KEY").ready()


@pytest.mark.parametrize("wire", [openai_at, anthropic_at])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_the_end_and_is_not_followed(server: Server, wire: Any, status: int) -> None:
    server.answers({}, status, location=f"{server.url}/elsewhere")

    with pytest.raises(ProviderGone) as caught:
        ask(wire(server), REQUEST)
    assert caught.value.exit_code == 5
    assert f"{status}: this address redirects to another path of {server.url}," in caught.value.what
    assert caught.value.remedy == "name the final address in base_url"
    assert caught.value.where.startswith(server.url)
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    ("location", "named"),
    [
        ("https://models.example/v1/chat?token=hush#hush", " to https://models.example,"),
        ("http://models.example:8443/hush", " to http://models.example:8443,"),
        ("//models.example/hush", " to http://models.example,"),
        ("https://hush:hush@models.example/", " to https://models.example,"),
        ("https://[2001:db8::1]:8443/hush", " to https://[2001:db8::1]:8443,"),
        ("login?back=hush", " to another path of http://127.0.0.1:"),
        ("", "redirects,"),
        ("javascript:hush", "redirects,"),
        ("https://[hush/", "redirects,"),
        ("https://models.example:hush/", "redirects,"),
        ("https://hush%1b[31m/", "redirects,"),
        (f"https://{SECRET.upper()}.example/", " to https://***.example,"),
        (f"https://{SECRET}/{SECRET}", " to https://***,"),
    ],
)
def test_of_where_a_redirect_leads_the_host_alone_is_named(server: Server, location: str, named: str) -> None:
    server.answers({}, 307, location=location)

    with pytest.raises(ProviderGone) as caught:
        ask(openai_at(server), REQUEST)
    assert named in caught.value.what
    assert "hush" not in caught.value.sentence
    assert SECRET not in caught.value.sentence.lower()


@pytest.mark.parametrize("wire", [openai_at, anthropic_at])
@pytest.mark.parametrize(
    ("status", "maybe_paid"),
    [(408, True), (429, False), (500, False), (502, True), (503, False), (504, True), (524, True), (529, False)],
)
def test_what_a_gateway_lost_may_have_been_paid_for_and_what_was_turned_away_was_not(
    server: Server, wire: Any, status: int, maybe_paid: bool
) -> None:
    server.answers(b"<html>no luck</html>", status)

    with pytest.raises(Transient) as caught:
        ask(wire(server), REQUEST)
    assert caught.value.maybe_paid is maybe_paid


@pytest.mark.parametrize("wire", [openai_at, anthropic_at])
@pytest.mark.parametrize(
    ("error", "kind", "said"),
    [
        ({"type": "overloaded_error", "message": "busy"}, Transient, "529 overloaded_error: busy"),
        ({"type": "rate_limit_error", "message": "slow"}, Transient, "429 rate_limit_error: slow"),
        ({"code": 429, "message": "slow"}, Transient, "429: slow"),
        ({"code": "429", "message": "slow"}, Transient, "429: slow"),
        ({"code": 503, "status": "UNAVAILABLE"}, Transient, "503: no reason given"),
        ({"status": "RESOURCE_EXHAUSTED"}, Transient, "429: no reason given"),
        ({"type": "timeout_error"}, Transient, "504 timeout_error"),
        ({"type": "server_error", "message": "sorry"}, Transient, "500 server_error: sorry"),
        ({"code": 1302, "type": "nobody_knows"}, Transient, "500 nobody_knows"),
        ("all on fire", Transient, "500: all on fire"),
        ({"code": 402, "message": "pay"}, ProviderGone, "402: pay"),
        ({"code": "insufficient_quota", "type": "insufficient_quota"}, ProviderGone, "429 insufficient_quota"),
        ({"type": "invalid_request_error", "code": "model_not_found"}, ProviderGone, "404 model_not_found"),
        ({"type": "authentication_error"}, ProviderGone, "401 authentication_error"),
        ({"type": "invalid_request_error", "message": "credit balance too low"}, ProviderGone, "400"),
        ({"type": "invalid_request_error", "message": "too long"}, Quarantined, "400 invalid_request_error: too long"),
        ({"type": "tool_trouble", "code": 422}, Quarantined, "422 tool_trouble"),
    ],
)
def test_an_error_that_comes_with_status_200_means_what_it_says_and_was_not_paid_for(
    server: Server, wire: Any, error: Any, kind: type, said: str
) -> None:
    server.answers({"type": "error", "error": error}, retry_after="7")

    with pytest.raises(ConstitutionError) as caught:
        ask(wire(server), REQUEST)
    assert type(caught.value) is kind
    assert f"200 with an error inside, taken for {said}" in caught.value.what
    if isinstance(caught.value, Transient):
        assert caught.value.retry_after == 7.0
        assert caught.value.overloaded == said.startswith(("429", "503", "529"))
        assert caught.value.maybe_paid == said.startswith("504")


@pytest.mark.parametrize("wire", [openai_at, anthropic_at])
def test_an_error_with_status_200_is_known_without_a_field_of_that_name(server: Server, wire: Any) -> None:
    server.answers({"object": "error", "type": "BadRequestError", "code": 400, "message": "no"})

    with pytest.raises(Quarantined, match="400 BadRequestError: no"):
        ask(wire(server), REQUEST)


@pytest.mark.parametrize("wire", [openai_at, anthropic_at])
@pytest.mark.parametrize(("tokens", "kind"), [(3, BrokenBody), (0, Transient)])
def test_an_error_with_status_200_that_counts_tokens_is_a_broken_answer(
    server: Server, wire: Any, tokens: int, kind: type
) -> None:
    usage = {"prompt_tokens": tokens, "input_tokens": tokens}
    server.answers({"error": {"type": "api_error"}, "usage": usage, "choices": [], "content": []})

    with pytest.raises(Transient) as caught:
        ask(wire(server), REQUEST)
    assert type(caught.value) is kind


CHOICE_ERRORS: list[tuple[int | str, type, str]] = [
    (402, ProviderGone, "402: pay"),
    (429, Transient, "429: pay"),
    ("insufficient_quota", ProviderGone, "429 insufficient_quota"),
    (400, Quarantined, "400: pay"),
]


@pytest.mark.parametrize(("code", "kind", "said"), CHOICE_ERRORS)
@pytest.mark.parametrize("end", [None, "error", "stop"])
@pytest.mark.parametrize("inside", [True, False])
def test_an_error_in_a_choice_or_beside_an_empty_one_means_what_it_says(
    server: Server, code: int | str, kind: type, said: str, end: str | None, inside: bool
) -> None:
    body = {**completion("", finish=end), "usage": None}
    (body["choices"][0] if inside else body)["error"] = {"code": code, "message": "pay"}
    server.answers(body, retry_after="7")

    with pytest.raises(ConstitutionError) as caught:
        ask(openai_at(server), REQUEST)
    assert type(caught.value) is kind
    assert f"taken for {said}" in caught.value.what
    if isinstance(caught.value, Transient):
        assert (caught.value.retry_after, caught.value.overloaded) == (7.0, True)


def test_an_error_in_place_of_a_message_stops_the_run_where_it_must(server: Server) -> None:
    server.answers({**completion(), "choices": [{"error": {"code": 402, "message": "pay"}}]})

    with pytest.raises(ProviderGone, match="402: pay"):
        ask(openai_at(server), REQUEST)


@pytest.mark.parametrize("end", ["stop", "length"])
def test_a_whole_answer_beside_an_error_is_an_answer(server: Server, end: str) -> None:
    server.answers({**completion(finish=end), "error": {"code": 500}})

    assert ask(openai_at(server), REQUEST).text == "Because."


def test_an_answer_beside_an_empty_error_is_an_answer(server: Server) -> None:
    server.answers({**completion(), "error": None})

    assert ask(openai_at(server), REQUEST).text == "Because."


@pytest.mark.parametrize("wire", [OpenAI, Anthropic])
def test_a_connection_that_is_dropped_after_the_question_was_read_may_have_been_paid_for(wire: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def drop() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)

        thread = threading.Thread(target=drop)
        thread.start()
        with pytest.raises(Transient) as caught:
            ask(wire(f"http://127.0.0.1:{listener.getsockname()[1]}/v1", Key(SECRET)), REQUEST)
        thread.join()

    assert caught.value.maybe_paid
    assert not caught.value.unreachable


@pytest.mark.parametrize("wire", [OpenAI, Anthropic])
def test_what_is_no_http_at_all_is_a_failure_that_may_pass(wire: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def babble() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"garbage\r\n\r\n")

        thread = threading.Thread(target=babble)
        thread.start()
        with pytest.raises(Transient):
            ask(wire(f"http://127.0.0.1:{listener.getsockname()[1]}/v1", Key(SECRET)), REQUEST)
        thread.join()


def test_tool_arguments_that_are_no_json_are_set_aside_and_not_sent(server: Server) -> None:
    broken = {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": "{bad"}}
    asked = WITH_TOOL.but(messages=(WITH_TOOL.messages[0], Message(role="assistant", content="", tool_calls=(broken,))))

    with pytest.raises(Quarantined, match="cannot say it"):
        ask(anthropic_at(server), asked)
    assert not server.seen


@pytest.mark.parametrize("end", ["abort", "error", "insufficient_system_resource"])
def test_an_answer_that_was_broken_off_is_no_whole_one(server: Server, end: str) -> None:
    server.answers(completion("half an ans", finish=end))

    with pytest.raises(BrokenBody, match="broken off"):
        ask(openai_at(server), REQUEST)


UNENDED: dict[str, dict[str, Any]] = {
    "null": completion("Half an ans", finish=None),
    "null and no text": completion(None, finish=None),
    "null and a tool": completion(None, finish=None, tool_calls=[CALL]),
    "no word": completion("Half an ans", finish=""),
    "null on the other wire": message(TEXT, stop=None),
    "null and no text on the other wire": message(stop=None),
    "no word on the other wire": message(TEXT, stop=""),
}


@pytest.mark.parametrize("body", UNENDED.values(), ids=UNENDED)
def test_an_answer_that_does_not_say_how_it_ended_is_neither_whole_nor_cut(server: Server, body: Any) -> None:
    server.answers(body)
    provider = openai_at(server) if "choices" in body else anthropic_at(server)

    with pytest.raises(BrokenBody, match="does not say how it ended") as caught:
        ask(provider, REQUEST)
    assert all(text in caught.value.body.decode() for text in ("Half an ans", "Because.") if text in str(body))


def test_a_refusal_says_how_it_ended_even_where_nothing_else_does(server: Server) -> None:
    server.answers(completion(None, finish=None, refusal="I can't help."))

    assert ask(openai_at(server), REQUEST).finish == "refused"


@pytest.mark.parametrize(
    ("stated", "tokens"),
    [
        ({"prompt_tokens": 9, "completion_tokens": 2, "total_tokens": 40}, (9, 31, 0)),  # thoughts, in the sum alone
        ({"prompt_tokens": "9", "completion_tokens": 2.0}, (9, 2, 0)),
        ({"prompt_tokens": 9, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 99}}, (9, 2, 9)),
        ({"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}, None),
        ({"prompt_tokens": 9, "completion_tokens": 0}, None),
        ({"total_tokens": 9}, None),
        ({"prompt_tokens": -500_000, "completion_tokens": 2}, None),
        ({"prompt_tokens": 9, "completion_tokens": -500_000}, None),
        ({"prompt_tokens": 10**30, "completion_tokens": 2}, None),
        ({"prompt_tokens": 9, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": -9}}, None),
    ],
)
def test_a_count_that_cannot_be_is_none_and_thoughts_outside_the_answer_are_counted(
    server: Server, stated: Any, tokens: tuple[int, int, int] | None
) -> None:
    server.answers({**completion(), "usage": stated})

    expected = None if tokens is None else Usage(input=tokens[0], output=tokens[1], cached=tokens[2])
    assert ask(openai_at(server), REQUEST).usage == expected


@pytest.mark.parametrize("stated", [{"input_tokens": 0, "output_tokens": 2}, {"input_tokens": 9, "output_tokens": -2}])
def test_a_count_that_cannot_be_is_none_on_the_other_wire_too(server: Server, stated: Any) -> None:
    server.answers(message(TEXT, usage=stated))

    assert ask(anthropic_at(server), REQUEST).usage is None


def test_a_key_does_not_show_itself() -> None:
    assert SECRET not in f"{Key(SECRET)} {Key(SECRET)!r} {vars(OpenAI('http://127.0.0.1', Key(SECRET)))}"


@pytest.mark.parametrize("name", sorted(PROVIDERS))
def test_every_provider_on_the_shelf_keeps_the_protocol(name: str) -> None:
    provider = named("providers", PROVIDERS, name)

    assert all(
        callable(getattr(provider, method)) for method in ("check", "pinned", "ready", "untaken", "answer", "close")
    )
