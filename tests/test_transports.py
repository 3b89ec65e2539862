"""Transports: an endpoint that is asked directly answers and fails as it does through the wire's SDK."""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
import sys
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import aiohttp
import pytest

from constitution.core.asking import Reply, Request
from constitution.core.records import Message
from constitution.errors import BrokenBody, ConstitutionError, MissingKey, ProviderGone, Transient
from constitution.providers import bodies, packing
from constitution.providers.allowances import Allowance, Quota
from constitution.providers.anthropic import Anthropic
from constitution.providers.direct import HEADERS
from constitution.providers.failures import unreachable
from constitution.providers.keys import WITHOUT_KEY, Key, key_from
from constitution.providers.openai import OpenAI
from constitution.providers.roads import proxy_to
from constitution.providers.wire import Wire
from tests.endpoints_here import Answer, chat, here, note, refused_port

SECRET = "sk-canary/0123456789"
REQUEST = Request(
    model="any:m",
    messages=(Message(role="system", content="Be brief."), Message(role="user", content='Why "ü"?')),
    json_schema={"type": "object"},
    stop=("END",),
    draw=3,
    timeout=20.0,
)
WIRES = pytest.mark.parametrize("wire", ["openai", "anthropic"])
JSON = {"content-type": "application/json"}
SAID = 'Because: "ü" €\n'
GOOD: dict[str, dict[str, Any]] = {"openai": chat(SAID), "anthropic": note(SAID)}


def roads(wire: str, url: str) -> tuple[Wire, Wire]:
    """The provider through its SDK, and the same as an endpoint that is named in the settings."""
    key = Key(SECRET)
    made: type[Wire] = OpenAI if wire == "openai" else Anthropic
    base = f"{url}/v1" if wire == "openai" else url
    return made(base, key), made(base, key, key_env="LOCAL_KEY")


def told(error: ConstitutionError) -> tuple[Any, ...]:
    """All that a failure says."""
    facts = ("retry_after", "overloaded", "maybe_paid", "unreachable", "timed_out", "body")
    return type(error), error.what, error.where, error.remedy, *(getattr(error, fact, None) for fact in facts)


def asked(provider: Wire, times: int = 1, request: Request = REQUEST) -> list[tuple[Any, ...]]:
    """What comes of that many questions in a row, and what may still be asked after each."""

    async def one() -> tuple[Any, ...]:
        try:
            reply = await provider.answer(request)
        except ConstitutionError as error:
            return (*told(error), provider.allowance())
        return reply, provider.allowance()

    async def main() -> list[tuple[Any, ...]]:
        try:
            return [await one() for _ in range(times)]
        finally:
            await provider.close()

    return asyncio.run(main())


def packed(body: bytes, encoding: str, pack: Callable[[bytes], bytes]) -> Answer:
    """A body that went through the packer."""
    return Answer(pack(body), headers={**JSON, "content-encoding": encoding})


def raw_deflate(body: bytes) -> bytes:
    """Deflate without zlib's header, as some servers send it."""
    pack = zlib.compressobj(wbits=-15)
    return pack.compress(body) + pack.flush()


READABLE = ("200", "201", "gzip", "x-gzip", "deflate", "raw deflate", "packed twice", "identity")
LIMITS = {"x-ratelimit-remaining-requests": "7", "x-ratelimit-reset-requests": "6m0s"}


def answers(wire: str) -> dict[str, Answer]:
    """Answers of every status and shape."""
    good = json.dumps(GOOD[wire]).encode()
    error = {"error": {"type": "some_error", "message": f"no {SECRET} is good"}}
    statuses = (400, 401, 402, 403, 404, 408, 409, 413, 422, 429, 500, 502, 503, 504, 524, 529)
    full = {"retry-after": "3", **JSON, **LIMITS}
    found = {f"{status}": Answer(json.dumps(error).encode(), status, full) for status in statuses}
    found |= {f"{status} in words": Answer(b" no luck \xff", status, {"content-type": "x/y"}) for status in statuses}
    found |= {f"{status}": Answer(b"", status, {"location": "https://a.example/b"}) for status in (301, 303, 307, 308)}
    found |= {f"{status} to nowhere": Answer(b"", status, {}) for status in (302, 304)}
    found |= {f"{status}": Answer(good, status, JSON) for status in (200, 201, 203)}
    return found | {
        "204": Answer(b"", 204, {}),
        "what may still be asked": Answer(good, headers={**JSON, **LIMITS}),
        "a date to come back": Answer.of(error, 429, retry_after="Wed, 21 Oct 2015 07:28:00 GMT"),
        "milliseconds": Answer.of(error, 429, retry_after_ms="1500"),
        "an error with a list": Answer.of([1, 2], 400),
        "an error with a number": Answer.of(7, 500),
        "an error with its details": Answer.of({"detail": [{"msg": "no"}]}, 422),
        "an error without end": Answer(b"[" * 100_000, 500),
        "an error that is long": Answer(b"x" * (bodies.ERROR + 5), 500, {}),
        "gzip": packed(good, "gzip", gzip.compress),
        "x-gzip": packed(good, "X-GZip", gzip.compress),
        "deflate": packed(good, "deflate", zlib.compress),
        "raw deflate": packed(good, "deflate", raw_deflate),
        "packed twice": packed(good, "deflate, gzip", lambda body: gzip.compress(zlib.compress(body))),
        "identity": Answer(good, headers={**JSON, "content-encoding": "identity"}),
        "a packed error": Answer(gzip.compress(json.dumps(error).encode()), 429, {"content-encoding": "gzip"}),
        "half a pack": packed(good, "gzip", lambda body: gzip.compress(body)[:-40]),
        "no pack": packed(good, "gzip", lambda body: b"not packed"),
        "no deflated pack": packed(good, "deflate", lambda body: b"not packed"),
        "nothing in a pack": packed(b"", "gzip", lambda body: b""),
        "an unknown pack": packed(good, "br", lambda body: body),
        "half": Answer(good[:40]),
        "half, with the key": Answer(good.replace(b"Because", SECRET.encode())[:-1]),
        "a key twice": Answer(good[:-1] + b', "model": "x"}'),
        "NaN": Answer(good[:-1] + b', "x": NaN}'),
        "an error inside": Answer.of(error, retry_after="7"),
        "the key in the answer": Answer(good.replace(b"Because", SECRET.encode())),
        "the key in escapes": Answer(good.replace(b"Because", b"sk-canary\\/0\\u003123456789")),
        "a page": Answer(b"<html>busy</html>", headers={"content-type": "text/html; charset=latin-1"}),
    }


@WIRES
def test_both_roads_bring_the_same_replies_and_the_same_failures(wire: str) -> None:
    sent = answers(wire)
    for_each = iter([*sent.values(), *sent.values()])
    with here(lambda request: next(for_each)) as server:
        one, other = (dict(zip(sent, asked(each, len(sent)), strict=True)) for each in roads(wire, server.url))

    assert one == other
    assert {isinstance(what[0], Reply) for what in one.values()} == {True, False}
    assert len(one) >= 60
    assert {name: getattr(one[name][0], "text", one[name]) for name in READABLE} == dict.fromkeys(READABLE, SAID)
    assert one["what may still be asked"][1] == Allowance((Quota("requests", 7.0, 360.0),))
    assert not any(SECRET in str(what) or "sk-canary" in str(what) for what in one.values())


@WIRES
def test_both_roads_say_the_same(wire: str) -> None:
    with here(lambda request: Answer.of(GOOD[wire])) as server:
        for provider in roads(wire, server.url):
            asked(provider)
        one, other = server.seen
    same = ("authorization", "x-draw", "anthropic-version", "content-type", "accept", "accept-encoding")

    assert (one.path, {k: v for k, v in one.body.items() if not k.startswith("max_")}) == (
        other.path,
        {k: v for k, v in other.body.items() if not k.startswith("max_")},
    )
    assert [one.headers.get(name) for name in same] == [other.headers.get(name) for name in same]
    assert other.headers["authorization"] == f"Bearer {SECRET}"
    assert other.headers.get("x-api-key") == (SECRET if wire == "anthropic" else None)


@WIRES
def test_an_endpoint_is_told_no_header_but_ours(wire: str) -> None:
    with here(lambda request: Answer.of(GOOD[wire], set_cookie="seen=yes")) as server:
        asked(roads(wire, server.url.replace("127.0.0.1", "localhost"))[1], times=2)
        _, last = server.seen
    extra = {"anthropic-version", "x-api-key", "x-draw"} if wire == "anthropic" else set()

    assert last.headers.keys() == {*HEADERS, "host", "content-length", "authorization", *extra}


@WIRES
def test_a_closed_port_a_dropped_call_and_a_late_answer_are_the_same_failures_on_both_roads(wire: str) -> None:
    port = refused_port()
    closed = [asked(each) for each in roads(wire, f"http://127.0.0.1:{port}")]
    with hanging_up() as url:
        dropped = [asked(each) for each in roads(wire, url)]

    assert closed[0] == closed[1]
    assert (closed[0][0][0], closed[0][0][6:8]) == (Transient, (False, True))
    assert dropped[0] == dropped[1]
    assert (dropped[0][0][0], dropped[0][0][6:8]) == (Transient, (True, False))


@contextmanager
def hanging_up() -> Iterator[str]:
    """A server that reads two questions and answers none."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def hang_up() -> None:
            for _ in range(2):
                connection, _ = listener.accept()
                with connection:
                    connection.recv(65536)

        thread = threading.Thread(target=hang_up)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread.join()


@WIRES
def test_an_answer_that_takes_too_long_is_given_up_and_may_have_been_paid_for(wire: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        providers = roads(wire, f"http://127.0.0.1:{silent.getsockname()[1]}")
        found = [asked(provider, request=REQUEST.but(timeout=0.05))[0] for provider in providers]

    assert [(each[0], each[6:9]) for each in found] == [(Transient, (True, False, True))] * 2


def test_an_error_that_does_not_end_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def begin() -> None:
            connection, _ = listener.accept()
            with connection, suppress(ConnectionError):
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 503 Busy\r\ncontent-length: 999999999\r\n\r\n" + b"x" * 2 * bodies.ERROR)
                connection.recv(1)  # nothing, once the other side has hung up

        thread = threading.Thread(target=begin)
        thread.start()
        found = asked(OpenAI(f"http://127.0.0.1:{listener.getsockname()[1]}/v1", WITHOUT_KEY, key_env="none"))[0]
        thread.join()

    assert (found[0], found[1][:4]) == (Transient, "503:")


def test_a_hundred_calls_and_more_are_in_flight_at_once() -> None:
    many, together = 130, threading.Barrier(130, timeout=15)

    def answer(request: Any) -> Answer:
        together.wait()
        return Answer.of(chat())

    async def main(url: str) -> list[Reply]:
        provider = OpenAI(f"{url}/v1", WITHOUT_KEY, key_env="none")
        try:
            return await asyncio.gather(*(provider.answer(REQUEST) for _ in range(many)))
        finally:
            await provider.close()

    with here(answer) as server:
        server.request_queue_size = many
        server.socket.listen(many)
        assert len(asyncio.run(main(server.url))) == many


@WIRES
def test_a_bomb_is_unpacked_piece_by_piece_and_not_to_its_end(wire: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "LARGEST", 2**20)
    bomb = Answer(gzip.compress(gzip.compress(b" " * 2**26)), headers={**JSON, "content-encoding": "gzip, gzip"})
    with here(lambda request: bomb) as server:
        found = [asked(each)[0] for each in roads(wire, server.url)]

    assert [each[0] for each in found] == [BrokenBody, BrokenBody]
    assert all("more than" in each[1] for each in found)


def test_no_piece_of_what_is_unpacked_is_large_and_all_of_it_comes() -> None:
    async def main() -> list[int]:
        async def chunks() -> Any:
            whole = gzip.compress(b"bread " * 2**20)
            for place in range(0, len(whole), 7000):
                yield whole[place : place + 7000]

        return [len(piece) async for piece in packing.unpacked(chunks(), "gzip")]

    sizes = asyncio.run(main())

    assert max(sizes) <= packing.PIECE
    assert sum(sizes) == 6 * 2**20


async def cut_off(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: str) -> None:
    """Half an answer under this head."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(f"HTTP/1.1 {head}\r\n\r\n".encode() + b"a\r\n" + json.dumps(chat()).encode()[:10] + b"\r\n")
    await writer.drain()
    writer.close()


def told_of_half(head: str, *, road: int) -> tuple[Any, ...]:
    """What comes of half an answer."""

    async def main() -> tuple[Any, ...]:
        server = await asyncio.start_server(lambda reader, writer: cut_off(reader, writer, head), "127.0.0.1", 0)
        provider = roads("openai", f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")[road]
        try:
            await provider.answer(REQUEST)
        except ConstitutionError as error:
            return told(error)
        finally:
            await provider.close()
            server.close()
        return ()

    return asyncio.run(main())


@pytest.mark.parametrize("road", [0, 1])
def test_an_answer_that_breaks_off_was_paid_for_and_is_a_broken_one(road: int) -> None:
    found = told_of_half("200 OK\r\ntransfer-encoding: chunked", road=road)

    assert found[0] is BrokenBody
    assert found[1].startswith("the answer broke off: ClientPayloadError")
    assert found[-1] == json.dumps(chat()).encode()[:10]


def test_an_error_that_breaks_off_still_means_what_its_status_says() -> None:
    found = told_of_half("429 Busy\r\nretry-after: 7\r\ncontent-length: 900", road=1)

    assert (found[0], found[4:7]) == (Transient, (7.0, True, False))


def test_a_question_that_was_never_sent_whole_was_not_paid_for() -> None:
    def failed(said: str) -> Transient:
        return unreachable(aiohttp.ClientConnectionResetError(said), host="h", key=Key(SECRET))

    assert not failed("Cannot write to closing transport").maybe_paid
    assert failed("Connection lost").maybe_paid


def test_a_server_that_hangs_up_after_each_answer_costs_no_call_but_a_further_attempt() -> None:
    body, asked_for = json.dumps(chat()).encode(), 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked_for
        head = await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0]))
        asked_for += 1
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body))
        await writer.drain()
        writer.close()

    async def main() -> int:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        provider, answers = OpenAI(f"http://127.0.0.1:{port}/v1", WITHOUT_KEY, key_env="none"), 0
        for _ in range(20):
            with suppress(Transient):
                answers += (await provider.answer(REQUEST)).text == "Because."
        await provider.close()
        server.close()
        return answers

    assert asyncio.run(main()) == asked_for >= 10


def test_no_more_packs_are_opened_than_anybody_makes() -> None:
    answer = Answer(b"{}", headers={**JSON, "content-encoding": ",".join(["gzip"] * 1500)})
    with here(lambda request: answer) as server:
        found = [asked(each)[0] for each in roads("openai", server.url)]

    assert [each[0] for each in found] == [BrokenBody, BrokenBody]
    assert all("1500 packs in one another" in each[1] for each in found)


@WIRES
def test_no_cookie_goes_from_one_call_to_the_next(wire: str) -> None:
    answer = Answer(json.dumps(GOOD[wire]).encode(), headers={**JSON, "set-cookie": "visitor=17; Path=/"})
    with here(lambda request: answer) as server:
        for each in roads(wire, server.url):
            asked(each, 2)

    assert len(server.seen) == 4
    assert [each.headers.get("cookie") for each in server.seen] == [None] * 4


SDK_WORK = ("/resources/", "/_transform.py", "/_legacy_response.py", "/types/", "tokenizer", "/_response.py")
"""Files of an SDK where arguments are turned about, models are built and answers are read."""


def run_through(wire: str, road: int) -> set[tuple[str, str]]:
    """(file, function) of all that runs while one question is asked and answered, once everything is open."""
    seen: set[CodeType] = set()

    def note_it(frame: FrameType, event: str, argument: Any) -> None:
        seen.add(frame.f_code)

    async def main(provider: Wire) -> None:
        try:
            await provider.answer(REQUEST)
            sys.setprofile(note_it)
            try:
                await provider.answer(REQUEST)
            finally:
                sys.setprofile(None)
        finally:
            await provider.close()

    with here(lambda request: Answer.of(GOOD[wire])) as server:
        asyncio.run(main(roads(wire, server.url)[road]))
    return {(Path(code.co_filename).as_posix(), code.co_name) for code in seen}


@WIRES
def test_a_call_runs_nothing_of_an_sdk_but_its_post_and_writes_no_log_line(wire: str) -> None:
    through, direct = run_through(wire, 0), run_through(wire, 1)

    assert not [file for file, _ in through if f"/{wire}/" in file and any(part in file for part in SDK_WORK)]
    assert not [file for file, _ in direct if any(f"/{name}/" in file for name in ("openai", "httpx2"))
                and "/constitution/" not in file]  # fmt: skip
    assert not [file for file, _ in direct if "site-packages/anthropic/" in file]
    assert not [name for file, name in through | direct if "/logging/" in file and name in ("_log", "makeRecord")]
    assert any(name == "post" and f"/{wire}/" in file for file, name in through)


def test_the_road_to_an_endpoint_is_the_one_that_the_environment_names(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "NO_PROXY",
                 "no_proxy", "REQUEST_METHOD"):  # fmt: skip
        monkeypatch.delenv(name, raising=False)

    assert proxy_to("https://models.example/v1", Key(SECRET)) is None
    monkeypatch.setenv("https_proxy", "proxy.example:3128")
    monkeypatch.setenv("all_proxy", "http://other.example:80")
    assert proxy_to("https://models.example/v1", Key(SECRET)) == "http://proxy.example:3128"
    assert proxy_to("http://models.example/v1", WITHOUT_KEY) == "http://other.example:80"
    assert proxy_to("https://127.0.0.1:8000/v1", Key(SECRET)) is None
    monkeypatch.setenv("no_proxy", "models.example")
    assert proxy_to("https://models.example/v1", Key(SECRET)) is None
    monkeypatch.setenv("no_proxy", "models.example:8443")
    assert proxy_to("https://models.example:8443/v1", Key(SECRET)) is None
    assert proxy_to("https://models.example/v1", Key(SECRET)) == "http://proxy.example:3128"


@pytest.mark.parametrize("secret", ["sk-one\nsk-two", "sk-“quoted”", "sk-\x1b[31m"])
def test_what_no_header_can_carry_is_no_key(secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCAL_KEY", secret)

    with pytest.raises(MissingKey, match="LOCAL_KEY holds") as caught:
        key_from("LOCAL_KEY")
    assert "sk-" not in caught.value.sentence


def test_a_redirect_of_an_endpoint_is_the_end_and_its_target_hears_nothing() -> None:
    with (
        here(lambda request: Answer.of(chat())) as target,
        here(lambda request: Answer(b"", 307, {"location": f"{target.url}/v1/chat/completions"})) as server,
    ):
        found = asked(roads("openai", server.url)[1])[0]

        assert found[0] is ProviderGone
        assert (len(server.seen), len(target.seen)) == (1, 0)
