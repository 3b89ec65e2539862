"""The n-th send of a small run fails, for every n: at the provider, on the way to it, and by a kill."""

from __future__ import annotations

import errno
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from constitution.api import Order, run
from constitution.providers.simulator.serving import behaviour, serving
from tests.endpoints_here import hashes, rows, settings
from tests.nth.cases import Case, How, Kind, Sweep
from tests.nth.disks import Disk, built, failing
from tests.nth.provider import TROUBLES, troubled

pytestmark = pytest.mark.timeout(300)
AT_ONCE = 3
PROMPTS = rows(4)[:0:-1]
"""Three, the first of which makes a pair."""
RUN = ["run", "revise", "--prompts", "prompts.jsonl", "--out", "out", "--model", "local:plain",
       "--concurrency", str(AT_ONCE), "--json", "-q"]  # fmt: skip
WORST = "leaves when it has heard it"
"""It is paid for, and nobody on this side can know."""
BOTH = pytest.mark.parametrize("wire", ["openai", pytest.param("anthropic", marks=pytest.mark.slow)])


@dataclass(frozen=True)
class Ended:
    """What came of a run whose n-th request met with trouble."""

    data: dict[str, str]
    fates: dict[str, int]
    asked: int
    received: int
    paid: int


def ended(folder: Path, wire: str, trouble: str, at: int) -> Ended:
    """The run went to its end, and once more, which asked nothing."""
    with troubled(trouble, at) as provider:
        order = Order(prompts=PROMPTS, root=settings(folder, provider.url, wire), out=folder / "out",
                      model="local:plain", concurrency=AT_ONCE)  # fmt: skip
        done = run(order)
        received, paid = provider.received, provider.paid
        again = run(order)

        assert (again.asked, provider.received, again.trails) == (0, received, done.trails)
    return Ended(hashes(folder / "out"), dict(done.fates), done.asked, received, paid)


@BOTH
@pytest.mark.parametrize(("trouble", "steps"), [(trouble, 1 if trouble == WORST else 4) for trouble in TROUBLES]
    + [pytest.param(trouble, 1, marks=pytest.mark.slow) for trouble in TROUBLES if trouble != WORST])  # fmt: skip
def test_whatever_happens_to_the_nth_request_the_data_are_the_same(
    tmp_path: Path, wire: str, trouble: str, steps: int
) -> None:
    calm = ended(tmp_path / "calm", wire, trouble, 0)
    numbers = range(1, calm.asked + 1, steps)
    with ThreadPoolExecutor(5) as several:  # most of their time they wait before the next attempt
        found = list(several.map(lambda at: ended(tmp_path / f"{at}", wire, trouble, at), numbers))

    assert calm.received == calm.paid == calm.asked == 10
    for each in found:
        assert (each.data, each.fates) == (calm.data, calm.fates)
        assert (each.asked, each.received) == (calm.asked, calm.asked + 1)
        assert each.paid <= calm.asked + 1


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A provider that counts."""
    with serving(behaviour()) as found:
        yield found


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Disk]:
    """A process whose sends can be made to fail."""
    folder = tmp_path_factory.mktemp("disk")
    with failing(built(folder), folder) as found:
        yield found


def struck(disk: Disk, folder: Path, url: str, how: How, **more: int) -> list[Case]:
    """The same small run, struck at its first send, its second and so on."""
    start = settings(folder / "start", url)
    (start / "prompts.jsonl").write_text("".join(json.dumps(row) + "\n" for row in PROMPTS), encoding="utf-8")
    return disk.struck(Sweep(start=str(start), arguments=RUN, kinds=Kind.SEND, how=how, url=url, **more))


def test_a_send_that_fails_at_any_time_is_sent_again_and_changes_nothing(disk: Disk, tmp_path: Path, url: str) -> None:
    *failed, calm = struck(disk, tmp_path, url, How.FAIL, errno=errno.ECONNRESET)

    assert len(failed) >= calm.counted["received"] == 10
    for case in failed:
        assert [end.code for end in (*case.ends, case.then)] == [0, 0], case.at
        assert case.left == case.files == calm.files, case.at
        assert case.counted["paid"] <= calm.counted["paid"] + 1, case.at


@pytest.mark.parametrize(("steps", "times"), [(3, 1), (6, 2), *(pytest.param(1, times, marks=[pytest.mark.slow,
    pytest.mark.timeout(900)]) for times in (1, 3))])  # fmt: skip
def test_a_kill_at_any_send_costs_at_most_what_was_in_flight(
    disk: Disk, tmp_path: Path, url: str, steps: int, times: int
) -> None:
    *killed, calm = struck(disk, tmp_path, url, How.KILL, step=steps, times=times)

    assert len(killed) >= 10 // steps
    for case in killed:
        kills = sum(end.code == -9 for end in case.ends)
        assert case.ends[0].code == -9
        assert (case.then.code, case.then.err) == (0, ""), case.at
        assert case.files == calm.files, case.at
        assert case.beside == calm.beside, case.at
        assert case.counted["distinct"] == calm.counted["distinct"], case.at
        assert case.counted["paid"] <= calm.counted["paid"] + kills * AT_ONCE, case.at
