"""What principles lint says: every problem of each file, with its place, its reason and what to type."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from constitution.api.linting import problems
from constitution.cli.output import Output
from constitution.cli.tables import count
from constitution.errors import NotFound
from constitution.principles.lint import LINTS, Lint, Problem
from constitution.shelf import Shelf, find_root

Format = Literal["text", "github"]
SHOWN = 3
"""Places that are shown of warnings that are alike."""


def show_lint(output: Output, references: Sequence[str], form: Format = "text", *, verbose: bool = False) -> int:
    """Each problem is on standard output; raises ``NotFound`` and ``BadFile`` for what cannot be read at all."""
    shelf = Shelf(find_root(Path.cwd()))
    found = [problem for reference in dict.fromkeys(references) for problem in problems(shelf, reference)]
    errors = sum(problem.level == "error" for problem in found)
    shown = [problem for problem in found if problem.level == "error" or not output.quiet]
    if form == "github":
        lines = [annotation(problem) for problem in shown]
    else:
        lines = [line for alike in _gathered(shown, verbose=verbose) for line in told(alike, verbose=verbose)]
    for line in lines:
        output.line(line)
    output.note(f"{count(errors, 'error')}, {count(len(found) - errors, 'warning')}")
    data = {"errors": errors, "warnings": len(found) - errors, "problems": [_data(each) for each in found]}
    failed = [{"kind": "lint", "message": f"{count(errors, 'error')} in principle files; mend them and lint again"}]
    return output.end(data, code=1 if errors else 0, errors=failed if errors else ())


def show_lints(output: Output, codes: Sequence[str] = ()) -> int:
    """The rules of these codes with their reasons and remedies, else one line for each rule there is.

    Raises ``NotFound`` for a code that no rule has.
    """
    for code in codes:
        if code not in LINTS:
            raise NotFound(
                f"there is no lint rule {code!r}", remedy="constitution principles lint --list shows them all"
            )
    shown = [LINTS[code] for code in codes or LINTS]
    for each in shown:
        message, why, remedy = each.shown()
        output.line(f"{each.code}  {each.level:<8}{message}")
        for line in (f"      why it matters: {why}", f"      what to type:   {remedy}") if codes else ():
            output.line(line)
    if not codes:
        output.note("constitution principles lint --explain CODE says why one matters and what to type")
    return output.end({"rules": [_rule(each) for each in shown]})


def spelled_out(problem: Problem) -> list[str]:
    """A line that begins with the place, then why it matters and what to type."""
    more = {"why it matters": problem.why, "what to type": problem.remedy}
    return [str(problem), *(f"    {name}: {text}" for name, text in more.items() if text)]


def told(alike: Sequence[Problem], *, verbose: bool = False) -> list[str]:
    """The first places of problems of one code, how many more there are, and once why it matters and what to type."""
    first, *others = alike
    head, *more = spelled_out(first)
    hidden = [f"    and {len(alike) - SHOWN} more; -v lists each"] if len(alike) > SHOWN else []
    also = [f"    also: {', '.join(first.also)}"] if verbose and first.also else []
    return [head, *map(str, others[: SHOWN - 1]), *hidden, *also, *more]


def _gathered(found: Sequence[Problem], *, verbose: bool) -> list[list[Problem]]:
    """Warnings of one code in one file together, where the first stands, if they are many; all others alone."""
    alike: dict[tuple[str, str], list[Problem]] = {}
    for each in found:
        alike.setdefault((each.at[0], each.code), []).append(each)
    made: list[list[Problem]] = []
    for each in found:
        group = alike[each.at[0], each.code]
        if verbose or each.level == "error" or len(group) <= SHOWN:
            made.append([each])
        elif each is group[0]:
            made.append(group)
    return made


def annotation(problem: Problem) -> str:
    """The problem as a workflow command of GitHub, which shows it beside the line of the file.

    >>> annotation(Problem("a,b.yaml:3:5", "W101", "one: 100% of it\\nis weak"))
    '::warning file=a%2Cb.yaml,line=3,col=5,title=W101::one: 100%25 of it%0Ais weak'
    """
    file, line, column = problem.at
    more = {"Why it matters": problem.why, "What to type": problem.remedy}
    text = "\n".join([problem.message, *(f"{name}: {said}" for name, said in more.items() if said)])
    place = f"file={_escaped(file, ':,')},line={line},col={column},title={problem.code}"
    return f"::{problem.level} {place}::{_escaped(text)}"


def _escaped(text: str, more: str = "") -> str:
    """With the characters that GitHub reads as its own written as percent codes."""
    return "".join(f"%{ord(each):02X}" if each in "%\r\n" + more else each for each in text)


def _data(problem: Problem) -> dict[str, object]:
    return {
        "place": problem.place,
        "level": problem.level,
        "code": problem.code,
        "message": problem.message,
        "why": problem.why,
        "remedy": problem.remedy,
        "also": list(problem.also),
    }


def _rule(rule: Lint) -> dict[str, str]:
    message, why, remedy = rule.shown()
    return {"code": rule.code, "level": rule.level, "message": message, "why": why, "remedy": remedy}
