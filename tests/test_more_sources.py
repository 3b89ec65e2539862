"""Prompts in the formats of others: transcripts, two answers a row, CSV, JSON arrays, Parquet, folders and the hub."""

from __future__ import annotations

import contextlib
import csv
import json
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from constitution.api.prompts import read_prompts
from constitution.core.records import Prompt
from constitution.errors import BadFile, Mistake
from constitution.sources.rows import Ignored, prompt_of
from constitution.sources.sendable import MAX_TEXT
from constitution.sources.transcripts import is_transcript, transcript_of, turns_of

HELLO = "\n\nHuman: Hello\n\nAssistant: Good day"
MORE = f"{HELLO}\n\nHuman: Why does bread rise?\n\nAssistant:"

NAUGHTY = (
    "plain", "a: b: c", "x\n\n\ny", "Human: hi", "a\r\nb\rc", "tab\there", '"quoted", and more', "'", "=1+1", "007",
    "null", "NaN", "[1, 2]", "{}", "\\n \\u0041", "\u202eright to left", "\u200b", "e\u0301", "👩‍👩‍👧", "\ufeffmark",
    "\x01\x1b[31m", "\u2028\u2029\x85", "İ", " spaces ", "\t", "﷽" * 500, "\U0010ffff\ufffe", "a" * 200_000,
)  # fmt: skip


def row(**keys: Any) -> Prompt:
    """The prompt of one row."""
    return prompt_of(keys, "here", Ignored())


def user(text: str) -> dict[str, str]:
    """A message of a user."""
    return {"role": "user", "content": text}


def said(text: str) -> dict[str, str]:
    """A message of an assistant."""
    return {"role": "assistant", "content": text}


def talk(prompt: Prompt) -> list[str]:
    """The texts of the conversation."""
    return [message.content for message in prompt.messages]


def answers(prompt: Prompt) -> list[str]:
    """The texts of the candidates."""
    return [candidate.text for candidate in prompt.candidates]


def refused(make: Callable[[], Any]) -> str:
    """How it is refused, in one sentence."""
    with pytest.raises(Mistake) as caught:
        make()
    assert caught.value.remedy
    assert "\n" not in caught.value.sentence
    return caught.value.sentence


# Transcripts

contents_of_turns = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")) | st.sampled_from(
    [
        "Human: 1",
        "a\n\nHuman:b",
        "Assistant:",
        "a: b",
        "\n\nx",
        "x\n\n",
        "one\n\ntwo",
        " lead",
        "Human:\n",
        "\nHuman: x",
    ]
)


@given(st.lists(contents_of_turns.filter(lambda text: text.strip() != ""), min_size=1, max_size=6))
def test_what_is_written_as_a_transcript_is_read_back_to_the_letter(texts: list[str]) -> None:
    turns = [{"role": ("user", "assistant")[place % 2], "content": text} for place, text in enumerate(texts)]
    assume(all(len(turns_of(f"\n\nHuman: {text}")) == 1 and turns_of(f"\n\nHuman: {text}")[0]["content"] == text
               for text in texts))  # fmt: skip

    assert is_transcript(transcript_of(turns))
    assert turns_of(transcript_of(turns)) == turns


@pytest.mark.parametrize(
    "text", ["Human: yes", "he said Human: yes", "a\nHuman: b", "a\n\nHumans: b", "a\n\nHuman b", "a\n\n Human: b",
             "a\n\nhuman: b", "a: b", "a\n\nb", "\n\nUser: b", "a\n\nHuman:b", "a\n\n\n\nb"]
)  # fmt: skip
def test_a_role_word_counts_only_where_a_paragraph_begins_with_it(text: str) -> None:
    turns = [user(text), said(text), user("And?")]

    assert talk(row(transcript=transcript_of(turns))) == [text, text, "And?"]


def test_both_tails_of_a_row_are_candidates_the_rejected_one_first() -> None:
    start = "\n\nHuman: Hi\n\nAssistant: Yes?\n\nHuman: Why?\n\nAssistant: "
    prompt = row(chosen=f"{start}Because.", rejected=f"{start}No idea.")

    assert talk(prompt) == ["Hi", "Yes?", "Why?"]
    assert [candidate.as_json() for candidate in prompt.candidates] == [{"text": "No idea."}, {"text": "Because."}]


def test_adjacent_turns_of_one_role_are_one() -> None:
    text = "\n\nHuman: a\n\nHuman: b\n\nAssistant: c\n\nAssistant: d\n\nAssistant: \n\nHuman: e"

    assert talk(row(prompt=text)) == ["a\n\nb", "c\n\nd", "e"]


def test_a_transcript_is_a_prompt_with_its_last_answer_as_candidate() -> None:
    for key in ("prompt", "transcript"):
        assert (talk(row(**{key: HELLO})), answers(row(**{key: HELLO}))) == (["Hello"], ["Good day"])
        assert (talk(row(**{key: MORE}))[-1], answers(row(**{key: MORE}))) == ("Why does bread rise?", [])


def test_other_keys_named_transcript_are_left_alone() -> None:
    ignored = Ignored()
    prompt = prompt_of({"prompt": "Sum up", "transcript": HELLO}, "here", ignored)

    assert (talk(prompt), dict(ignored)) == (["Sum up"], {"transcript": 1})


@pytest.mark.parametrize("nothing", ["", " ", "\n", " \n\n "])
def test_an_empty_tail_is_no_candidate(nothing: str) -> None:
    start = "\n\nHuman: Hi\n\nAssistant:"

    assert answers(row(chosen=f"{start} Yes", rejected=start + nothing)) == ["Yes"]
    assert answers(row(chosen=start + nothing, rejected=start + nothing)) == []


def test_an_answer_beside_an_open_transcript_brings_its_own_space() -> None:
    start = "\n\nHuman: Hi\n\nAssistant:"
    prompt = row(prompt=start, response=" Yes", chosen=" Yes", rejected="  No")

    assert (talk(prompt), answers(prompt)) == (["Hi"], [" No", "Yes"])


spaces = st.sampled_from([" ", "\t", "\n", "\r\n"])
plain = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1)
contents = st.lists(plain, min_size=1, max_size=3).map("\n\n".join)


@given(st.lists(st.tuples(spaces, contents), min_size=1, max_size=5), st.sampled_from(["", " ", "\t "]), st.booleans())
def test_any_space_after_a_role_word_and_any_line_ends_make_a_turn(
    turns: list[tuple[str, str]], blank: str, windows: bool
) -> None:
    words = ("Human", "Assistant")
    text = "".join(f"\n{blank}\n{words[place % 2]}:{space}{each}" for place, (space, each) in enumerate(turns))
    texts = [each for _, each in turns]
    if windows:
        text = text.replace("\r\n", "\n").replace("\n", "\r\n")
        texts = [each.replace("\n", "\r\n") for each in texts]

    assert is_transcript(text)
    assert [turn["content"] for turn in turns_of(text)] == texts


LAID_OUT = {
    "line ends": "\n\nHuman:\nHi\n\nAssistant:\n1. Yes\n2. No\n\nHuman:\nWhy?\n\nAssistant:",
    "one line end": "\n\nHuman: Hi\n\nAssistant:\n1. Yes\n2. No\n\nHuman: Why?\n\nAssistant:\n",
    "tabs": "\n\nHuman:\tHi\n\nAssistant:\t1. Yes\n2. No\n\nHuman:\tWhy?\n\nAssistant:\t",
    "blank lines that hold spaces": "\n \nHuman: Hi\n\t\nAssistant: 1. Yes\n2. No\n  \nHuman: Why?\n \nAssistant:",
    "blank lines before": " \n\n\n\nHuman: Hi\n\nAssistant: 1. Yes\n2. No\n\nHuman: Why?",
}


@pytest.mark.parametrize("key", ["prompt", "transcript"])
@pytest.mark.parametrize("name", LAID_OUT)
def test_a_conversation_is_never_one_prompt_for_its_layout(name: str, key: str) -> None:
    texts = ["Hi", "1. Yes\n2. No", "Why?"]

    assert talk(row(**{key: LAID_OUT[name]})) == texts
    windows = row(**{key: LAID_OUT[name].replace("\n", "\r\n")})
    assert talk(windows) == [text.replace("\n", "\r\n") for text in texts]


@pytest.mark.parametrize("name", ["p.jsonl", "p.json", "p.csv", "p.parquet"])
def test_a_transcript_with_windows_line_ends_is_one_in_every_format(name: str, tmp_path: Path) -> None:
    pair = {"chosen": HELLO.replace("\n", "\r\n"), "rejected": f"{HELLO}\nyou".replace("\n", "\r\n")}
    (prompt,), _ = read_prompts(WRITERS[name](tmp_path / name, [pair]))

    assert (talk(prompt), answers(prompt)) == (["Hello"], ["Good day\r\nyou", "Good day"])


def test_a_carriage_return_at_the_end_of_a_turn_belongs_to_it() -> None:
    assert talk(row(prompt="\n\nHuman: a\r\n\nAssistant: b\n\r\n\nHuman: c\r")) == ["a\r", "b\n\r", "c\r"]


def test_space_beyond_the_one_after_a_role_word_belongs_to_the_turn() -> None:
    assert talk(row(prompt="\n\nHuman:\n\n a\n\nAssistant: \nb\n\nHuman:\t\tc")) == ["\n a", "\nb", "\tc"]


def test_a_text_that_begins_without_a_blank_line_is_one_prompt_and_that_is_said() -> None:
    for end in ("\n", "\r\n"):
        text, ignored = f"Human:{end}Hello{end}{end}Assistant:\tGood day", Ignored()

        assert talk(prompt_of({"prompt": text}, "here", ignored)) == [text]
        assert dict(ignored) == {"prompt: role words in a text that begins without a blank line": 1}
        assert talk(row(transcript=text)) == ["Hello"]
        assert answers(row(chosen=text, rejected=f"{text}!")) == ["Good day!", "Good day"]
    mixed = "Human: Hello\n\nAssistant: Good day\r\n\r\nHuman: Why?"

    assert talk(row(prompt=mixed)) == [mixed]
    assert "transcript may be a transcript: its lines end in two ways" in refused(lambda: row(transcript=mixed))


@pytest.mark.parametrize("space", [" ", "\t", "\n", "\r\n"])
def test_an_answer_beside_an_open_transcript_loses_the_space_that_a_turn_would(space: str) -> None:
    for start in ("\n\nHuman: Hi\n\nAssistant:", "\r\n\r\nHuman:\r\nHi\r\n \r\nAssistant:"):
        prompt = row(prompt=start, chosen=f"{space}Yes", rejected=f"{space}{space}No")

        assert (talk(prompt), answers(prompt)) == (["Hi"], [f"{space}No", "Yes"])


DOUBTS = {
    "no space after the first role word": ("\n\nHuman:Hi\n\nAssistant:Yes", 'no space follows its first "Human:"'),
    "a turn set apart by other line ends": ("\n\nHuman: Hi\r\n\r\nAssistant: Yes", "its lines end in two ways"),
    "and the other way round": ("\r\n\r\nHuman: Hi\n\nAssistant: Yes", "its lines end in two ways"),
    "an answer in between without a space": (
        "\n\nHuman: Hi\n\nAssistant:Yes\n\nHuman: Why?", 'Human speaks twice, and between "Assistant:" stands without',
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DOUBTS)
def test_a_transcript_that_can_be_read_in_two_ways_is_refused_with_its_place(name: str, tmp_path: Path) -> None:
    text, message = DOUBTS[name]
    for keys in ({"prompt": text}, {"transcript": text}, {"chosen": text, "rejected": HELLO}):
        path = jsonl(tmp_path / "p.jsonl", [{"prompt": "fine"}, keys])
        said_of_it = refused(partial(read_prompts, path))

        assert said_of_it.startswith(f"{path}:2: {next(iter(keys))} may be a transcript: {message}")
    assert talk(row(messages=[user(text)])) == [text]


# Two answers that part early

EARLY = {
    "at the answer": (["a", "B", "c", "D"], ["a", "X", "c", "D"], ["a"], ["X", "B"]),
    "at the question": (["a", "B", "c", "D"], ["a", "B", "y", "D"], ["a"], ["B"]),
    "at the end of one": (["a", "B"], ["a", "B", "c", "D"], ["a"], ["B"]),
    "nowhere": (["a", "B", "c", "D"], ["a", "B", "c", "D"], ["a", "B", "c"], ["D"]),
    "after a question": (["a", "B", "c"], ["a", "B", "c", "D"], ["a", "B", "c"], ["D"]),
}


@pytest.mark.parametrize("form", [list, transcript_of])
@pytest.mark.parametrize("name", EARLY)
def test_the_prompt_of_two_conversations_ends_with_the_last_question_that_both_answer(
    name: str, form: Callable[[Any], Any]
) -> None:
    chosen, rejected, prompt, candidates = EARLY[name]

    def turns(texts: Sequence[str]) -> Any:
        return form([(user, said)[place % 2](text) for place, text in enumerate(texts)])

    found = row(chosen=turns(chosen), rejected=turns(rejected))

    assert (talk(found), answers(found)) == (prompt, candidates)


def test_turns_after_the_first_answer_are_counted() -> None:
    ignored = Ignored()
    pair = {"chosen": [user("a"), said("b"), user("c"), said("d")], "rejected": [user("a"), said("x")]}
    prompt_of(pair, "here", ignored)

    assert dict(ignored) == {"chosen: turns after the first answer": 1}


def test_conversations_that_share_no_question_are_refused() -> None:
    one, other = [user("a"), said("b")], [user("x"), said("b")]
    message = "here: chosen and rejected do not begin with the same user turn"

    assert refused(lambda: row(chosen=one, rejected=other)).startswith(message)
    assert refused(lambda: row(chosen=transcript_of(one), rejected=transcript_of(other))).startswith(message)


# Preference rows of other programs

PREFERENCES: dict[str, dict[str, Any]] = {
    "two texts beside a prompt": {"prompt": "Q", "chosen": "yes", "rejected": "no"},
    "two texts beside messages": {"messages": [user("Q")], "chosen": "yes", "rejected": "no"},
    "two messages beside a prompt": {"prompt": [user("Q")], "chosen": [said("yes")], "rejected": [said("no")]},
    "two conversations": {"chosen": [user("Q"), said("yes")], "rejected": [user("Q"), said("no")]},
    "two conversations beside their prompt": {
        "prompt": "Q", "prompt_id": "x", "chosen": [user("Q"), said("yes")], "rejected": [user("Q"), said("no")],
        "messages": [user("Q"), said("yes")], "score_chosen": 9.0,
    },
    "the better one said twice": {"prompt": "Q", "chosen": "yes", "rejected": "no", "response": "yes"},
}  # fmt: skip


@pytest.mark.parametrize("name", PREFERENCES)
def test_preference_rows_are_a_prompt_with_two_candidates(name: str) -> None:
    found = row(**PREFERENCES[name])

    assert (talk(found), answers(found)) == (["Q"], ["no", "yes"])


def test_a_stated_prompt_says_where_two_conversations_part() -> None:
    chosen = [user("a"), said("b"), user("c"), said("d")]
    found = row(prompt=[user("a")], chosen=chosen, rejected=chosen)

    assert (talk(found), answers(found)) == (["a"], ["b"])


def test_makers_named_beside_two_answers_are_kept() -> None:
    found = row(
        prompt="Q", chosen="yes", rejected="no", rejected_origin="human", rejected_model="none", chosen_origin="?"
    )

    assert [each.as_json() for each in found.candidates] == [
        {"text": "no", "origin": "human", "model": "none"},
        {"text": "yes"},
    ]


def test_an_answer_that_calls_tools_is_no_candidate() -> None:
    call = {"role": "assistant", "content": None, "tool_calls": [{"id": "1"}]}
    ignored = Ignored()
    found = prompt_of({"prompt": "Q", "chosen": [call], "rejected": "no"}, "here", ignored)

    assert (answers(found), dict(ignored)) == (["no"], {"chosen: an answer that calls tools": 1})


ODD: dict[str, tuple[dict[str, Any], str]] = {
    "neither text nor conversation": ({"chosen": 1, "rejected": 2}, "it holds no prompt"),
    "texts without a prompt": ({"chosen": "a", "rejected": "b"}, "it holds no prompt"),
    "a conversation and a text": ({"chosen": [user("a"), said("b")], "rejected": "b"}, "one of chosen and rejected is"),
    "another prompt": (
        {"prompt": "z", "chosen": [user("a"), said("b")], "rejected": [user("a"), said("c")]},
        "prompt is not the prompt of chosen and rejected",
    ),
    "a third answer": ({"prompt": "a", "chosen": "b", "rejected": "c", "response": "d"}, "it holds two answers, and"),
    "an answer in the prompt": ({"prompt": HELLO, "response": "b"}, "prompt ends with an answer, and the row brings"),
    "lists of something else": ({"prompt": "a", "chosen": [1], "rejected": ["b"]}, "rejected is a list of something"),
    "answers without text": ({"prompt": "a", "chosen": [said("b")], "rejected": [{"role": "assistant"}]}, "rejected: "),
    "a very long text": ({"prompt": "a" * (MAX_TEXT + 1)}, "prompt is longer than 1,000,000 characters"),
}


@pytest.mark.parametrize("name", ODD)
def test_a_row_that_says_no_one_thing_is_refused(name: str) -> None:
    keys, message = ODD[name]

    assert refused(lambda: row(**keys)).startswith(f"here: {message}")


# Files


def jsonl(path: Path, rows: Sequence[dict[str, Any]]) -> Path:
    """JSON Lines."""
    path.write_text("".join(json.dumps(each) + "\n" for each in rows))
    return path


def array(path: Path, rows: Sequence[dict[str, Any]]) -> Path:
    """One JSON array."""
    path.write_text(json.dumps(rows, indent=1, ensure_ascii=False), encoding="utf-8")
    return path


def table(path: Path, rows: Sequence[dict[str, Any]]) -> Path:
    """CSV with lists as JSON."""
    names = list(dict.fromkeys(name for each in rows for name in each))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        for each in rows:
            writer.writerow({name: json.dumps(cell) if isinstance(cell, list) else cell for name, cell in each.items()})
    return path


def parquet(path: Path, rows: Sequence[dict[str, Any]], **settings: Any) -> Path:
    """Parquet with one row group for two rows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = dict.fromkeys(name for each in rows for name in each)
    columns = {name: [each.get(name) for each in rows] for name in names}
    pq.write_table(pa.table(columns), path, **{"row_group_size": 2, **settings})
    return path


WRITERS: dict[str, Callable[[Path, Sequence[dict[str, Any]]], Path]] = {
    "p.jsonl": jsonl, "lines.json": jsonl, "p.json": array, "p.csv": table, "p.parquet": parquet,
}  # fmt: skip


@pytest.mark.parametrize("name", WRITERS)
def test_every_format_gives_the_same_prompts_to_the_letter(name: str, tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"prompt": f"{text}.", "id": f"{place:03}", "source": "mine", "response": text if text.strip() else None}
        for place, text in enumerate(NAUGHTY)
    ]
    rows = [{key: value for key, value in each.items() if value is not None} for each in rows]
    prompts, ignored = read_prompts(WRITERS[name](tmp_path / name, rows))

    assert prompts == tuple(prompt_of(each, "here", Ignored()) for each in rows)
    assert [prompt.source_id for prompt in prompts][:8:7] == ["000", "007"]
    assert not ignored


@pytest.mark.parametrize("name", WRITERS)
def test_every_format_holds_conversations_and_candidates(name: str, tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {
            "messages": [user("a"), said("b"), user("c")],
            "tags": ["x", "y"],
            "candidates": [{"text": "d", "origin": "human"}],
        },
        {"prompt": "e", "intent": "benign", "tags": ["z"], "note": "n"},
        {"chosen": [user("f"), said("g")], "rejected": [user("f"), said("h")]},
    ]
    prompts, ignored = read_prompts(WRITERS[name](tmp_path / name, rows))

    assert [(talk(prompt), prompt.tags, answers(prompt)) for prompt in prompts] == [
        (["a", "b", "c"], ("x", "y"), ["d"]), (["e"], ("z",), []), (["f"], (), ["h", "g"]),
    ]  # fmt: skip
    assert set(ignored) == {"note"}


@pytest.mark.parametrize("name", WRITERS)
def test_transcripts_are_known_in_every_format(name: str, tmp_path: Path) -> None:
    pair = {"chosen": HELLO, "rejected": f"{HELLO}!"}
    (prompt,), _ = read_prompts(WRITERS[name](tmp_path / name, [pair]))

    assert (talk(prompt), answers(prompt)) == (["Hello"], ["Good day!", "Good day"])


@pytest.mark.parametrize("name", [*WRITERS, "p.ndjson"])
def test_a_bad_row_is_named_by_its_place_in_every_format(name: str, tmp_path: Path) -> None:
    write = WRITERS.get(name, jsonl)
    path = write(tmp_path / name, [{"prompt": "a", "intent": "benign"}, {"prompt": "b\n", "intent": "evil"}])
    place = {"p.json": ": row 2", "p.parquet": ": row 2", "p.csv": ":3"}.get(name, ":2")

    assert refused(lambda: read_prompts(path)).startswith(f"{path}{place}: intent: ")


@pytest.mark.parametrize("name", WRITERS)
def test_nul_is_refused_in_every_format(name: str, tmp_path: Path) -> None:
    path = WRITERS[name](tmp_path / name, [{"prompt": "a\x00b"}])

    assert "prompt holds a NUL character" in refused(lambda: read_prompts(path))


@pytest.mark.parametrize("name", ["p.jsonl", "p.json", "p.csv", "p.parquet"])
def test_a_file_without_rows_or_that_is_not_there_is_refused(name: str, tmp_path: Path) -> None:
    assert "cannot be read: No such file" in refused(lambda: read_prompts(tmp_path / name))
    (tmp_path / name).write_bytes(b"")
    assert refused(lambda: read_prompts(tmp_path / name)).startswith(str(tmp_path / name))


@settings(max_examples=30)
@given(data=st.binary(max_size=120), name=st.sampled_from(["p.json", "p.csv", "p.parquet"]))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes, name: str) -> None:
    path = tmp_path_factory.getbasetemp() / name
    for opening in (b"", b"[", b"prompt\n", b"PAR1"):
        path.write_bytes(opening + data + (b"PAR1" if opening == b"PAR1" else b""))
        with contextlib.suppress(BadFile):
            assert read_prompts(path)[0]


BROKEN: dict[str, tuple[str, bytes, str]] = {
    "a CSV without a prompt column": ("p.csv", b"text,tags\na,\n", "p.csv:1: no column holds a prompt: text, tags"),
    "a CSV with semicolons": ("p.csv", b"prompt;tags\na;b\n", "p.csv:1: no column holds a prompt: prompt;tags"),
    "a CSV without a header": ("p.csv", b"Why?\nHow?\n", "p.csv:1: no column holds a prompt: Why?"),
    "a column twice": ("p.csv", b"prompt,prompt\na,b\n", "p.csv:1: the column 'prompt' stands twice"),
    "a cell too many": ("p.csv", b'prompt,id\n"a\nb",1\n\na,b,c\n', "p.csv:5: the row has 3 columns, the header 2"),
    "a cell too few": ("p.csv", b"prompt,id\na\n", "p.csv:2: the row has 1 column, the header 2 columns"),
    "an open quote": ("p.csv", b'prompt\na\n"b\nc\n', "p.csv:3: a quote is left open"),
    "a stray quote": ("p.csv", b'prompt\n"a"b\n', "p.csv:2: not CSV: "),
    "a cell of 1 MB": ("p.csv", b"prompt\n" + b"a" * (MAX_TEXT + 1), "p.csv:2: a cell has more than 1,000,000"),
    "tags without brackets": ("p.csv", b"prompt,tags\na,b\n", "p.csv:2: tags: not JSON"),
    "messages as Python prints them": (
        "p.csv", b"prompt,chosen,rejected\na,\"[{'role': 'assistant'}]\",b\n", "p.csv:2: chosen: not JSON",
    ),
    "a CSV in another encoding": ("p.csv", b"prompt\n\xe9\n", "p.csv:2: byte 1 is not UTF-8"),
    "a CSV of one header": ("p.csv", b"prompt,id\n", "p.csv: the file holds no prompt"),
    "an open array": ("p.json", b'[{"prompt": "a"},\n {"prompt": "b"}', "p.json:2:17: not JSON"),
    "an array of a number": ("p.json", b'[{"prompt": "a"}, 3]', "p.json: row 2: the row is a int"),
    "an empty array": ("p.json", b" []", "p.json: the file holds no prompt"),
    "one object over lines": ("p.json", b'{\n "data": []\n}', "p.json: the file is one object over several lines"),
    "a key twice in an array": ("p.json", b'[{"id": 1, "id": 2}]', "p.json: the key 'id' stands twice"),
    "a deep array": ("p.json", b"[" * 100_000, "p.json: nested too deeply"),
    "a deep row": ("p.json", b'[{"x":' + b"[" * 400 + b"]" * 400 + b"}]", "p.json: row 1: nested too deeply"),
    "no Parquet": ("p.parquet", b"prompt\nWhy?\n", "p.parquet: is no Parquet file"),
    "a Parquet of nothing": ("p.parquet", b"PAR1" + bytes(20) + b"PAR1", "p.parquet: cannot be read as Parquet: "),
    "a cut Parquet": ("p.parquet", b"PAR1" + b"a" * 9 + b"\x99\0\0\0PAR1", "p.parquet: cannot be read as Parquet: "),
    "a CSV of two bytes a letter": ("p.csv", b"p\0r\0", "p.csv:1: no column holds a prompt: p\\x00r\\x00"),
    "a CSV of old line ends": ("p.csv", b"prompt\ra\r", "p.csv:1: a line ends in a carriage return alone"),
    "a long column twice": ("p.csv", b"a" * 500 + b"," + b"a" * 500, f"p.csv:1: the column '{'a' * 120}…' stands"),
    "a column over two lines": ("p.csv", b'"a\nb",c\n', "p.csv:1: no column holds a prompt: a\\nb, c"),
    "a long key twice": (
        "p.jsonl", b'{"%b": 1, "%b": 1}' % (b"k" * 500, b"k" * 500), f"p.jsonl:1: the key '{'k' * 120}…' stands twice",
    ),
    "an unknown key over two lines": (
        "p.jsonl", b'{"messages": [{"role": "user", "content": "", "x\\ny": 1}]}', "p.jsonl:1: messages.0.x\\ny: Extra",
    ),
    "text over two lines in its key": ("p.jsonl", b'{"x\\ny": "\\u0000"}', "p.jsonl:1: x\\ny holds a NUL character"),
    "compressed rows": ("p.jsonl", b"\x1f\x8b\x08\0\0\0\0\0", "p.jsonl:1: byte 2 is not UTF-8"),
    "a number beyond all": ("p.json", b'[{"prompt": "a", "id": 1e400}]', "p.json: row 1: id"),
    "a Parquet all description": (
        "p.parquet", b"PAR1" + b"a" * 9 + b"\xff\xff\xff\x7fPAR1", "p.parquet: it has 2,147,483,647 bytes of descr",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_refused_with_its_place_and_a_remedy(name: str, tmp_path: Path) -> None:
    file, data, message = BROKEN[name]
    (tmp_path / file).write_bytes(data)

    assert refused(lambda: read_prompts(tmp_path / file)).startswith(f"{tmp_path}/{message}")


def test_an_index_column_and_blank_lines_of_a_csv_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_bytes(b"\xef\xbb\xbf, prompt ,source\r\n0,a,\r\n\r\n1,b,mine\r\n")
    prompts, ignored = read_prompts(tmp_path / "p.csv")

    assert [(talk(prompt), prompt.source) for prompt in prompts] == [(["a"], None), (["b"], "mine")]
    assert dict(ignored) == {"(column without a name)": 2}


def test_reading_a_csv_leaves_the_bound_of_the_process_as_it_was(tmp_path: Path) -> None:
    before = csv.field_size_limit()
    read_prompts(table(tmp_path / "p.csv", [{"prompt": "a" * 150_000}]))

    assert csv.field_size_limit() == before
