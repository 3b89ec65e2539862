"""What the verbs about the ledger say."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.table import Table
from rich.text import Text

from constitution.api import Order
from constitution.api.ledgers.exporting import export
from constitution.api.ledgers.forgetting import forget, remember
from constitution.api.resolving import ledger_of
from constitution.cli.examining import size
from constitution.cli.output import Output
from constitution.cli.tables import count
from constitution.cli.terminal import safe, short
from constitution.errors import Mistake
from constitution.ledger.erasing import Pruned, Unwanted, prune
from constitution.ledger.soundness import check
from constitution.ledger.survey import UNSETTLED, Bought, Survey, survey
from constitution.shelf import find_root

LONGEST = 365_000
"""Days; a thousand years."""


def place_of(ledger: Path | None) -> Path:
    """The ledger that a run here would write to."""
    return ledger_of(Order(ledger=ledger), find_root(Path.cwd()))


def show_stats(output: Output, path: Path) -> int:
    """The figures of the ledger."""
    found = survey(path)
    output.show(_file(found), Text(), _models(found))
    if len(found.models) > len(found.providers):
        output.show(Text(), _table("provider", found.providers))
    output.show(Text(), _attempts(found))
    return output.end(found.data())


def show_check(output: Output, path: Path) -> int:
    """The findings, a line each on standard error; 1 where there are any."""
    found = check(path)
    looked = f"{count(found.replies, 'reply', 'replies')} and {count(found.attempts, 'attempt')} looked at"
    said = count(len(found.findings), "finding") if found.findings else "all is well"
    output.line(f"{path}: version {found.version}, {looked}: {said}")
    if found.findings:
        output.line(f"next: put {path.name} aside with its -wal file, and take up a backup, or begin a new ledger")
    errors = [{"kind": "finding", "message": finding} for finding in found.findings]
    data = {"file": str(path), **asdict(found), "findings": list(found.findings)}
    return output.end(data, code=1 if found.findings else 0, errors=errors)


def show_prune(
    output: Output, path: Path, *, days: int | None, model: str | None, quarantine: bool, really: bool
) -> int:
    """What went, or what would go."""
    if days is not None and days > LONGEST:
        raise Mistake(f"--older-than is {days} days", remedy=f"it must be {LONGEST:,} or less")
    before = None if days is None else datetime.now(UTC) - timedelta(days=days)
    told = None if before is None else before.isoformat(timespec="milliseconds")
    pruned = prune(path, Unwanted(before=told, model=model, quarantine=quarantine), really=really)
    if pruned.nothing:
        output.line("nothing fits: nothing is removed" if really else "nothing fits: nothing would be removed")
    elif really:
        output.line(f"removed {_what(pruned)}; {size(pruned.freed)} freed")
    else:
        output.line(f"would remove {_what(pruned)}; nothing is changed yet")
        if pruned.replies:
            output.note("a run that needs these replies asks and pays for them again")
        output.line("next: the same command with --yes")
    return output.end({"file": str(path), "removed": really, **asdict(pruned)})


def show_export(output: Output, path: Path, file: Path, force: bool) -> int:
    """Where the copy is."""
    number = export(path, file, force=force)
    output.line(f"{count(number, 'reply', 'replies')} in {file}")
    return output.end({"file": str(file), "ledger": str(path), "replies": number})


def show_forget(
    output: Output, path: Path, prompt: str | None, outs: Sequence[Path], digests: Sequence[str], because: str
) -> int:
    """What was erased, and where the text may stand still."""
    found = forget(path, prompt=prompt, outs=outs, digests=digests, because=because)
    done = found.erased
    of = f" about {', '.join(found.traced.prompt_ids)}" if found.traced.prompt_ids else ""
    before = f" ({done.already:,} erased before)" if done.already else ""
    output.line(
        f"erased {count(done.replies, 'reply', 'replies')} to {count(len(done.requests), 'request')}{of}{before}; "
        "none of these requests is asked again"
    )
    if not done.replies and not done.already:
        output.note(f"{path} held no reply to them; was it another ledger? name it with --ledger")
    for note in (*found.traced.notes, *found.left):
        output.note(note)
    if done.requests:
        again = f"constitution tools ledger forget --undo {done.requests[0]}"
        output.note(f"if all of it is to be asked again after all: {again}")
    return output.end({"file": str(path), **found.data(), "notes": list(found.traced.notes)})


def show_undo(output: Output, path: Path, digests: Sequence[str]) -> int:
    """That the requests may be asked again."""
    lifted = remember(path, digests)
    output.line(f"{count(len(lifted), 'request')} may be asked again; what was answered stays gone")
    return output.end({"file": str(path), "lifted": list(lifted)})


def _what(pruned: Pruned) -> str:
    parts = (
        (pruned.replies, "reply", "replies"),
        (pruned.set_aside, "request set aside", "requests set aside"),
        (pruned.attempts, "note of an attempt", "notes of attempts"),
    )
    return ", ".join(count(number, one, many) for number, one, many in parts if number)


def _file(found: Survey) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column(overflow="fold")
    old = f"; {found.out_of_use:,} of an older kind, which no run finds any more" if found.out_of_use else ""
    grid.add_row("file", Text(safe(shlex.quote(str(found.file)))))
    grid.add_row("size", f"{size(found.bytes)}, version {found.version}")
    grid.add_row("replies", f"{found.replies:,}{old}")
    if found.first and found.last:
        first, last = (time[:19].replace("T", " ") for time in (found.first, found.last))
        grid.add_row("came", f"{first} to {last} UTC")
    for erasure in found.erasures:
        told = f"{count(erasure.requests, 'request')} on {erasure.time[:10]}: {erasure.because}; not asked again"
        grid.add_row("erased", Text(short(told, 300)))
    grid.add_row("set aside", f"{count(found.set_aside, 'request')} that a provider would not take")
    return grid


def _models(found: Survey) -> Table:
    return _table("model", found.models)


def _table(first: str, rows: dict[str, Bought]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="dim")
    table.add_column(first, overflow="fold")
    for name in ("replies", "tokens in", "tokens out", "not weighed"):
        table.add_column(name, justify="right")
    for name, of in rows.items():
        figures = (of.replies, of.input, of.output, of.unweighed)
        table.add_row(Text(safe(name)), *(f"{figure:,}" for figure in figures))
    return table


def _attempts(found: Survey) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="dim")
    table.add_column("attempts")
    table.add_column("number", justify="right")
    table.add_column("")
    for outcome, number in found.attempts.items():
        told = f"may have been paid for nothing; {count(found.unanswered, 'request')} never answered"
        table.add_row(Text(safe(outcome)), f"{number:,}", told if outcome == UNSETTLED and number else "")
    return table
