"""Bodies of 200, valid and not, on both wires: each is a reply or a broken body, and no parser falls over."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Mapping
from typing import Any

import pytest

from constitution.core.asking import Reply, Request
from constitution.core.records import Message
from constitution.errors import BrokenBody, ConstitutionError, Transient
from constitution.providers import bodies
from constitution.providers.anthropic import Anthropic
from constitution.providers.keys import Key
from constitution.providers.openai import OpenAI
from tests.endpoints_here import Answer, chat, here, note

REQUEST = Request(model="any:m", messages=(Message(role="user", content="Why?"),), timeout=20.0)
JSON = "application/json"
WIRES = pytest.mark.parametrize("wire", ["openai", "anthropic"])
GOOD: dict[str, dict[str, Any]] = {"openai": chat("Because: ü €"), "anthropic": note("Because: ü €")}


def text(value: Any) -> bytes:
    """JSON as most servers write it."""
    return json.dumps(value, ensure_ascii=False).encode()


def said(good: Mapping[str, Any], words: str) -> bytes:
    """The good body with other words in it, spelled as they are given."""
    return json.dumps(good).replace(json.dumps("Because: ü €"), f'"{words}"').encode()


def readable(good: dict[str, Any]) -> dict[str, bytes]:
    """Bodies that are whole answers, however odd they look; each must come back to the letter."""
    return {
        "plain": text(good),
        "escaped": json.dumps(good).encode(),
        "indented": json.dumps(good, indent=8).encode(),
        "a byte order mark": b"\xef\xbb\xbf" + text(good),
        "white space around it": b" \r\n\t" + text(good) + b"\n\n ",
        "keys that nobody knows": text({**good, "new": {"deep": [1, {"er": None}]}, "x-y": True}),
        "nulls where there may be some": text({**good, "usage": None, "id": None, "service_tier": None}),
        "no usage": text({key: value for key, value in good.items() if key != "usage"}),
        "keys in another order": text(dict(reversed(good.items()))),
        "numbers beyond any machine": text({**good, "created": 10**300}),
        "a forest of empty lists": text({**good, "more": [[[[[[[[[[]]]]]]]]]]}),
        "a surrogate pair": said(good, "\\ud83c\\udf5e"),
        "a NUL that is escaped": said(good, "a\\u0000b"),
        "signs that turn the line around": said(good, "\\u202eabc\\u2066\\u2069"),
        "terminal escapes": said(good, "\\u001b[31mred"),
        "every escape": said(good, '\\"\\\\\\/\\b\\f\\n\\r\\t'),
        "line separators": said(good, "a\\u2028\\u2029\\u0085"),
        "markup": said(good, "<script>alert(1)</script>"),
        "JSON inside": said(good, '{\\"choices\\": [], \\"content\\": NaN}'),
        "a megabyte": said(good, "bread " * 2**17),
    }


def unreadable(good: dict[str, Any]) -> dict[str, bytes]:
    """Bodies that are no answer, or might be two."""
    whole = text(good)
    doubled = whole[:-1] + b', "model": "other"}'
    kind = "choices" if "choices" in good else "content"
    return {
        "nothing": b"",
        "white space": b" \n ",
        "half": whole[: len(whole) // 2],
        "all but the last brace": whole[:-1],
        "one brace": b"{",
        "a brace too many": whole + b"}",
        "twice": whole + whole,
        "two lines of it": whole + b"\n" + whole,
        "null": b"null",
        "true": b"true",
        "a number": b"42",
        "a text": b'"yes"',
        "a list": b"[]",
        "the answer in a list": b"[" + whole + b"]",
        "an empty object": b"{}",
        "a page": b"<!doctype html><html><body>Please log in</body></html>",
        "a page that begins with JSON": whole + b"<html></html>",
        "a stream": b"data: " + whole + b"\n\ndata: [DONE]\n\n",
        "plain words": b"upstream connect error or disconnect/reset before headers",
        "single quotes": repr(good).encode(),
        "comments": b"{/* yes */" + whole[1:],
        "a comma too many": whole[:-1] + b",}",
        "keys without quotes": whole.replace(b'"model"', b"model", 1),
        "a key that stands twice": doubled,
        "a deep key that stands twice": whole.replace(b'"usage": {', b'"usage": {"x": 1, "x": 2, ', 1),
        "NaN": text({**good, "created": float("nan")}),
        "infinity": text({**good, "created": float("-inf")}),
        "endless digits": whole[:-1] + b', "n": ' + b"9" * 5000 + b"}",
        "endless depth": b'{"a":' * 100_000,
        "endless lists": whole[:-1] + b', "n": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        "half a letter": said(good, "\\ud83c alone"),
        "the other half": said(good, "alone \\udf5e"),
        "an escape that there is not": said(good, "\\x41"),
        "a NUL": said(good, "a\0b"),
        "a line end in a text": said(good, "a\nb"),
        "another charset": json.dumps(good, ensure_ascii=False).encode("latin-1", "replace"),
        "UTF-16": json.dumps(good).encode("utf-16"),
        "UTF-32": json.dumps(good).encode("utf-32"),
        "bytes of nothing": bytes(range(256)) * 8,
        "a letter cut in two": whole.replace("ü".encode(), b"\xc3"),
        "surrogates in bytes": whole.replace("ü".encode(), b"\xed\xa0\x80"),
        "zipped and not saying so": gzip.compress(whole),
        "an error that says nothing": text({"error": {}}),
        "null for its end": text(good).replace(b'"stop"', b"null").replace(b'"end_turn"', b"null"),
        "no end": text(good).replace(b'"finish_reason"', b'"x"').replace(b'"stop_reason"', b'"x"'),
        "an answer of another wire": text(note() if kind == "choices" else chat()),
        "no content": text({key: value for key, value in good.items() if key != kind}),
        "null for content and for its end": text({**good, kind: None, "stop_reason": None}),
        "a text for content": text({**good, kind: "yes"}),
        "texts for content": text({**good, kind: ["yes"]}),
        "numbers for content": text({**good, kind: [1]}),
        "null in content": text({**good, kind: [None]}),
        "an object for content": text({**good, kind: {"0": good[kind][0]}}),
        "a list for usage": text({**good, "usage": [1, 2]}),
        "texts for tokens": text({**good, "usage": {"prompt_tokens": "many", "input_tokens": "many"}}),
        "half tokens": text({**good, "usage": {"prompt_tokens": 1.5, "input_tokens": 1.5}}),
        "a number for a model": text({**good, "model": 7}),
    }


def asked(wire: str, answers: Mapping[str, Answer]) -> dict[str, Reply | ConstitutionError]:
    """What a named endpoint makes of each answer; through the SDKs it is the same (``test_transports``)."""

    async def one(provider: OpenAI | Anthropic) -> Reply | ConstitutionError:
        try:
            return await provider.answer(REQUEST)
        except ConstitutionError as error:
            return error

    async def main(url: str) -> dict[str, Reply | ConstitutionError]:
        base = f"{url}/v1" if wire == "openai" else url
        provider = (OpenAI if wire == "openai" else Anthropic)(base, Key("k"), key_env="LOCAL_KEY")
        found = {name: await one(provider) for name in answers}
        await provider.close()
        return found

    waiting = iter(answers.values())
    with here(lambda request: next(waiting)) as server:
        return asyncio.run(main(server.url))


def words(wire: str, body: bytes) -> str:
    """The text of a readable body, by another way than ours."""
    own = json.loads(body.decode("utf-8-sig"))
    return str(own["choices"][0]["message"]["content"] if wire == "openai" else own["content"][0]["text"])


@WIRES
def test_a_whole_answer_is_read_to_the_letter_however_it_is_spelled(wire: str) -> None:
    good = readable(GOOD[wire])
    found = asked(wire, {name: Answer(body) for name, body in good.items()})

    assert {name: getattr(reply, "text", reply) for name, reply in found.items()} == {
        name: words(wire, body) for name, body in good.items()
    }


@WIRES
def test_a_body_that_is_no_answer_is_kept_and_never_guessed_at(wire: str) -> None:
    bad = unreadable(GOOD[wire])
    found = asked(wire, {name: Answer(body) for name, body in bad.items()})

    assert {name: type(error) for name, error in found.items()} == dict.fromkeys(bad, BrokenBody)
    assert all(isinstance(error, BrokenBody) and (error.body or not bad[name]) for name, error in found.items())


@WIRES
def test_what_a_server_calls_its_answer_does_not_matter(wire: str) -> None:
    kinds = ("text/html", "text/plain; charset=latin-1", "application/json; charset=utf-16", "", "x/y/z")
    found = asked(wire, {kind: Answer(text(GOOD[wire]), headers={"content-type": kind}) for kind in kinds})

    assert {getattr(reply, "text", reply) for reply in found.values()} == {"Because: ü €"}


@WIRES
def test_an_answer_without_end_is_cut_off_and_not_held_in_memory(wire: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "LARGEST", 2**20)
    bomb = Answer(gzip.compress(b" " * 2**25), headers={"content-type": JSON, "content-encoding": "gzip"})
    found = asked(wire, {"bomb": bomb})["bomb"]

    assert isinstance(found, BrokenBody)
    assert "more than" in str(found)
    assert 0 < len(found.body) <= bodies.KEPT


@WIRES
def test_a_body_that_is_not_packed_as_it_says_is_no_traceback(wire: str) -> None:
    packed = {
        encoding: Answer(b"not packed at all", headers={"content-type": JSON, "content-encoding": encoding})
        for encoding in ("gzip", "deflate", "br", "zstd", "nonsense")
    }

    assert all(isinstance(found, Transient) for found in asked(wire, packed).values())


def test_an_answer_in_parts_is_joined_and_its_thoughts_are_kept_apart() -> None:
    parts = [
        {"type": "thinking", "thinking": [{"type": "text", "text": "Hm"}, {"type": "text", "text": "m."}]},
        {"type": "thinking", "thinking": " So."},
        {"type": "text", "text": "Because "},
        {"type": "reference", "reference_ids": [1]},
        {"type": "text", "text": "ü."},
    ]
    contents = {"parts": parts, "thoughts alone": parts[:2], "no parts": [], "no shape": [1]}
    given = {name: chat(None) for name in contents}
    for name, content in contents.items():
        given[name]["choices"][0]["message"]["content"] = content
    found = asked("openai", {name: Answer.of(body) for name, body in given.items()})
    read = {name: (reply.text, reply.reasoning, reply.finish) for name, reply in found.items()
            if isinstance(reply, Reply)}  # fmt: skip

    assert read == {
        "parts": ("Because ü.", "Hmm. So.", "stop"),
        "thoughts alone": ("", "Hmm. So.", "empty"),
        "no parts": ("", "", "empty"),
    }
    assert type(found["no shape"]) is BrokenBody


def test_there_are_sixty_bodies_and_more_on_each_wire() -> None:
    assert all(len(readable(good) | unreadable(good)) >= 60 for good in GOOD.values())
