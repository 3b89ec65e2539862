"""What show says of a folder whose run has not finished: how far it is, and whether anybody is still at it."""

from __future__ import annotations

from pathlib import Path

from rich.text import Text

from constitution.cli.fates import ordered
from constitution.cli.output import Output
from constitution.cli.tables import count
from constitution.dataset.envelope import ENVELOPE
from constitution.dataset.replace import state_of
from constitution.dataset.snapshot import Snapshot, read_snapshot

AGAIN = "run the same command again to go on"


def unfinished(out: Path) -> bool:
    """Whether a run began here and its dataset is not in place yet."""
    return state_of(out) == "unfinished"


def has_dataset(out: Path) -> bool:
    """Whether a finished dataset stands here, although a run may have begun to replace it."""
    return (out / ENVELOPE).is_file()


def show_unfinished(output: Output, out: Path) -> int:
    """How far the run is stands on standard output."""
    snapshot = read_snapshot(out)
    for line in lines(snapshot):
        output.show(Text(line))
    found = None if snapshot is None else {**snapshot.model_dump(mode="json"), "alive": snapshot.alive}
    return output.end({"state": "unfinished", "progress": found})


def lines(snapshot: Snapshot | None) -> list[str]:
    """What is known of the run, a line each; the first one says whether it goes on."""
    if snapshot is None:
        return [f"unfinished: a run began here and left no figures; {AGAIN}"]
    so_far = [
        f"done       {snapshot.done:,} of {count(snapshot.prompts, 'prompt')}",
        *(f"           {number:,} {fate}" for fate, number in ordered(snapshot.fates).items()),
        f"calls      asked {snapshot.asked:,}, reused {snapshot.reused:,}",
    ]
    if going_on(snapshot):
        so_far[-1] += f", in flight {snapshot.in_flight:,}, waiting to try again {snapshot.waiting:,}"
    return [_first(snapshot), *so_far, f"began      {snapshot.started}", f"last seen  {snapshot.time}"]


def going_on(snapshot: Snapshot) -> bool:
    """Whether its process may still be at it."""
    return snapshot.alive is not False and snapshot.state != "stopped"


def _first(snapshot: Snapshot) -> str:
    who = f"process {snapshot.pid}"
    if not going_on(snapshot):
        return f"unfinished: {who} has ended; {AGAIN}"
    if snapshot.alive is None:
        return f"unfinished: {who} of {snapshot.host} may still be at it; if it has ended, {AGAIN}"
    return f"in progress: {who} is {'writing the dataset' if snapshot.state == 'writing' else 'asking'}"
