"""Streaming: rows are written as they settle, in the order of the prompts, and few of them are ever in memory."""

from __future__ import annotations

import asyncio
import gc
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from constitution.api import Order, run
from constitution.core.asking import Asking
from constitution.core.records import Prompt
from constitution.core.trail import Trail
from constitution.dataset.folder import load_pairs, load_trails, write_folder
from constitution.dataset.growing import growing_folder
from constitution.dataset.parquet import GrowingParquet
from constitution.dataset.replace import begin
from constitution.dataset.rows import row_of
from constitution.dataset.schema import columns_of, pair_schema
from constitution.engine.caller import Caller
from constitution.engine.progress import Progress
from constitution.engine.recorder import Recorder
from constitution.engine.retry import Patience
from constitution.engine.run import NEAR, Row, run_trails
from constitution.errors import Capped, ConstitutionError, Occupied
from constitution.ledger import open_ledger
from constitution.providers.scripted import Scripted
from constitution.spool import Spool
from tests.folders import ask, contents, everything, paired, tool_prompt, unpaired
from tests.scenes import prompt

ENGINE = "constitution 0.1.0"


def mixed(number: int, every: int = 3) -> list[Trail]:
    """Trails of which each third has a pair, and one repeats the prompt of another."""
    return [
        paired(ask(f"Question {n}?"), draft=f"NO {n}!", revision=f"No, {n}.") if n % every == 0
        else unpaired(ask(f"Question {max(1, n - n % 7)}?"))
        for n in range(number)
    ]  # fmt: skip


@pytest.fixture
def small_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    """Row groups of fifty rows, so that a few hundred trails fill several."""
    monkeypatch.setattr("constitution.dataset.parquet.GROUP", 50)


def settled(
    trails: Sequence[Trail], order: Sequence[int], accept: int | None = None
) -> tuple[list[Trail], list[Trail]]:
    """What was told and what was left, of trails that end in this order."""
    told: list[Trail] = []

    async def end() -> list[Trail]:
        row = Row(len(trails), accept, Spool(Trail), told.append)
        for place in order:
            if row.wants(place):
                row.put(place, trails[place])
            if place % 2:  # others have put theirs before somebody settles
                await row.settle()
        await row.settle()
        return list(row.ended())

    return told, asyncio.run(end())


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(24)), accept=st.none() | st.integers(1, 9))
def test_in_whatever_order_trails_end_the_same_ones_settle_in_the_order_of_the_prompts(
    order: list[int], accept: int | None
) -> None:
    trails = mixed(24)
    places = [place for place, trail in enumerate(trails) if trail.fate == "paired"]
    end = places[accept - 1] + 1 if accept is not None and accept <= len(places) else len(trails)

    told, left = settled(trails, order, accept)

    assert told == left == trails[:end]


def grown(out: Path, trails: Sequence[Trail], order: Sequence[int], accept: int | None = None) -> dict[str, bytes]:
    """The folder of trails that end in this order, file by file."""
    facts = contents(*trails)

    async def grow() -> None:
        with growing_folder(out, facts) as folder:
            row = Row(len(trails), accept, Spool(Trail), folder.add)
            for place in order:
                if row.wants(place):
                    row.put(place, trails[place])
                    await row.settle()
            row.ended()
            folder.finish()

    asyncio.run(grow())
    return everything(out)


@pytest.mark.parametrize("accept", [None, 60])
@pytest.mark.usefixtures("small_groups")
def test_a_dataset_is_the_same_bytes_in_whatever_order_its_rows_settled(tmp_path: Path, accept: int | None) -> None:
    trails = mixed(210, every=2)
    places = range(len(trails))
    slow_first = [*places[1:], 0]
    turned = [place for start in places[::70] for place in reversed(places[start : start + 70])]

    one, other, third = (grown(tmp_path / str(n) / "out", trails, order, accept)
                         for n, order in enumerate((places, slow_first, turned)))  # fmt: skip

    assert one == other == third
    assert len(load_trails(tmp_path / "0" / "out")) == (210 if accept is None else 119)
    if accept is None:
        write_folder(tmp_path / "whole" / "out", contents(*trails, calls=()))
        assert everything(tmp_path / "whole" / "out") == one


@pytest.mark.usefixtures("small_groups")
def test_a_row_group_ends_after_so_many_rows_and_nowhere_else(tmp_path: Path) -> None:
    write_folder(tmp_path / "out", contents(*mixed(110, every=2)))
    for name, rows in (("trails.parquet", [50, 50, 10]), ("data/train-00000-of-00001.parquet", [50, 5])):
        file = pq.read_metadata(tmp_path / "out" / name)

        assert [file.row_group(n).num_rows for n in range(file.num_row_groups)] == rows


@pytest.mark.parametrize("place", [0, 70, 150])
@pytest.mark.usefixtures("small_groups")
def test_a_late_row_with_tools_makes_the_files_that_they_would_be_had_it_been_known(tmp_path: Path, place: int) -> None:
    trails = [paired(ask(f"Question {n}?"), draft=f"NO {n}!", revision=f"No, {n}.") for n in range(151)]
    trails[place] = paired(tool_prompt())
    given_ = contents(*trails, test_ids=frozenset(trail.prompt.id for trail in trails[::5]))
    write_folder(tmp_path / "out", given_)
    for split, own in (("test", trails[::5]), ("train", [t for n, t in enumerate(trails) if n % 5])):
        known = GrowingParquet(tmp_path / f"{split}.parquet", pair_schema(tools=True))
        for trail in own:
            known.add(columns_of(row_of(trail, engine=ENGINE), tools=True))
        known.close()

        file = tmp_path / "out" / "data" / f"{split}-00000-of-00001.parquet"
        assert file.read_bytes() == (tmp_path / f"{split}.parquet").read_bytes()

    assert sorted(os.listdir(tmp_path / "out" / "data")) == [
        "test-00000-of-00001.parquet", "train-00000-of-00001.parquet",
    ]  # fmt: skip
    assert len(load_pairs(tmp_path / "out")) == 151


class Stumbled(Exception):
    """Something else went wrong."""


@pytest.mark.parametrize("error", [Stumbled, KeyboardInterrupt, ConstitutionError("ours")])
def test_a_run_that_ends_early_leaves_the_folder_as_it_was(
    tmp_path: Path, error: type[BaseException] | BaseException
) -> None:
    out = tmp_path / "out"
    write_folder(out, contents())
    before = everything(out)

    def fail() -> None:
        with growing_folder(out, contents()) as folder:
            for trail in mixed(200):
                folder.add(trail)
            raise error

    with pytest.raises((Stumbled, KeyboardInterrupt, ConstitutionError)):
        fail()

    assert everything(out) == before
    assert os.listdir(tmp_path) == ["out"]


def test_a_folder_that_another_run_writes_is_not_cleared_away(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with growing_folder(out, contents()) as folder:
        folder.add(paired())
        for attempt in (partial(begin, out, {}), partial(write_folder, out, contents())):
            with pytest.raises(Occupied, match="another run is writing"):
                attempt()
        folder.finish()

    assert [row.prompt_id for row in load_pairs(out)] == [paired().prompt.id]
    write_folder(out, contents())


def test_a_cap_leaves_no_half_folder_and_the_next_run_makes_it_whole(tmp_path: Path) -> None:
    (tmp_path / "constitution.toml").touch()
    order = Order(
        prompts=[f"How do I do thing {n}?" for n in range(12)], root=tmp_path, out=tmp_path / "at" / "out", max_calls=9
    )
    with pytest.raises(Capped):
        run(order)
    assert os.listdir(tmp_path / "at") == ["out"]
    assert not list((tmp_path / "at" / "out").glob("*/*.parquet"))

    done = run(Order(prompts=order.prompts, root=tmp_path, out=order.out))

    assert [trail for _, trail in load_trails(tmp_path / "at" / "out")] == list(done.trails)


def test_whoever_wants_to_is_told_of_each_trail_with_the_calls_behind_it(tmp_path: Path) -> None:
    heard: list[tuple[str, list[str]]] = []
    (tmp_path / "constitution.toml").touch()
    order = Order(prompts=[f"How do I do thing {n}?" for n in range(5)], root=tmp_path, out=tmp_path / "out")

    done = run(order, hear=lambda trail, calls: heard.append((trail.prompt.id, [call.request for call in calls])))

    assert heard == [(trail.prompt.id, [step.request for step in trail.steps if step.request]) for trail in done.trails]
    assert all(requests for _, requests in heard)


def living() -> int:
    """How many trails are in memory."""
    # Not isinstance: some modules warn when one of theirs is asked for its class.
    return sum(type(each) is Trail for each in gc.get_objects())


def test_trails_that_wait_for_a_slow_one_wait_on_disk() -> None:
    before = living()
    told: list[str] = []
    row = Row(3000, None, Spool(Trail), lambda trail: told.append(trail.prompt.id))
    ids = [row_put(row, place) for place in (*range(1, 3000), 0)]

    assert living() - before <= NEAR + 1
    asyncio.run(row.settle())
    assert told == [ids[-1], *ids[:-1]]
    assert living() - before <= 1


def row_put(row: Row, place: int) -> str:
    """The id of the prompt whose trail was put there."""
    trail = unpaired(ask(f"Question {place}?"))
    row.put(place, trail)
    return trail.prompt.id


class Endless(Sequence[Prompt]):
    """Prompts that are made when they are looked at."""

    def __init__(self, length: int) -> None:
        self._length = length

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Prompt]:
        return (prompt(f"Why does bread number {number} rise?") for number in range(self._length))

    def __getitem__(self, place: int) -> Prompt:  # type: ignore[override]  # nobody slices them here
        return prompt(f"Why does bread number {place} rise?")


def quick(trail: Trail) -> Asking[Trail]:
    """A stage that ends every trail at once."""
    yield from ()
    return trail.ends("no_violation", "nothing was looked at")


@pytest.mark.parametrize("number", [300, 3000])
def test_a_run_holds_few_trails_however_many_prompts_there_are(tmp_path: Path, number: int) -> None:
    most = 0
    count = 0

    def tell(trail: Trail) -> None:
        nonlocal most, count
        count += 1
        if count % (number // 6) == 0:
            most = max(most, living() - before)

    async def main() -> None:
        with closing(open_ledger(tmp_path / "ledger.db")) as ledger:
            async with Recorder(ledger) as recorder:
                caller = Caller(
                    ledger, recorder, lambda name: Scripted(str), concurrency=16, patience=Patience(),
                    progress=Progress(), watch=lambda progress: None,
                )  # fmt: skip
                left = await run_trails(quick, Endless(number), caller, workers=32, settled=tell)
                assert [trail.fate for trail in left[:: number // 3]] == ["no_violation"] * 3

    before = living()
    asyncio.run(main())

    assert count == number
    assert 0 < most < 2 * NEAR


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_memory_does_not_grow_with_prompts() -> None:
    from benchmarks.memory import MOST, peaks

    assert peaks(1_000, 5_000).ratio <= MOST


def test_a_finished_folder_is_read_back_as_the_run_that_wrote_it(tmp_path: Path) -> None:
    from constitution import load_run

    (tmp_path / "constitution.toml").touch()
    rows = [json.loads(line) for line in Path("examples/prompts.jsonl").read_text().splitlines()[:30]]
    done = run(Order(prompts=rows, root=tmp_path, out=tmp_path / "out"))
    read = load_run(tmp_path / "out")

    assert (read.trails, read.fates, list(read.paired)) == (done.trails, done.fates, list(done.paired))
    assert read.pairs == done.pairs
    assert [view.pair for view in read.pairs] == [trail.pair for trail in done.trails if trail.fate == "paired"]
