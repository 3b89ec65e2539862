"""Strict YAML: what is read, what is refused, and that every mistake has its place."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from constitution.core.places import problems_of
from constitution.core.records import Record
from constitution.core.strict_yaml import LOADER, MAX_BYTES, decode, parse, read_model
from constitution.errors import BadFile

LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{now}: &{now} [*{before}, *{before}]\n" for before, now in zip("abcdefgh", "bcdefghi", strict=True)
)

REFUSED = {
    "empty file": ("", "1:1", "empty"),
    "white space only": ("  \n\n", "1:1", "empty"),
    "comment only": ("# nothing\n", "1:1", "empty"),
    "BOM only": ("\ufeff", "1:1", "empty"),
    "duplicate key": ("a: 1\nb: 2\na: 3\n", "3:1", "twice, first in line 1"),
    "duplicate key below": ("a:\n  b: 1\n  b: 1\n", "3:3", "twice"),
    "duplicate key in flow": ("{a: 1, a: 2}", "1:8", "twice"),
    "duplicate key in other quotes": ('a: 1\n"a": 2\n', "2:1", "twice"),
    "anchor": ("a: &x 1\n", "1:4", "anchors"),
    "anchor on a list": ("a: &x [1]\n", "1:4", "anchors"),
    "anchor on the document": ("&x a: 1\n", "1:1", "anchors"),
    "anchor on a key": ("a: 1\n&x b: 2\n", "2:1", "anchors"),
    "alias": ("a: 1\nb: *a\n", "2:4", "alias"),
    "alias as key": ("*a : 1\n", "1:1", "alias"),
    "billion laughs": (LAUGHS, "1:4", "anchors"),
    "merge key": ("a: 1\n<<: {b: 2}\n", "2:1", "merge"),
    "merge key in flow": ("{<<: {b: 2}}", "1:2", "merge"),
    "core tag": ("a: !!str 1\n", "1:4", "tags"),
    "local tag": ("a: !secret x\n", "1:4", "tags"),
    "python tag": ("a: !!python/object/apply:os.system [x]\n", "1:4", "tags"),
    "bare tag": ("a: ! x\n", "1:4", "tags"),
    "tag on a mapping": ("!!map\na: 1\n", "1:1", "tags"),
    "verbatim tag": ("a: !<tag:yaml.org,2002:int> 1\n", "1:4", "tags"),
    "YAML directive": ("%YAML 1.1\n---\na: 1\n", "1:1", "directives"),
    "TAG directive": ("%TAG ! tag:x,2000:\n---\na: 1\n", "1:1", "directives"),
    "second document": ("a: 1\n---\nb: 2\n", "2:1", "second document"),
    "second document after dots": ("a: 1\n...\n---\nb: 2\n", "3:1", "second document"),
    "list as key": ("? [a]\n: 1\n", "1:3", "key"),
    "mapping as key": ("{{a: 1}: 2}", "1:2", "key"),
    "empty key": ("?\n: 1\n", "1:2", "key"),
    "bare null": ("a: null\n", "1:4", "nothing or a word"),
    "bare tilde": ("a: ~\n", "1:4", "nothing or a word"),
    "bare null in a list": ("- NULL\n", "1:3", "nothing or a word"),
    "31 levels": ("[" * 31 + "]" * 31, "1:31", "30 levels"),
    "500 levels in flow": ("[" * 500 + "]" * 500, "1:31", "30 levels"),
    "500 levels in block": ("- " * 500 + "x", "1:61", "30 levels"),
    "500 levels of mappings": ("{a: " * 500 + "}" * 500, "1:121", "30 levels"),
    "half a megabyte of brackets": ("[" * 500_000, "1:31", "30 levels"),
    "one byte too many": ("a" * (MAX_BYTES + 1), "1:1", "1000001 bytes"),
    "too many bytes, fewer characters": ("é" * (MAX_BYTES // 2 + 1), "1:1", "bytes"),
    "NUL": ("a: 1\nb: x\0y\n", "2:5", "U+0000"),
    "escape character": ("a: \x1b[31m\n", "1:4", "U+001B"),
    "delete": ("a: \x7f\n", "1:4", "U+007F"),
    "C1 control": ("a: \x9b\n", "1:4", "U+009B"),
    "lone surrogate": ("a: \ud800\n", "1:4", "U+D800"),
    "noncharacter": ("a: \uffff\n", "1:4", "U+FFFF"),
    "second BOM": ("a: 1\r\nb: \ufeffx\n", "2:4", "U+FEFF"),
    "next line": ("a: x\x85b: y\n", "1:5", "U+0085"),
    "line separator": ("a: x\u2028b: y\n", "1:5", "U+2028"),
    "NUL by escape": ('a: "x\\0y"\n', "1:4", "U+0000"),
    "bell by escape": ('a: "\\a"\n', "1:4", "U+0007"),
    "control in a key by escape": ('"a\\x01": 1\n', "1:1", "U+0001"),
    "tab as indentation": ("a:\n\tb: 1\n", "2:1", "not YAML"),
    "unclosed flow": ("a: [1, 2\n", "2:1", "not YAML"),
    "unclosed quotes": ('a: "x\n', "1:4", "not YAML"),
    "colon in a plain value": ("a: b: c\n", "1:5", "not YAML"),
    "text after a list": ("- a\nb\n", "2:1", "not YAML"),
    "at sign": ("a: @b\n", "1:4", "not YAML"),
}


@pytest.mark.parametrize("loader", [LOADER, yaml.SafeLoader], ids=["libyaml", "python"])
@pytest.mark.parametrize(("text", "place", "words"), REFUSED.values(), ids=REFUSED)
def test_what_is_not_strict_is_refused_at_its_place(text: str, place: str, words: str, loader: type) -> None:
    with pytest.raises(BadFile) as refused:
        parse(text, "some/file.yaml", loader=loader)

    assert refused.value.where == f"some/file.yaml:{place}"
    assert words in refused.value.what


@pytest.mark.parametrize("escape", ["\\ud800", "\\udfff", "\\ud83d\\ude00", "\\q", "\\x", "\\U00110000", "\\UFFFFFFFF"])
@pytest.mark.parametrize("loader", [LOADER, yaml.SafeLoader], ids=["libyaml", "python"])
def test_escapes_that_name_no_character_are_refused(escape: str, loader: type) -> None:
    with pytest.raises(BadFile, match=r"^f\.yaml:1:\d+: "):
        parse(f'a: "{escape}"\n', "f.yaml", loader=loader)


def test_a_version_with_endless_digits_is_refused() -> None:
    for loader in (LOADER, yaml.SafeLoader):
        with pytest.raises(BadFile):
            parse(f"%YAML 1.{'9' * 5000}\n---\na: 1\n", "f.yaml", loader=loader)


def test_every_scalar_is_text() -> None:
    text = "a: 1.10\nb: no\nc: 12:30:00\nd: 2024-01-01\ne: 0x1F\nf: true\ng: 1e3\nh: 'null'\ni: .nan\n"

    assert parse(text, "f").value == {
        "a": "1.10", "b": "no", "c": "12:30:00", "d": "2024-01-01", "e": "0x1F", "f": "true", "g": "1e3",
        "h": "null", "i": ".nan",
    }  # fmt: skip


def test_a_value_left_empty_is_nothing_and_empty_quotes_are_text() -> None:
    assert parse("a:\nb: ''\nc: [x, '']\n", "f").value == {"a": None, "b": "", "c": ["x", ""]}


def test_block_scalars_quotes_comments_and_markers_are_read() -> None:
    text = '---\n# a comment\na: |\n  one\n  two\nb: >-\n  three\n  four\nc: "\\u00e9\\n"  # so\n...\n'

    assert parse(text, "f").value == {"a": "one\ntwo\n", "b": "three four", "c": "é\n"}


def test_thirty_levels_are_read() -> None:
    assert parse("[" * 30 + "]" * 30, "f").value


def test_a_byte_order_mark_and_windows_lines_change_nothing() -> None:
    assert parse("\ufeffa: 1\r\nb: 2\r\n", "f").value == {"a": "1", "b": "2"}


def test_a_quoted_double_less_than_sign_is_refused_as_a_key_but_not_as_a_value() -> None:
    assert parse("a: <<\n", "f").value == {"a": "<<"}
    with pytest.raises(BadFile):
        parse('"<<": {b: 1}\n', "f")


def test_bytes_that_are_not_utf8_are_refused_at_their_place() -> None:
    with pytest.raises(BadFile, match=r"^f\.yaml:2:5: these bytes are not UTF-8"):
        decode("é: 1\nbé: ".encode() + b"\xff\n", "f.yaml")
    with pytest.raises(BadFile, match="UTF-8"):
        decode("a: 1".encode("utf-16"), "f.yaml")


def test_too_many_bytes_are_refused_before_they_are_read_as_text() -> None:
    with pytest.raises(BadFile, match=r"^f\.yaml:1:1: .*1000001 bytes"):
        decode(b"\xff" * (MAX_BYTES + 1), "f.yaml")


def test_a_file_at_the_limit_is_read_in_good_time() -> None:
    line = "- {id: some-name, rule: Do not say this., why: Because.}\n"
    began = time.process_time()
    value = parse(line * (MAX_BYTES // len(line)), "f").value

    assert isinstance(value, list)
    assert len(value) == MAX_BYTES // len(line)
    assert time.process_time() - began < 20


def test_places_are_those_of_values_and_of_keys() -> None:
    document = parse("a:\n  - b: 1\n    'c d':  2\n", "f.yaml")

    assert document.place(("a", 0, "c d")) == "f.yaml:3:13"
    assert document.place(("a", 0, "c d"), key=True) == "f.yaml:3:5"
    assert document.place(("a", 0)) == "f.yaml:2:5"
    assert document.place(()) == "f.yaml:1:1"
    assert document.place(("a", 7, "z")) == "f.yaml:2:3"


def test_columns_count_characters() -> None:
    assert parse("{é: 1, 日本: {b: 2}}", "f").place(("日本", "b")) == "f:1:16"


class Part(Record):
    name: str
    count: int = 0
    share: float = 0.0
    on: bool = False
    more: tuple[int, ...] = Field((), max_length=2)


class Whole(Record):
    version: str
    parts: tuple[Part, ...] = ()


def test_the_schema_gives_texts_their_types() -> None:
    whole = read_model("version: 1.10\nparts: [{name: no, count: 3, share: 0.5, on: true, more: [1, 2]}]\n", "f", Whole)

    assert whole == Whole(version="1.10", parts=(Part(name="no", count=3, share=0.5, on=True, more=(1, 2)),))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("verson: 1\n", "f:1:1: verson: unknown field; did you mean 'version'?"),
        ("version: 1\nxyz: 1\n", "f:2:1: xyz: unknown field; known fields: version, parts"),
        ("parts: []\n", "f:1:1: lacks the field 'version'; add `version:`"),
        ("version:\n", "f:1:9: version: must be text, not empty"),
        ("version: [1]\n", "f:1:10: version: must be text, not a list"),
        ("version: {a: 1}\n", "f:1:10: version: must be text, not fields"),
        ("[a]\n", "f:1:1: must be fields (key: value), not a list"),
        ("word\n", "f:1:1: must be fields (key: value), not 'word'"),
        ("version: 1\nparts: x\n", "f:2:8: parts: must be a list, not 'x'"),
        ("version: 1\nparts: [x]\n", "f:2:9: parts[0]: must be fields (key: value), not 'x'"),
        ("version: 1\nparts:\n- nme: x\n", "f:3:3: parts[0].nme: unknown field; did you mean 'name'?"),
        ("version: 1\nparts: [{name: x, count: 1.5}]\n",
         "f:2:26: parts[0].count: must be a whole number, not '1.5'"),
        ("version: 1\nparts: [{name: x, share: half}]\n", "f:2:26: parts[0].share: must be a number, not 'half'"),
        ("version: 1\nparts: [{name: x, on: maybe}]\n",
         "f:2:23: parts[0].on: must be true or false, not 'maybe'"),
        ("version: 1\nparts: [{name: x, more: [1, 2, 3]}]\n",
         "f:2:25: parts[0].more: must have 2 items at most"),
    ],
)  # fmt: skip
def test_what_does_not_fit_the_schema_is_told_in_plain_words_at_its_place(text: str, sentence: str) -> None:
    with pytest.raises(BadFile) as refused:
        read_model(text, "f", Whole)

    assert sentence in [problem.sentence for problem in problems_of(refused.value)]


def test_all_that_does_not_fit_is_told_at_once_in_the_order_of_the_file() -> None:
    with pytest.raises(BadFile) as refused:
        read_model("parts:\n- name: x\n  count: many\n- nam: y\nvers: 1\n", "f.yaml", Whole)

    assert [problem.where for problem in problems_of(refused.value)] == [
        "f.yaml:1:1", "f.yaml:3:10", "f.yaml:4:3", "f.yaml:4:3", "f.yaml:5:1",
    ]  # fmt: skip
    assert str(refused.value) == ("f.yaml:1:1: lacks the field 'version' (and 4 more mistakes, at 3:10, 4:3, 4:3, 5:1)")


def test_endless_digits_are_no_number() -> None:
    with pytest.raises(BadFile, match=r"^f:1:\d+: parts\[0\]\.count: "):
        read_model(f"{{version: 1, parts: [{{name: x, count: {'9' * 200_000}}}]}}", "f", Whole)


def _refusal(read: Callable[[], object]) -> str | None:
    """The place that reading was refused at, or nothing."""
    try:
        read()
    except BadFile as refused:
        return refused.where
    return None


def _parses_or_refuses(text: str, loader: type) -> None:
    place = _refusal(lambda: parse(text, "f.yaml", loader=loader))

    assert place is None or re.fullmatch(r"f\.yaml:[1-9][0-9]*:[1-9][0-9]*", place)


@given(st.text())
def test_any_text_is_read_or_refused_with_a_place(text: str) -> None:
    _parses_or_refuses(text, LOADER)
    _parses_or_refuses(text, yaml.SafeLoader)


@given(st.text(alphabet="ab:-?[]{}&*!%|>'\"#,@`<~ \n\t\\uxU0189d."))
def test_any_text_of_yaml_signs_is_read_or_refused_with_a_place(text: str) -> None:
    _parses_or_refuses(text, LOADER)
    _parses_or_refuses(text, yaml.SafeLoader)


@given(st.binary())
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    place = _refusal(lambda: decode(data, "f"))

    assert place.startswith("f:") if place else decode(data, "f").encode() == data


PLAIN = st.recursive(
    st.text(st.characters(min_codepoint=32, exclude_categories=["Cs", "Cc", "Cn", "Co"])),
    lambda inside: st.lists(inside) | st.dictionaries(st.text("abc", min_size=1), inside),
    max_leaves=20,
)


@given(PLAIN)
def test_what_is_written_in_quotes_is_read_back(value: object) -> None:
    text = yaml.safe_dump(value, default_style='"', allow_unicode=False)
    text = re.sub(r"!!\w+ ", "", text)

    assert parse(text, "f").value == value
