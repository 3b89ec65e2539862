"""What model qualify says: the table of a judge's figures with their intervals, its leanings, and the verdict."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from rich.table import Table
from rich.text import Text

from constitution.api.calling import unless_interrupted
from constitution.api.qualifying.holding import prepare_qualification, qualify
from constitution.api.qualifying.orders import QualifyOrder
from constitution.api.qualifying.recorded import exported
from constitution.api.qualifying.records import append_qualification
from constitution.api.qualifying.replaying import replay
from constitution.api.qualifying.report import JudgeReport
from constitution.cli.output import Output, Said
from constitution.cli.progress import watching
from constitution.cli.tables import count, money
from constitution.cli.terminal import short
from constitution.core.qualities import Quality
from constitution.engine.prices import FREE
from constitution.errors import Mistake, Stopped
from constitution.trials.figures import Rate
from constitution.trials.judging.leanings import Leaning

REHEARSAL = "rehearsal: the simulator, a program, judged here; these figures say nothing of any model"


def floors_of(given: Sequence[str]) -> dict[Quality, float]:
    """The floors that ``NAME=SHARE`` texts name; raises ``Mistake``."""
    floors: dict[Quality, float] = {}
    for text in given:
        name, _, share = text.partition("=")
        known = next((quality for quality in get_args(Quality) if quality == name.strip()), None)
        try:
            number = float(share)
        except ValueError:
            number = -1.0
        if known is None or not 0 <= number <= 1:
            raise Mistake(
                f"--require {text} is no floor",
                remedy=f"write NAME=SHARE with a share from 0 to 1, NAME one of {', '.join(get_args(Quality))}",
            )
        floors[known] = number
    return floors


def show_replayed(
    output: Output, path: Path, model: str, floors: Mapping[Quality, float], export: Path | None,
    *, beside: Mapping[str, object],
) -> int:  # fmt: skip
    """The figures of recorded verdicts; raises ``Mistake`` for flags that speak of asking, and ``BadFile``."""
    given = [name for name, value in beside.items() if value is not None]
    if given:
        raise Mistake(f"{given[0]} goes with asking, and --replay asks nobody", remedy=f"leave out {given[0]}")
    report = replay(path, model=model, require=floors)
    return _show(output, report, export)


def show_asked(output: Output, order: QualifyOrder, *, save: bool, export: Path | None) -> int:
    """The figures of a judge on labelled pairs, and with ``save`` their record; raises as ``aqualify`` does."""
    _writable(export)
    with unless_interrupted("before anything was asked"):
        prepared = prepare_qualification(order)
    for note in prepared.notes:
        output.note(note)
    with watching(quiet=output.quiet) as watch:
        report = qualify(prepared, watch=watch)
    for note in report.notes[len(prepared.notes) :]:
        output.note(note)
    more: dict[str, Any] = {}
    if save and (report.lost or not report.items):
        output.note(f"not saved: {'pairs were lost; run again to judge them' if report.lost else 'no pair was judged'}")
    elif save:
        record = append_qualification(prepared.root, report)
        output.note(f"saved as {record.id} in {prepared.root / 'qualifications.jsonl'}")
        more["record"] = record.id
    return _show(output, report, export, more)


def _show(output: Output, report: JudgeReport, export: Path | None, more: Mapping[str, Any] | None = None) -> int:
    _writable(export)
    output.show(Text(_title(report), style="bold"), Text(), _table(report))
    if report.rehearsal:
        output.line(REHEARSAL)
    for warning in report.warnings:
        output.line(f"warning: {warning}")
    if report.require:
        output.line(f"{report.verdict}{': ' if report.lacking else ''}{'; '.join(report.lacking)}")
    if export is not None:
        _write(export, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in exported(report.items)))
    if report.setting:
        output.note(_account(report))
    return output.end({**report.data(), **(more or {})}, code=report.exit_code, errors=list(_complaints(report)))


def _title(report: JudgeReport) -> str:
    judge = report.model or "recorded verdicts"
    ties = f", {count(report.figures.ties, 'tie')} by the labels" if report.figures.ties else ""
    return f"{judge} on {count(report.figures.n, 'labelled pair')}{ties} of {report.source}"


def _table(report: JudgeReport) -> Table:
    """A row a figure: the value, its interval, and the counts behind it."""
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="dim")
    table.add_column("figure")
    for name in ("value", "95% interval", "counts"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in _rows(report):
        table.add_row(*row)
    return table


def _rows(report: JudgeReport) -> Iterator[tuple[str, str, str, str]]:
    told = report.figures
    yield _rate("accuracy, single order", told.accuracy)
    yield _rate("  first answer shown first", told.a_first)
    yield _rate("  second answer shown first", told.b_first)
    yield _rate("consistent in both orders", told.consistent)
    yield _rate("accuracy when consistent", told.accuracy_when_consistent)
    yield _rate("coverage", told.coverage)
    yield _rate("agreement, both orders", told.agreement)
    low, high = told.kappa.interval
    value = "-" if told.kappa.value is None else f"{told.kappa.value:.3f}"
    yield "Cohen's kappa", value, f"{low:.3f} to {high:.3f}" if told.kappa.value is not None else "", ""
    yield _rate("names the one shown first", told.position.first)
    yield _rate("  right one shown first", told.position.right_first)
    yield _rate("  right one shown second", told.position.right_second)
    yield _lean("leans to the longer answer", told.length)
    yield _lean(f"leans to its family, {told.family}" if told.family else "leans to its own family", told.own_family)
    if told.invalid.hits:
        yield _rate("no valid verdict", told.invalid)
    if told.calibration is not None:
        fit = told.calibration
        yield "calibration error", f"{fit.ece:.3f}", "", f"{fit.n:,} pairs"
        yield (
            f"  at temperature {fit.temperature:.2f}",
            f"{fit.ece_after:.3f}",
            "",
            "used" if fit.usable else "not used",
        )
        yield "Brier score", f"{fit.brier:.3f}", "", ""


def _rate(name: str, rate: Rate) -> tuple[str, str, str, str]:
    if not rate.of:
        return name, "-", "", ""
    low, high = rate.interval
    return name, f"{rate.hits / rate.of:.1%}", f"{low:.1%} to {high:.1%}", f"{rate.hits:,} of {rate.of:,}"


def _lean(name: str, lean: Leaning) -> tuple[str, str, str, str]:
    """In points: the judge's share less that of the labels."""
    if lean.value is None:
        return name, "-", "", ""
    low, high = (100 * end for end in lean.interval)
    counts = f"{lean.judge.hits:,} against {lean.labels.hits:,} of {lean.judge.of:,}"
    return name, f"{100 * lean.value:+.1f}", f"{low:+.1f} to {high:+.1f}", counts


def _account(report: JudgeReport) -> str:
    free = report.model.partition(":")[0] in FREE
    left = f", {count(report.left_out, 'pair')} left out, of which no principle speaks" if report.left_out else ""
    cost = money(report.cost, free=free)
    return f"asked {report.asked:,}, reused {report.reused:,}, cost {cost}{left}"


def _complaints(report: JudgeReport) -> Iterator[Said]:
    if report.lacking:
        yield {"kind": "not_qualified", "message": f"not qualified: {'; '.join(report.lacking)} (lower ends of 95%)"}
    if not report.items and not report.lost:
        yield {"kind": "nothing_judged", "message": "no principle speaks of any pair; name others with --principles"}
    if report.lost:
        why, _ = Counter(report.lost).most_common(1)[0]
        what = f"{count(len(report.lost), 'pair')} could not be judged, most often: {short(why, 160)}; run again"
        yield {"kind": "faults", "message": what}


def _writable(export: Path | None) -> None:
    if export is not None and (export.is_dir() or not export.absolute().parent.is_dir()):
        raise Mistake(f"{export} cannot be written", remedy="name a file in a folder that is there with --export")


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Stopped(
            f"{path} cannot be written: {error.strerror or error}",
            remedy="make room, or name another file with --export",
        ) from error
