"""Spools: what is set aside on disk comes back equal, in any order, and memory does not hold it."""

from __future__ import annotations

import gc
import os
import resource
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constitution.core.records import Message, Prompt
from constitution.errors import Stopped
from constitution.spool import NEAR, Spool
from tests.folders import ask, paired, tool_prompt, unpaired

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
LONG = "a" * (NEAR // 8)


def prompt(text: str) -> Prompt:
    """A prompt that says this."""
    return Prompt.of(Message(role="user", content=text), tags=("one", "two"), source="kitchen")


@given(st.lists(TEXT, max_size=12), st.data())
@settings(deadline=None)
def test_what_is_set_aside_comes_back_equal_and_in_its_place(texts: list[str], data: st.DataObject) -> None:
    given_ = tuple(prompt(text) for text in texts)
    spool = Spool(Prompt)
    numbers = [spool.append(each) for each in given_]
    kept = spool.records()
    part = slice(*data.draw(st.tuples(*[st.integers(-14, 14) | st.none()] * 2, st.sampled_from([None, 1, 2, -1]))))

    assert numbers == list(range(len(given_)))
    assert kept == given_
    assert given_ == kept
    assert kept[part] == given_[part]
    assert [kept[place] for place in reversed(range(len(kept)))] == list(given_[::-1])


def test_trails_come_back_as_they_were() -> None:
    spool = Spool(type(paired()))
    given_ = (paired(), unpaired(), paired(tool_prompt()), paired(ask("Else?", intent="harmful")))
    spool.extend(given_)

    assert spool.records() == given_
    assert spool.records([2, 0]) == (given_[2], given_[0])


def test_only_what_is_large_goes_to_the_disk_and_it_has_no_name_there(tmp_path: Path) -> None:
    spool = Spool(Prompt, folder=tmp_path / "not there")
    spool.append(prompt("small"))
    large = Spool(Prompt, folder=tmp_path)
    given_ = [prompt(f"{number} {LONG}") for number in range(40)]
    large.extend(given_)

    assert spool.records() == [prompt("small")]
    assert large.records() == given_
    assert os.listdir(tmp_path) == []


def test_the_file_is_closed_with_the_last_that_looks_at_it(tmp_path: Path) -> None:
    before = set(os.listdir("/proc/self/fd"))
    spool = Spool(Prompt, folder=tmp_path)
    spool.extend(prompt(f"{number} {LONG}") for number in range(20))
    kept = spool.records()[3:5]
    del spool
    gc.collect()
    assert kept[0] == prompt(f"3 {LONG}")

    del kept
    gc.collect()

    assert set(os.listdir("/proc/self/fd")) <= before


def test_a_disk_without_room_stops_the_run_with_a_sentence(tmp_path: Path) -> None:
    spool = Spool(Prompt, folder=tmp_path)
    first = [prompt(f"{number} {LONG}") for number in range(4)]
    spool.extend(first)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(Stopped, match="what the run sets aside cannot be written") as caught:
            spool.extend(prompt(f"{number} {LONG}") for number in range(40))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert (caught.value.where, caught.value.exit_code) == (str(tmp_path), 4)
    assert "make room" in caught.value.remedy
    assert spool.records()[:4] == first


def test_where_no_temporary_file_can_be_written_the_run_stops_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "_candidate_tempdir_list", lambda: ["/dev/null"])
    monkeypatch.delenv("TMPDIR", raising=False)

    with pytest.raises(Stopped, match="what the run sets aside cannot be written") as caught:
        Spool(Prompt).extend(prompt(f"{number} {LONG}") for number in range(40))

    assert "TMPDIR" in caught.value.remedy


def test_a_folder_that_is_not_there_stops_the_run_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Stopped, match="No such file"):
        Spool(Prompt, folder=tmp_path / "gone").extend(prompt(f"{number} {LONG}") for number in range(40))
