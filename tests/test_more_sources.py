"""Prompts in the formats of others: transcripts, two answers a row, CSV, JSON arrays, Parquet, folders and the hub."""

from __future__ import annotations

import contextlib
import csv
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from constitution.api.preparing import read_prompts
from constitution.core.records import Prompt
from constitution.errors import BadFile, Mistake
from constitution.sources.rows import MAX_TEXT, Ignored, prompt_of
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
