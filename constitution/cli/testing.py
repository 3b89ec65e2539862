"""What principles test says: a row a case, the critic's figures, the mutants that no case noticed, what to do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rich.table import Table
from rich.text import Text

from constitution.api.calling import unless_interrupted
from constitution.api.trial.holding import TrialOrder, TrialReport, hold_trials, prepare_trials
from constitution.cli.output import Output, Said
from constitution.cli.progress import watching
from constitution.cli.tables import count, money
from constitution.cli.terminal import short
from constitution.engine.prices import FREE
from constitution.errors import Mistake, Stopped
from constitution.trials.figures import GATES, Figures, Rate, needed
from constitution.trials.hunting import Hunted
from constitution.trials.junit import junit
from constitution.trials.mutants import KINDS
from constitution.trials.report import Hunt

KIND_WORDS = {
    "drop": "a principle left out",
    "negate": "a principle turned round",
    "exception": "an exception left out",
    "swap": "two that conflict swapped",
}

REHEARSAL = "rehearsal: the simulator, a program, gave answers here; these figures say nothing of any model"


def show_test(output: Output, order: TrialOrder, *, to_junit: Path | None, min_score: float | None) -> int:
    """Every case is a row on standard output, then the figures; what to do about the rest is on standard error.

    With ``to_junit`` the file is written, whatever the outcome; raises ``Stopped`` where it cannot be.
    """
    _check(order, to_junit, min_score)
    with unless_interrupted("before anything was asked"):
        prepared = prepare_trials(order)
    for note in prepared.notes:
        output.note(note)
    with watching(quiet=output.quiet) as watch:
        report = hold_trials(prepared, watch=watch)
    for note in report.notes[len(prepared.notes) :]:
        output.note(note)
    _rows(output, report)
    output.show(Text(), _figures(report))
    if report.rehearsal:
        output.line(REHEARSAL)
    if report.hunt is not None:
        _mutants(output, report, report.hunt)
    for warning in _warnings(report):
        output.note(warning)
    if to_junit is not None:
        _write(to_junit, junit(report))
    output.note(_account(report))
    return output.end(report.data(), code=report.exit_code(min_score), errors=list(_complaints(report, min_score)))


def _check(order: TrialOrder, to_junit: Path | None, min_score: float | None) -> None:
    """Raises ``Mistake`` for what cannot be done, before anything is paid for."""
    if min_score is not None and not order.mutate:
        raise Mistake("--min-score speaks of mutants, and none are made", remedy="add --mutate")
    if to_junit is not None and (to_junit.is_dir() or not to_junit.absolute().parent.is_dir()):
        raise Mistake(f"{to_junit} cannot be written", remedy="name a file in a folder that is there with --junit")


def _rows(output: Output, report: TrialReport) -> None:
    """One row a case; below a case that did not simply pass, why not. Quiet, only those that fail."""
    widest = max((len(outcome.trial.name) for outcome in report.outcomes), default=0)
    for outcome in report.outcomes:
        if output.quiet and outcome.status == "pass":
            continue
        output.line(f"{outcome.said:<22} {outcome.trial.name:<{widest}}  {_line(outcome.trial.place)}")
        if outcome.why:
            output.line(f"{'':<22} {short(outcome.why, 160)}")
        if outcome.elsewhere:
            output.line(f"{'':<22} wrong place: the critic quotes “{short(outcome.elsewhere, 90)}”")


def _line(place: str) -> str:
    """``file:line`` of a place, which editors open."""
    return place.rpartition(":")[0]


def _figures(report: TrialReport) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("principle")
    for name in ("cases", "precision", "recall", "cannot tell"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("enough cases")
    for figures in (*report.figures, report.pooled):
        rates = (figures.precision, figures.recall, figures.abstention)
        table.add_row(short(figures.name, 30), str(figures.cases), *map(_rate, rates), _standing(figures))
    return table


def _rate(rate: Rate) -> str:
    """The share with its interval; a dash of nothing."""
    if not rate.of:
        return "-"
    low, high = rate.interval
    return f"{rate.hits / rate.of:.0%} ({low:.0%}-{high:.0%})"


def _standing(figures: Figures) -> str:
    return {"good": "yes", "below": "yes, too low", "insufficient": "insufficient"}[figures.standing]


def _mutants(output: Output, report: TrialReport, hunt: Hunt) -> None:
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="dim")
    table.add_column("mutants")
    for name in ("made", "equivalent", "noticed"):
        table.add_column(name, justify="right")
    for kind in KINDS:
        rate, same = hunt.score(kind), hunt.equivalent(kind)
        table.add_row(KIND_WORDS[kind], str(rate.of + same), str(same), f"{rate.hits} of {rate.of}")
    output.show(Text(), table, Text())
    for each in hunt.hunted:
        for line in _fate(each):
            output.line(line)
    score = hunt.score()
    low, high = score.interval
    share = f"{score.hits / score.of:.2f} ({low:.2f}-{high:.2f})" if score.of else "none"
    told = f"mutation score {share}: {score.hits} of {count(score.of, 'mutant')} noticed by {report.ref}'s cases"
    output.line(f"{told} (rehearsal: by a program, no model)" if report.rehearsal else told)


def _fate(hunted: Hunted) -> Iterator[str]:
    """What a reader should know of a mutant; nothing of one that was noticed."""
    if hunted.fate == "hole":
        yield f"hole: nothing fails when {hunted.mutant.what}"
        yield f"      {hunted.closes}"
    elif hunted.fate == "not asked":
        yield f"not asked: whether a case notices when {hunted.mutant.what}: {hunted.fault}"
    elif hunted.fate == "equivalent":
        yield f"equivalent: {hunted.mutant.what}: {hunted.equivalent}"


def _warnings(report: TrialReport) -> Iterator[str]:
    """What makes the figures say less than they seem to."""
    if report.insufficient:
        strict, lenient = needed(GATES["never"][0]), needed(GATES["must"][0])
        yield (
            f"warning: insufficient: too few cases to vouch for the critic on {len(report.insufficient)} of "
            f"{count(len(report.figures), 'principle')}: wanted are {strict} `violates` cases for a principle of tier "
            f"never and {lenient} for another; where 5 of 5 answers are right, the true share may still be 57%"
        )
    if report.untested:
        yield f"warning: nothing is known of {', '.join(report.untested)}: no cases; write `violates` and `complies`"


def _account(report: TrialReport) -> str:
    free = report.critic.partition(":")[0] in FREE
    failed = f"{len(report.failed)} of {count(len(report.outcomes), 'case')} failed"
    asked = f"asked {report.asked:,}, reused {report.reused:,}, cost {money(report.cost, free=free)}"
    return f"{failed}; critic {report.critic}; {asked}"


def _complaints(report: TrialReport, min_score: float | None) -> Iterator[Said]:
    """What ended the test badly, and what to do about it."""
    if not report.outcomes:
        message = f"{report.ref} has no case to test; write `violates` and `complies` cases under its principles"
        yield {"kind": "no_cases", "message": message}
    if report.failed:
        first = report.failed[0]
        flaky = sum(outcome.status == "flaky" for outcome in report.failed)
        message = (
            f"{count(len(report.failed), 'case')} failed, {flaky} of them flaky, the first at {first.trial.place}: "
            f"{first.remedy}; then test again (only what changed is asked)"
        )
        if flaky:
            message += '; a case that must be flaky says so in its note, like `note: "flaky: people disagree here"`'
        yield {"kind": "cases", "message": message}
    hunt = report.hunt
    if report.faults or (hunt and hunt.faults):
        lost = len(report.faults) + (len(hunt.faults) if hunt else 0)
        yield {"kind": "faults", "message": f"{lost} could not be asked; test again, what was answered is kept"}
    if hunt and min_score is not None and hunt.low(min_score):
        message = f"the mutation score is below {min_score:g}; write the cases named under each hole, and test again"
        yield {"kind": "mutation", "message": message}


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        why = error.strerror or str(error)
        raise Stopped(f"cannot be written: {why}", where=str(file), remedy="name another file with --junit") from error
