"""Rows of JSON files, one at a time: lines and lists alike, however the file is cut into pieces, within bounds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from constitution.errors import BadFile
from constitution.sources import items as room
from constitution.sources.items import items

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8"), max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
ROWS = st.lists(st.dictionaries(st.sampled_from("abc"), VALUES, max_size=3), max_size=4)


@given(rows=ROWS, indent=st.sampled_from((None, 2)), ascii_only=st.booleans(), piece=st.integers(1, 40))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_list_is_read_as_it_stands_wherever_it_is_cut(
    rows: list[dict[str, Any]], indent: int | None, ascii_only: bool, piece: int, tmp_path: Path
) -> None:
    file = tmp_path / "rows.json"
    file.write_bytes(json.dumps(rows, indent=indent, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass"))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room, "_PIECE", piece)
        assert list(items(file)) == rows


def test_lines_and_a_list_of_the_same_rows_are_the_same(tmp_path: Path) -> None:
    rows = [{"n": number, "text": "é\u2028\x85"} for number in range(3)]
    (tmp_path / "a.jsonl").write_bytes(b"\xef\xbb\xbf" + "\r\n\r\n".join(map(json.dumps, rows)).encode())
    (tmp_path / "a.json").write_bytes(b"\xef\xbb\xbf \n" + json.dumps(rows, ensure_ascii=False).encode())

    assert list(items(tmp_path / "a.jsonl")) == list(items(tmp_path / "a.json")) == rows


@pytest.mark.parametrize("text", ['{"a": 1}\n{"a": "%s"}' % ("x" * 200), '[{"a": 1}, {"a": "%s"}]' % ("x" * 200)])
def test_a_row_beyond_the_bound_is_refused_after_those_before_it(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "MAX_ITEM", 60)
    monkeypatch.setattr(room, "_PIECE", 16)
    (tmp_path / "a.json").write_text(text)
    found = items(tmp_path / "a.json")

    assert next(found) == {"a": 1}
    with pytest.raises(BadFile, match="longer than 60"):
        next(found)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b'[{"a": 1}', "not JSON"),
        (b'[{"a": 1}] [{"a": 2}]', "behind the end"),
        (b'{"a": 1}\n{"a": ', r":2: not JSON"),
        (b'[{"a": "\xff"}]', "not UTF-8"),
        (b'{"a": 1}\n{"a": "\xff"}', ":2: byte 8 is not UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_what_is_no_row_is_refused_with_its_place(text: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(text)

    with pytest.raises(BadFile, match=said):
        list(items(tmp_path / "a.json"))
