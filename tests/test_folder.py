"""The out folder: whose it is, how a run claims it, and that a new dataset replaces an old one whole or not at all."""

from __future__ import annotations

import ctypes
import errno
import itertools
import os
import resource
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from constitution.dataset.folder import load_pairs, write_folder
from constitution.dataset.replace import MARKER, begin, recover, state_of, temporary
from constitution.errors import Occupied, Stopped
from tests.folders import ask, contents, everything, paired

INPUTS = {"prompts": "816d4ac9" * 8, "recipe": "77777777" * 8}
NEW = contents(paired(ask("What is new?")), run_id="f" * 64)
STEPS = ("fsync", "mkdir", "rename", "replace", "rmdir", "unlink")
"""What the system is asked to do to the disk, apart from writing into open files."""


class Killed(BaseException):
    """The process is gone: nothing that it would have done after this happens."""


class Trouble:
    """Strikes at the n-th step of those that a test counts."""

    def __init__(self, at: int, *, kill: bool) -> None:
        self.at, self.kill, self.count = at, kill, 0

    @property
    def struck(self) -> bool:
        """Whether there was an n-th step."""
        return self.count >= self.at

    def around(self, step: Callable[..., Any]) -> Callable[..., Any]:
        """The step, or the trouble instead: once for a full disk, for ever after for a kill."""

        def troubled(*args: Any, **kwargs: Any) -> Any:
            self.count += 1
            if self.kill and self.struck:
                raise Killed
            if self.count == self.at:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return step(*args, **kwargs)

        return troubled

    def cause(self, patch: pytest.MonkeyPatch) -> None:
        """From here on, steps are counted and struck."""
        for name in STEPS:
            patch.setattr(os, name, self.around(getattr(os, name)))


@pytest.fixture(params=["exchanged in one step", "renamed twice"])
def either_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways to replace a folder: the second is for systems whose C library cannot exchange."""
    if request.param == "renamed twice":
        monkeypatch.setattr(ctypes, "CDLL", lambda *args, **kwargs: object())
    return str(request.param)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished dataset; tests copy it."""
    out = tmp_path_factory.mktemp("finished") / "out"
    write_folder(out, contents())
    return out


@pytest.fixture
def out(tmp_path: Path, finished: Path) -> Path:
    """A copy of the finished dataset, alone in its folder."""
    shutil.copytree(finished, tmp_path / "at" / "out")
    return tmp_path / "at" / "out"


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What the folder holds once the new dataset is in place."""
    whole = tmp_path_factory.mktemp("after") / "out"
    write_folder(whole, NEW)
    return everything(whole)


def strikes(out: Path, start: Path | None, *, kill: bool) -> Iterator[bool]:
    """Writes the new dataset over ``start`` again and again, struck at the first step, the second, and so on.

    Yields, each time with the folder as the trouble left it, whether the writer saw the trouble.
    """
    for at in itertools.count(1):
        shutil.rmtree(out.parent)
        out.parent.mkdir()
        if start is not None:
            shutil.copytree(start, out)
        trouble = Trouble(at, kill=kill)
        saw = False
        with pytest.MonkeyPatch.context() as patch:
            trouble.cause(patch)
            try:
                write_folder(out, NEW)
            except (Stopped, Killed):
                saw = True
        if not trouble.struck:
            return
        yield saw


def test_a_disk_that_fails_at_any_step_leaves_the_old_dataset_or_the_new(
    out: Path, finished: Path, after: dict[str, bytes], either_way: str
) -> None:
    before, seen = everything(finished), []

    for saw in strikes(out, finished, kill=False):
        found = everything(out)
        assert found in (before, after)
        assert saw or found == after
        if saw:
            assert os.listdir(out.parent) == ["out"]
        seen.append(found == after)

    assert len(seen) > 20
    assert {True, False} == set(seen)


def test_a_kill_at_any_step_leaves_the_old_dataset_or_the_new(
    out: Path, finished: Path, after: dict[str, bytes], either_way: str
) -> None:
    before, seen = everything(finished), []

    for _ in strikes(out, finished, kill=True):
        if either_way == "exchanged in one step":
            assert everything(out) in (before, after)
        recover(out)
        assert everything(out) in (before, after)
        assert os.listdir(out.parent) == ["out"]
        seen.append(everything(out) == after)
        write_folder(out, NEW)
        assert everything(out) == after

    assert len(seen) > 20
    assert {True, False} == set(seen)


@pytest.mark.parametrize("kill", [False, True])
def test_a_first_dataset_that_is_cut_off_at_any_step_is_whole_or_not_there(
    out: Path, after: dict[str, bytes], kill: bool
) -> None:
    for _ in strikes(out, None, kill=kill):
        recover(out)
        assert (everything(out) if out.exists() else after) == after
        assert os.listdir(out.parent) in ([], ["out"])


def test_a_file_that_cannot_grow_stops_the_run_with_a_sentence(out: Path, finished: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, hard))
    try:
        with pytest.raises(Stopped, match="could not write the dataset") as caught:
            write_folder(out, NEW)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert "every reply that was paid for is kept" in caught.value.sentence
    assert everything(out) == everything(finished)
    assert os.listdir(out.parent) == ["out"]


@pytest.mark.parametrize(
    ("number", "remedy"),
    [(errno.ENOSPC, "make room"), (errno.EROFS, "can be written"), (errno.EACCES, "writable"), (errno.EIO, "mend")],
)
def test_a_disk_that_refuses_is_known_before_anything_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, remedy: str
) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "mkdir", refuse)

    with pytest.raises(Stopped, match="could not claim the output folder") as caught:
        begin(tmp_path / "out", INPUTS)

    assert remedy in caught.value.remedy
    assert caught.value.exit_code == 4


def test_a_folder_goes_from_absent_to_unfinished_to_finished(tmp_path: Path) -> None:
    out = tmp_path / "above" / "out"
    states = [state_of(out)]
    begin(out, INPUTS)
    states.append(state_of(out))
    write_folder(out, contents())
    states.append(state_of(out))

    assert states == ["absent", "unfinished", "finished"]
    assert MARKER not in everything(out)


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    assert state_of(tmp_path) == "empty"

    write_folder(tmp_path, contents())

    assert state_of(tmp_path) == "finished"


def test_a_finished_dataset_stays_readable_while_a_new_run_is_under_way(out: Path, after: dict[str, bytes]) -> None:
    begin(out, INPUTS)

    assert state_of(out) == "unfinished"
    assert [row.prompt[0].content for row in load_pairs(out)] == ["Why does bread rise?"]

    write_folder(out, NEW)

    assert everything(out) == after


def test_a_test_split_that_is_no_more_does_not_linger(tmp_path: Path) -> None:
    trail = paired()
    write_folder(tmp_path, contents(trail, test_ids=frozenset({trail.prompt.id})))
    assert "data/test-00000-of-00001.parquet" in everything(tmp_path)

    write_folder(tmp_path, contents(trail))

    assert "data/test-00000-of-00001.parquet" not in everything(tmp_path)


def test_an_unfinished_run_goes_on_with_the_same_inputs(tmp_path: Path) -> None:
    begin(tmp_path, INPUTS)
    begin(tmp_path, dict(reversed(INPUTS.items())))

    assert state_of(tmp_path) == "unfinished"


def test_an_unfinished_run_with_other_inputs_is_refused_and_says_which(tmp_path: Path) -> None:
    begin(tmp_path, INPUTS)
    changed = {"prompts": "91bc02fe" * 8, "recipe": INPUTS["recipe"]}

    with pytest.raises(Occupied, match=r"prompts 816d4ac9 → 91bc02fe") as caught:
        begin(tmp_path, changed)
    begin(tmp_path, changed, accept_changes=True)
    begin(tmp_path, changed)

    assert "--accept-changes" in caught.value.remedy


def make_file(place: Path) -> None:
    place.write_text("mine")


def make_folder(place: Path) -> None:
    place.mkdir()
    (place / "thesis.txt").write_text("mine")


def make_other_parquet(place: Path) -> None:
    (place / "data").mkdir(parents=True)
    (place / "data/train-00000-of-00001.parquet").write_bytes(b"mine")


def make_other_manifest(place: Path) -> None:
    (place / "provenance").mkdir(parents=True)
    (place / "provenance/manifest.dsse.json").write_text('{"format": "theirs"}')


def make_other_marker(place: Path) -> None:
    place.mkdir()
    (place / MARKER).write_text("[]")


MAKERS = [make_file, make_folder, make_other_parquet, make_other_manifest, make_other_marker]


@pytest.mark.parametrize("make", MAKERS)
def test_what_is_not_ours_is_refused_and_not_touched(make: Callable[[Path], None], tmp_path: Path) -> None:
    out = tmp_path / "out"
    make(out)
    before = everything(tmp_path)

    assert state_of(out) == "foreign"
    for attempt in (partial(begin, out, INPUTS, accept_changes=True), partial(write_folder, out, NEW)):
        with pytest.raises(Occupied, match="not a dataset of ours"):
            attempt()

    assert everything(tmp_path) == before


@pytest.mark.parametrize("name", ["notes.txt", ".git/config", "data/more.parquet", "provenance/principles/a/b"])
def test_a_dataset_with_somebodys_files_in_it_is_not_replaced(name: str, out: Path) -> None:
    (out / name).parent.mkdir(exist_ok=True)
    (out / name).write_text("mine")
    before = everything(out)

    for attempt in (partial(begin, out, INPUTS), partial(write_folder, out, NEW)):
        with pytest.raises(Occupied, match="files that are not ours"):
            attempt()

    assert everything(out) == before


def test_litter_of_a_file_browser_is_no_reason_to_refuse(out: Path, after: dict[str, bytes]) -> None:
    (out / "data" / ".DS_Store").write_text("x")

    write_folder(out, NEW)

    assert everything(out) == after


@pytest.mark.parametrize("make", [make_file, make_folder])
def test_somebodys_file_under_our_temporary_name_is_refused(make: Callable[[Path], None], tmp_path: Path) -> None:
    out = tmp_path / "out"
    for place in temporary(out):
        make(place)

        with pytest.raises(Occupied, match="temporary folder"):
            begin(out, INPUTS)
        assert everything(tmp_path)

        shutil.rmtree(place) if place.is_dir() else place.unlink()


def test_a_link_is_followed_and_stays_a_link(tmp_path: Path, after: dict[str, bytes]) -> None:
    link, disk = tmp_path / "out", tmp_path / "big" / "disk"
    link.symlink_to(disk)

    begin(link, INPUTS)
    write_folder(link, contents())
    write_folder(link, NEW)

    assert link.is_symlink()
    assert everything(disk) == after


def test_a_link_inside_a_dataset_is_not_ours(out: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    shutil.rmtree(out / "data")
    (out / "data").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(Occupied, match="files that are not ours: data"):
        write_folder(out, NEW)


def test_a_mount_point_is_refused_before_anything_is_asked() -> None:
    with pytest.raises(Occupied, match="mount point"):
        begin(Path("/"), INPUTS)
