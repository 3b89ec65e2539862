"""What review says: the standing of rulings, the sheet that went out, what came back, and the cases made of it."""

from __future__ import annotations

import datetime
import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.text import Text

from constitution.api.people import keep_out
from constitution.api.reviewing.again import PROMPTS, run_again
from constitution.api.reviewing.cases import cases_from
from constitution.api.reviewing.decisions import read_decisions, write_decisions
from constitution.api.reviewing.desk import Desk, open_desk
from constitution.api.reviewing.replacing import keep_filled
from constitution.api.reviewing.standing import Standing, standing_of
from constitution.api.reviewing.subjects import chosen_subjects, subjects_of
from constitution.cli.measuring import measure_table
from constitution.cli.output import Output, said
from constitution.cli.tables import count
from constitution.core.rulings import Ruling
from constitution.errors import Mistake, NotFound
from constitution.rulings import append_rulings

FILL_IN = "fill in verdict: violates, complies or not_applicable for an answer; keep or drop for a pair"
LISTED = 20
"""Lines of one kind at most."""


def desk(output: Output, out: Path, *, rulings: Path | None, principles: str | None) -> Desk:
    """The folder, opened for review; its notes are said."""
    found = open_desk(out, rulings=rulings, principles=principles)
    for note in found.notes:
        output.note(note)
    return found


def show_standing(output: Output, desk: Desk) -> int:
    """Which rulings hold, which are stale, what they change, how often the models were wrong."""
    found = standing_of(desk)
    output.show(
        Text(f"{count(len(found.rulings), 'ruling')} on this dataset{_said(found.rulings)}", style="bold"),
        *map(Text, _told(found)),
    )
    measures = [*found.critic, *([found.judge] if found.judge else [])]
    if measures:
        output.show(Text(), measure_table(measures), Text(_REHEARSAL if found.rehearsal else _MEASURED))
    then = _next(desk, again=bool(found.changes or found.waiting), any_answer=bool(found.answers))
    for command in then:
        output.line(f"next: {command}")
    if found.answers:
        output.line(f"--to-cases makes rulings on answers cases of the draft{_against(desk, found.against)}")
    return output.end({**found.data(), "next": list(then)})


_MEASURED = (
    "of what people looked at, with 95% intervals; error and abstention are of all, and the figures speak for other "
    "rows only where these were drawn by chance (--sample)"
)
_REHEARSAL = "a rehearsal: the simulator, a program, was held against people here; this says nothing of any model"


def _told(found: Standing) -> Iterator[str]:
    """Where the rulings are, and what they will do."""
    if not found.rulings:
        yield f"{count(found.subjects, 'verdict')} may be ruled on"
        return
    gone = f", {found.gone:,} speak of answers that are not here any more" if found.gone else ""
    yield f"{found.applied:,} in the dataset, {found.waiting:,} wait for the next run{gone}"
    for name, number in found.stale.items():
        yield f"stale: {count(number, 'ruling')} on {name}, which was reworded since; the critic decides again"
    for ref, number in found.ahead.items():
        yield f"{count(number, 'ruling')} {'goes' if number == 1 else 'go'} stale with {ref}, which rewords principles"
    free = Counter((each.fate, each.then) for each in found.changes if each.then)
    if free:
        yield "at the next run, without a call:"
    for (fate, then), number in free.most_common():
        yield f"  {count(number, 'prompt')} from {fate} to {then}"
    asking = sum(not each.then for each in found.changes)
    if asking:
        yield f"{count(asking, 'prompt')} to be revised or judged, which may ask models"


def _next(desk: Desk, *, again: bool, any_answer: bool) -> tuple[str, ...]:
    out = shlex.quote(str(desk.out))
    sheet = f"constitution review {out} --export decisions.csv"
    commands = [run_again(desk)] if again else []
    return (*commands, sheet, *([f"constitution review {out} --to-cases"] if any_answer else []))


def _against(desk: Desk, number: int) -> str:
    """What cases that the critic gets wrong will do; nothing where there are none."""
    if not number:
        return ""
    critic = desk.manifest.roles.get("critic") or "the critic"
    return (
        f"; {number:,} of them {'goes' if number == 1 else 'go'} against {critic}, critic of {desk.out}, and "
        "a test with it will fail: ask a better critic (--critic) or reword the principle"
    )


def show_export(
    output: Output, desk: Desk, file: Path, *, principle: str | None, fate: str | None, sample: int | None, force: bool
) -> int:
    """The sheet is written; how to fill it in is on standard output.

    Raises ``NotFound`` where no row fits, and ``Mistake`` where it would replace what a person wrote unless ``force``.
    """
    keep_out(file, "a sheet", "write it beside the project: --export decisions.csv")
    if not force:
        keep_filled(file, desk)
    subjects = chosen_subjects(subjects_of(desk.trails, desk.rulings), principle=principle, fate=fate, sample=sample)
    if not subjects:
        raise NotFound("nothing here fits", where=str(desk.out), remedy=_fitting(desk))
    write_decisions(file, desk, subjects)
    ruled = sum(subject.held is not None for subject in subjects)
    pairs = sum(subject.about == "pair" for subject in subjects)
    back = shlex.join(["constitution", "review", str(desk.out), "--import", str(file)])
    then = f"{back} --reviewer YOUR-PSEUDONYM"
    output.line(f"wrote {file}: {count(len(subjects), 'row')}, {pairs:,} of them pairs, {ruled:,} ruled on already")
    output.line(FILL_IN)
    output.line(f"next: {then}")
    return output.end({"file": str(file), "rows": len(subjects), "pairs": pairs, "ruled": ruled, "next": then})


def _fitting(desk: Desk) -> str:
    names = sorted({each.principle.id for trail in desk.trails for each in trail.critiques})
    fates = sorted({trail.fate or "" for trail in desk.trails})
    return f"principles that were asked about: {', '.join(names) or 'none'}; fates: {', '.join(fates)}"


def show_import(output: Output, desk: Desk, file: Path, *, reviewer: str | None, date: str | None) -> int:
    """All rulings of the sheet are in the file of rulings, or none is and each row that is wrong has its sentence."""
    found = read_decisions(file, desk, reviewer=reviewer, date=_day(date))
    for note in found.notes:
        output.note(note)
    if found.problems:
        errors = [said(problem) for problem in found.problems[:LISTED]]
        rest = len(found.problems) - len(errors)
        more = f"and {count(rest, 'row')} more; " if rest else ""
        errors.append({"kind": "file", "message": f"{more}nothing was taken over: mend these and import again"})
        return output.end({"problems": len(found.problems), "new": 0}, code=2, errors=errors)
    if not found.rulings:
        output.line(f"0 rulings read: the verdict column of {file} is empty")
        output.line(f"{FILL_IN}; save the sheet and import it again")
        return output.end({"read": 0, "new": 0, "file": str(desk.file), "rulings": [], "next": None})
    new = append_rulings(desk.file, found.rulings)
    then = run_again(desk)
    told = f"{count(len(found.rulings), 'ruling')} read, {len(new):,} new{_said(new)}"
    output.line(f"{told}; kept in {desk.file}")
    if PROMPTS in then.split():
        output.note(f"write in place of {PROMPTS} the prompts that {desk.out} was made of")
    output.line(f"next: {then}")
    rulings = [ruling.as_json() | {"id": ruling.id} for ruling in new]
    return output.end({"read": len(found.rulings), "new": len(new), "file": str(desk.file), "rulings": rulings,
                       "next": then})  # fmt: skip


def _said(rulings: Sequence[Ruling]) -> str:
    """How many say what, in brackets."""
    verdicts = Counter(ruling.verdict for ruling in rulings)
    return f" ({', '.join(f'{number:,} {verdict}' for verdict, number in verdicts.items())})" if verdicts else ""


def _day(given: str | None) -> str:
    """The day as it is written in rulings; raises ``Mistake``."""
    try:
        day = datetime.date.today() if given is None else datetime.date.fromisoformat(given)
    except ValueError as error:
        raise Mistake(f"{given!r} is no day", remedy="write --date as 2026-01-31") from error
    return day.isoformat()


def show_cases(output: Output, desk: Desk) -> int:
    """The draft holds the new cases; what became of each ruling is on standard output."""
    found = cases_from(desk)
    new = [made.ruling for made in found.made if not made.why]
    against = sum(made.against for made in found.made if not made.why)
    if against:
        output.note(f"{count(len(new), 'new case')}{_against(desk, against)}")
    for ruling in new:
        output.line(f"{ruling.principle}: {ruling.verdict}, by {ruling.reviewer}, from {ruling.prompt_id}")
    for made in found.made:
        if made.why:
            output.note(f"left out: {made.ruling.principle}, {made.ruling.prompt_id}: {made.why}")
    if new:
        output.note("leave these prompts out of the next dataset: what tests the critic must not be trained on as well")
    then = f"constitution principles test {desk.now.name}@draft"
    output.line(f"{count(len(new), 'new case')} in {found.draft}; {len(found.made) - len(new):,} left out")
    output.line(f"next: {then}")
    made_of = [{"ruling": made.ruling.id, "principle": made.ruling.principle, "verdict": made.ruling.verdict,
                "left_out": made.why or None} for made in found.made]  # fmt: skip
    return output.end(
        {"draft": str(found.draft), "new": len(new), "against_the_critic": against, "cases": made_of, "next": then}
    )
