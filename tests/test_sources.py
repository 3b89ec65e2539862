"""Prompt files: what is read, and what is refused with its line and its remedy."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constitution.core.asking import Request
from constitution.core.digest import canonical
from constitution.core.records import Message
from constitution.errors import BadFile
from constitution.providers.anthropic import body_of
from constitution.sources.jsonl import MAX_LINE, read
from constitution.sources.rows import Ignored, prompt_of
from constitution.sources.transcripts import is_transcript

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1)


def write(path: Path, *lines: str | bytes) -> Path:
    """A file of these lines."""
    path.write_bytes(
        b"\n".join(line.encode("utf-8", "surrogatepass") if isinstance(line, str) else line for line in lines)
    )
    return path


def row(**keys: Any) -> Any:
    """The prompt of one row."""
    return prompt_of(keys, "here", Ignored())


@given(texts.filter(lambda text: text.strip() != "" and not is_transcript(text)))
def test_a_prompt_comes_back_to_the_letter(text: str) -> None:
    assert row(prompt=text).messages == (Message(role="user", content=text),)


@pytest.mark.parametrize(
    "text", ["Note: one\n\nHuman: two\n\nAssistant: three", "a: b: c", "x\n\n\ny", "User: hi", "### A"]
)
def test_no_prompt_is_cut_at_a_colon_a_blank_line_or_a_role_word(text: str) -> None:
    assert row(prompt=text).messages[0].content == text
    assert row(instruction=text, input=text).messages[0].content == f"{text}\n\n{text}"


def test_a_self_instruct_task_is_its_instruction_and_first_input() -> None:
    task = {"id": "seed_task_1", "instruction": "Sort these.", "instances": [{"input": "3 1 2", "output": "1 2 3"}]}
    prompt = prompt_of(task, "here", Ignored())

    assert prompt.messages[0].content == "Sort these.\n\n3 1 2"
    assert (prompt.source_id, prompt.candidates) == ("seed_task_1", ())


def test_conversations_with_system_and_tool_messages_are_read_whole() -> None:
    call = {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": "{}"}}
    messages = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Rain?"},
        {"role": "assistant", "content": "", "tool_calls": [call]},
        {"role": "tool", "content": "sunny", "tool_call_id": "c1"},
    ]

    assert [message.as_json() for message in row(messages=messages).messages] == messages


def called(*calls: Any, **more: Any) -> dict[str, Any]:
    """A row with these tool calls."""
    messages = [
        {"role": "user", "content": "Rain?"},
        {"role": "assistant", "content": "", "tool_calls": list(calls)},
        {"role": "tool", "content": "no", "tool_call_id": "c1"},
    ]
    return {"messages": messages, **more}


def call(**changes: Any) -> dict[str, Any]:
    """A tool call; what is ``None`` is not there."""
    function = {"name": "weather", "arguments": '{"city": "Oslo"}', **changes.pop("function", {})}
    whole = {"id": "c1", "type": "function", "function": function, **changes}
    return {key: value for key, value in whole.items() if value is not None}


def test_arguments_that_are_an_object_become_their_json_text() -> None:
    messages = row(**called(call(function={"arguments": {"city": "Oslo", "after": [1, None]}}))).messages

    assert messages[1].tool_calls[0]["function"]["arguments"] == '{"after": [1, null], "city": "Oslo"}'


@pytest.mark.parametrize(
    "arguments", ["", "{}", '{"n": 12345678901234567890, "x": [null, 1.5, {"y": "\\n"}]}', ' {"a": 1}\n']
)
def test_arguments_of_a_tool_call_travel_to_the_letter(arguments: str) -> None:
    messages = row(**called(call(function={"arguments": arguments}, strict=True))).messages

    assert messages[1].tool_calls[0]["function"]["arguments"] == arguments
    sent = body_of(Request(model="anthropic:m", messages=messages))["messages"][1]["content"][0]
    assert sent["input"] == json.loads(arguments or "{}")


CALLS: dict[str, tuple[dict[str, Any], str]] = {
    "arguments that are cut": ({"function": {"arguments": '{"city": "Os'}}, "function.arguments: not JSON: "),
    "arguments in words": ({"function": {"arguments": "Oslo"}}, "function.arguments: not JSON: "),
    "arguments as a number": ({"function": {"arguments": 3}}, "function.arguments: must be text"),
    "arguments that are a list": ({"function": {"arguments": "[1]"}}, "function.arguments: must be a JSON object"),
    "arguments that say nothing": ({"function": {"arguments": "null"}}, "function.arguments: must be a JSON object"),
    "arguments that hold NaN": ({"function": {"arguments": '{"n": NaN}'}}, "function.arguments.n: nan is not JSON"),
    "arguments beyond all": ({"function": {"arguments": '{"n": [1e400]}'}}, "function.arguments.n[0]: inf is not JSON"),
    "an argument twice": ({"function": {"arguments": '{"n": 1, "n": 2}'}}, "function.arguments: the key 'n' stands"),
    "half a letter in an argument": (
        {"function": {"arguments": '{"n": "\\ud800"}'}}, "function.arguments.n holds the lone surrogate U+D800",
    ),
    "arguments without end": ({"function": {"arguments": '{"n":' * 2000}}, "function.arguments: n"),
    "a function that is a text": ({"function": "weather"}, "function: must be an object"),
    "a function that is a list": ({"function": ["weather"]}, "function: must be an object"),
    "no function": ({"function": None}, "function: is missing"),
    "no name": ({"function": {"name": None}}, "function.name: is missing"),
    "a name of spaces": ({"function": {"name": " "}}, "function.name: must be text"),
    "a name that is a number": ({"function": {"name": 5}}, "function.name: must be text"),
    "an id that is a number": ({"id": 5}, "id: must be text"),
    "another kind of call": ({"type": "custom", "custom": {"name": "f"}}, "type: only calls of functions are read"),
    "a huge number": ({"index": 2**64}, "index: a whole number beyond 2**53"),
    "a number that readers round": ({"index": -(2**53)}, "index: a whole number beyond 2**53"),
    "NaN": ({"at": [{"x": float("nan")}]}, "at[0].x: nan is not JSON"),
    "Infinity": ({"function": {"at": float("-inf")}}, "function.at: -inf is not JSON"),
}  # fmt: skip


def changed(**changes: Any) -> dict[str, Any]:
    """The tool call with these changes; a function that is no object stands as it is."""
    function = changes.get("function", {})
    if isinstance(function, dict):
        return call(**changes)
    return {key: value for key, value in {**call(), **changes}.items() if value is not None}


@pytest.mark.parametrize("name", CALLS)
def test_a_tool_call_that_no_wire_can_say_is_refused_with_its_place_and_a_remedy(name: str, tmp_path: Path) -> None:
    changes, message = CALLS[name]
    path = write(tmp_path / "p.jsonl", GOOD, json.dumps(called(changed(**changes))))

    with pytest.raises(BadFile) as caught:
        read(path)

    assert str(caught.value).startswith(f"{path}:2: messages[1].tool_calls[0].{message}")
    assert caught.value.remedy
    assert len(caught.value.sentence) < 700


def test_a_tool_message_answers_a_call_before_it_and_only_assistants_call() -> None:
    with pytest.raises(BadFile, match=r"messages\[2\]\.tool_call_id: it answers no call before it"):
        row(**called(call(id="c2")))
    with pytest.raises(BadFile, match=r"messages\[0\]\.tool_calls: a user message calls no tools"):
        row(messages=[{"role": "user", "content": "a", "tool_calls": [call()]}])


def test_what_stands_in_keys_that_are_not_read_may_be_any_number() -> None:
    assert row(prompt="a", score=float("nan"), seen=2**70, parts=[float("inf")]).messages[0].content == "a"


LOOP: list[Any] = []
LOOP.append(LOOP)
PYTHON: dict[str, tuple[dict[Any, Any], str]] = {
    "half a letter in a tuple": ({"prompt": "a", "tags": ("\ud800",)}, r"tags\[0\] holds the lone surrogate U\+D800"),
    "and deeper": ({"messages": ({"role": "user", "content": "\ud800"},)}, r"messages\[0\]\.content holds"),
    "a key that is no text": ({"prompt": "a", 1: "b"}, "the key 1 is no text"),
    "a number of 5,000 digits": ({"prompt": "a", "id": 10**5000}, "id: the number is too long"),
    "an object of Python": (called(call(at=object())), r"at: a object is not JSON"),
    "bytes": (called(call(at=b"\xff")), r"at: a bytes is not JSON"),
    "a list that holds itself": ({"prompt": "a", "tags": LOOP}, "nested too deeply"),
    "a row of ours without a group": ({"pair_id": "pp1:0", "messages": []}, "the conversation does not end"),
}  # fmt: skip


@pytest.mark.parametrize("name", PYTHON)
def test_rows_of_python_are_held_to_what_json_can_say(name: str) -> None:
    given, message = PYTHON[name]
    with pytest.raises(BadFile, match=message):
        prompt_of(given, "here", Ignored())


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["f", "{}", "user", "tool", "c1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
KEYS = ("id", "type", "function", "arguments", "name", "role", "content", "tool_calls", "tool_call_id")


@given(st.dictionaries(st.sampled_from(KEYS), values), st.dictionaries(st.sampled_from(KEYS), values), values)
def test_whatever_stands_in_a_row_it_is_refused_or_has_a_name_and_can_be_said(
    function: dict[str, Any], message: dict[str, Any], tags: Any
) -> None:
    given = called(call(function=function), tags=tags)
    given["messages"].insert(1, {"role": "assistant", "content": "b", **message})

    with contextlib.suppress(BadFile):
        prompt = prompt_of(given, "here", Ignored())
        assert canonical(prompt.as_json())
        body = body_of(Request(model="anthropic:m", messages=prompt.messages))
        assert json.dumps(body, allow_nan=False, ensure_ascii=False).encode()


def test_own_answers_are_candidates_with_their_origin() -> None:
    assert [c.as_json() for c in row(prompt="Hi", response="Hello").candidates] == [{"text": "Hello"}]
    given = row(prompt="Hi", candidates=[{"text": "Hello", "origin": "human", "model": "ann"}])
    assert given.candidates[0].origin == "human"


def test_the_name_of_a_prompt_is_the_hash_of_its_messages_alone() -> None:
    assert row(prompt="Hi", tags=["a"], id="x").id == row(messages=[{"role": "user", "content": "Hi"}]).id
    assert row(prompt="Hi").id != row(prompt="Hi ").id


def test_other_keys_are_counted_and_not_read(tmp_path: Path) -> None:
    path = write(tmp_path / "p.jsonl", '{"prompt": "a", "score": 1}', "", '{"prompt": "b", "score": 2, "x": 0}')
    prompts, ignored = read(path)

    assert ([prompt.messages[0].content for prompt in prompts], dict(ignored)) == (["a", "b"], {"score": 2, "x": 1})


def test_a_byte_order_mark_and_windows_line_ends_are_passed_over(tmp_path: Path) -> None:
    path = write(tmp_path / "p.jsonl", b'\xef\xbb\xbf{"prompt": "a"}\r', b'{"prompt": "b"}\r')

    assert len(read(path)[0]) == 2


GOOD = '{"prompt": "fine"}'
BROKEN: dict[str, tuple[str | bytes, str]] = {
    "a broken line": ('{"prompt": "a"', "p.jsonl:2:15: not JSON"),
    "a number": ("3", "p.jsonl:2: the row is a int"),
    "a list": ("[]", "p.jsonl:2: the row is a list"),
    "no prompt": ('{"text": "a"}', "p.jsonl:2: it holds no prompt"),
    "a transcript": ('{"chosen": "a", "rejected": "b"}', "p.jsonl:2: it holds no prompt"),
    "two prompts": ('{"prompt": "a", "instruction": "b"}', "p.jsonl:2: it holds prompt and instruction at once"),
    "an empty prompt": ('{"prompt": " "}', "p.jsonl:2: the prompt is empty"),
    "no messages": ('{"messages": []}', "p.jsonl:2: the conversation does not end"),
    "an answer at the end": (
        '{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}',
        "p.jsonl:2: the conversation does not end",
    ),
    "an unknown role": ('{"messages": [{"role": "bot", "content": "a"}]}', "p.jsonl:2: messages.0.role"),
    "a text of another type": ('{"prompt": 5}', "p.jsonl:2: prompt"),
    "an unknown intent": ('{"prompt": "a", "intent": "evil"}', "p.jsonl:2: intent"),
    "tags as text": ('{"prompt": "a", "tags": "b"}', "p.jsonl:2: tags"),
    "an answer twice": (
        '{"prompt": "a", "response": "b", "candidates": [{"text": "c"}]}',
        "p.jsonl:2: it holds response",
    ),
    "a key twice": ('{"prompt": "a", "prompt": "b"}', "p.jsonl:2: the key 'prompt' stands twice"),
    "a lone surrogate": ('{"prompt": "a\\ud800"}', "p.jsonl:2: prompt holds the lone surrogate U+D800"),
    "a raw surrogate": (b'{"prompt": "a\xed\xa0\x80"}', "p.jsonl:2: byte 14 is not UTF-8"),
    "a NUL": ('{"prompt": "a\\u0000"}', "p.jsonl:2: prompt holds a NUL character"),
    "a raw NUL": (b'{"prompt": "a\x00"}', "p.jsonl:2:14: not JSON"),
    "a NUL in a message": (
        '{"messages": [{"role": "user", "content": "\\u0000"}]}',
        "p.jsonl:2: messages[0].content holds",
    ),
    "another encoding": ('{"prompt": "é"}'.encode("latin-1"), "p.jsonl:2: byte 13 is not UTF-8"),
    "a line of 1 MB": (json.dumps({"prompt": "a" * MAX_LINE}), "p.jsonl:2: the line is longer than 1,000,000 bytes"),
    "a deep nest": ("[" * 100_000, "p.jsonl:2"),
    "a huge number": ('{"prompt": ' + "9" * 5000 + "}", "p.jsonl:2"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_line_that_is_no_prompt_is_refused_with_its_place_and_a_remedy(name: str, tmp_path: Path) -> None:
    line, message = BROKEN[name]
    path = write(tmp_path / "p.jsonl", GOOD, line, GOOD)

    with pytest.raises(BadFile) as caught:
        read(path)

    assert message in str(caught.value)
    assert caught.value.remedy
    assert len(caught.value.sentence) < 700


@pytest.mark.parametrize("lines", [(), ("",), ("\n\n",)])
def test_an_empty_file_is_refused(lines: tuple[str, ...], tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="holds no prompt"):
        read(write(tmp_path / "p.jsonl", *lines))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="cannot be read"):
        read(tmp_path / "p.jsonl")


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("bytes") / "p.jsonl"
    path.write_bytes(data)

    with contextlib.suppress(BadFile):
        prompts, _ = read(path)
        assert prompts
