"""The n-th operation of a small run fails, for every n: on the disk, on the way to the provider, at the provider."""

from __future__ import annotations

import errno
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from constitution.dataset.replace import MARKER, PROGRESS
from tests.endpoints_here import clean_environment, command, hashes, rows, settings
from tests.nth.cases import Case, How, Kind, Sweep
from tests.nth.disks import Disk, built, failing

AT_ONCE = 3
RUN = ["run", "revise", "--prompts", "prompts.jsonl", "--out", "out", "--concurrency", str(AT_ONCE), "--json", "-q"]
EVERY = Kind.WRITE | Kind.SYNC | Kind.RENAME | Kind.OPEN | Kind.NAME | Kind.SIZE
FULL_FROM_THEN_ON = How.FAIL | How.LASTING
TORN = How.HALF | FULL_FROM_THEN_ON
pytestmark = pytest.mark.timeout(300)
ALSO_SLOW = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A project of three prompts, the first of which makes a pair."""
    folder = settings(tmp_path_factory.mktemp("fresh") / "project", "http://127.0.0.1:9")
    (folder / "prompts.jsonl").write_text("".join(json.dumps(row) + "\n" for row in reversed(rows(4)[1:])))
    return str(folder)


@pytest.fixture(scope="module")
def finished(fresh: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The same project with every reply in its ledger, and with a finished dataset of its first two prompts."""
    folder = shutil.copytree(fresh, tmp_path_factory.mktemp("finished") / "project")
    for more in ([], ["--max-candidates", "2"]):
        subprocess.run(command(*RUN, *more), cwd=folder, check=True, capture_output=True, env=clean_environment())
    return str(folder)


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Disk]:
    """A disk that can be made to fail."""
    folder = tmp_path_factory.mktemp("disk")
    with failing(built(folder), folder) as found:
        yield found


def came_through(cases: list[Case], times: int = 1) -> None:
    """Whatever happened, the same command without it came to the same files, and paid for little twice."""
    *struck, calm = cases

    assert struck
    assert (calm.ends[0].code, calm.reached, calm.kept) == (0, False, calm.sent)
    for case in struck:
        assert case.reached
        assert (case.then.code, case.then.err) == (0, ""), (case.at, case.then)
        assert case.files == calm.files, case.at
        assert case.beside == calm.beside == [".constitution", "constitution.toml", "out", "prompts.jsonl"], case.at
        assert case.kept == calm.kept, case.at
        assert case.sent <= case.kept + times * AT_ONCE, case.at


def was_told(cases: list[Case]) -> None:
    """Each failure was one clear sentence, true in its figures; or the run went on to its end in spite of it."""
    *struck, calm = cases
    for case in struck:
        (end,) = case.ends
        assert end.err == "", case.at
        if end.code == 0:
            assert (case.left, case.then.said["data"]["asked"]) == (calm.files, 0), case.at
            continue
        (error,) = end.said["errors"]
        assert (end.code, error["kind"]) == (4, "stopped"), (case.at, error)
        assert re.search(r"again|--ledger", error["message"]), error
        saved = re.search(r"(\d+) new replies are kept", error["message"])
        assert case.then.said["data"]["reused"] >= (int(saved[1]) if saved else 0), error
        if "write the dataset" in error["message"]:
            assert "every reply that was paid for is kept" in error["message"]
            assert case.sent == case.kept, error


def step(few: int) -> list[object]:
    """So far from one to the next where tests are to be quick, and every one where they may take long."""
    return [few, pytest.param(1, marks=ALSO_SLOW)] if few > 1 else [1]


# Failures


@pytest.mark.parametrize("how", [pytest.param(how, marks=ALSO_SLOW) for how in (How.FAIL, FULL_FROM_THEN_ON)])
def test_an_fsync_that_fails_at_any_time_costs_no_reply_that_counts_and_no_byte(
    disk: Disk, fresh: str, how: How
) -> None:
    cases = disk.struck(Sweep(start=fresh, arguments=RUN, kinds=Kind.SYNC, how=how, errno=errno.EIO))

    came_through(cases)
    was_told(cases)
    assert len(cases) > 30
    assert {end.code for case in cases for end in case.ends} == {0, 4}


@pytest.mark.parametrize("how", [How.FAIL, FULL_FROM_THEN_ON])
def test_a_renaming_that_fails_at_any_time_leaves_no_half_of_a_folder(disk: Disk, fresh: str, how: How) -> None:
    cases = disk.struck(Sweep(start=fresh, arguments=RUN, kinds=Kind.RENAME, how=how, errno=errno.EIO))

    came_through(cases)
    was_told(cases)
    assert len(cases) > 3


@pytest.mark.parametrize("steps", step(31))
def test_a_disk_that_fills_up_in_the_middle_of_any_write_stops_the_run_with_a_sentence(
    disk: Disk, fresh: str, steps: int
) -> None:
    cases = disk.struck(
        Sweep(
            start=fresh, arguments=RUN, kinds=Kind.WRITE, how=TORN, errno=errno.ENOSPC, first=min(3, steps), step=steps
        )
    )

    came_through(cases)
    was_told(cases)
    codes = [case.ends[0].code for case in cases]
    # Once the dataset is in its place, nothing is written but what the ledger tidies up: its log is whole without it.
    assert codes == sorted(codes, reverse=True)
    assert set(codes) <= {4, 0}
    assert codes.count(0) <= 3 + len(codes) // 10


@pytest.mark.parametrize("steps", step(53))
def test_a_write_that_does_half_of_its_work_is_gone_on_with(disk: Disk, fresh: str, steps: int) -> None:
    cases = disk.struck(Sweep(start=fresh, arguments=RUN, kinds=Kind.WRITE, how=How.HALF, step=steps))

    came_through(cases)
    was_told(cases)


@pytest.mark.parametrize("steps", step(61))
def test_a_write_that_fails_once_is_told_and_made_up_for(disk: Disk, fresh: str, steps: int) -> None:
    cases = disk.struck(Sweep(start=fresh, arguments=RUN, kinds=Kind.WRITE, how=How.FAIL, errno=errno.EIO, step=steps))

    came_through(cases)
    was_told(cases)


@pytest.mark.parametrize(("kind", "steps"), [(Kind.OPEN, 6), (Kind.NAME, 5), (Kind.SIZE, 1),
    *(pytest.param(kind, 1, marks=ALSO_SLOW) for kind in (Kind.OPEN, Kind.NAME))])  # fmt: skip
def test_a_file_or_folder_that_cannot_be_made_removed_or_cut_is_told_and_made_up_for(
    disk: Disk, fresh: str, kind: Kind, steps: int
) -> None:
    cases = disk.struck(Sweep(start=fresh, arguments=RUN, kinds=kind, how=How.FAIL, errno=errno.ENOSPC, step=steps))

    came_through(cases)
    was_told(cases)


# Kills


@pytest.mark.parametrize("steps", step(43))
def test_a_kill_at_any_step_costs_no_reply_that_counts_and_no_byte(disk: Disk, fresh: str, steps: int) -> None:
    cases = disk.struck(Sweep(start=fresh, arguments=RUN, kinds=EVERY, how=How.KILL, first=min(5, steps), step=steps))

    came_through(cases)
    assert all(case.ends[0].code == -9 for case in cases[:-1])


@pytest.mark.parametrize("steps", step(37))
def test_a_kill_in_the_middle_of_a_write_leaves_nothing_torn_that_counts(disk: Disk, fresh: str, steps: int) -> None:
    torn = How.HALF | How.KILL
    cases = disk.struck(Sweep(start=fresh, arguments=RUN, kinds=Kind.WRITE, how=torn, first=min(11, steps), step=steps))

    came_through(cases)
    assert all(case.ends[0].code == -9 for case in cases[:-1])


@pytest.mark.parametrize("steps", step(83))
def test_a_kill_while_a_killed_run_is_gone_on_with_changes_nothing(disk: Disk, fresh: str, steps: int) -> None:
    cases = disk.struck(
        Sweep(start=fresh, arguments=RUN, kinds=EVERY, how=How.KILL, first=min(9, steps), step=steps, times=3)
    )

    came_through(cases, times=3)
    assert sum(end.code == -9 for case in cases for end in case.ends) > len(cases)


@pytest.mark.parametrize("steps", step(17))
def test_a_kill_while_a_dataset_is_replaced_leaves_the_old_one_or_the_new(
    disk: Disk, finished: str, steps: int
) -> None:
    before = hashes(Path(finished) / "out")
    cases = disk.struck(
        Sweep(start=finished, arguments=RUN, kinds=EVERY, how=How.KILL, first=min(4, steps), step=steps)
    )
    after = cases[-1].files

    came_through(cases)
    assert before != after
    for case in cases[:-1]:
        left = {name: found for name, found in case.left.items() if not name.startswith((MARKER, PROGRESS))}
        assert left in (before, after), case.at
        assert case.then.said["data"]["asked"] == 0
