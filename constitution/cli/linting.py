"""What principles lint says: every problem of each file, with its place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from constitution.cli.output import Output
from constitution.cli.tables import count
from constitution.core.places import problems_of
from constitution.errors import BadFile
from constitution.principles.lint import Problem, lint
from constitution.shelf import Shelf, find_root

_PLACED = re.compile(r".+:[0-9]+:[0-9]+")


def show_lint(output: Output, references: Sequence[str]) -> int:
    """Each problem is a line on standard output; raises ``NotFound`` and ``BadFile`` for what cannot be read."""
    shelf = Shelf(find_root(Path.cwd()))
    found = [problem for reference in dict.fromkeys(references) for problem in problems(shelf, reference)]
    errors = sum(problem.level == "error" for problem in found)
    for problem in found:
        if problem.level == "error" or not output.quiet:
            output.line(str(problem))
    summary = f"{count(errors, 'error')}, {count(len(found) - errors, 'warning')}"
    output.note(summary)
    data = {
        "errors": errors,
        "warnings": len(found) - errors,
        "problems": [{"place": each.place, "level": each.level, "message": each.message} for each in found],
    }
    failed = [{"kind": "lint", "message": f"{count(errors, 'error')} in principle files; mend them and lint again"}]
    return output.end(data, code=1 if errors else 0, errors=failed if errors else ())


def problems(shelf: Shelf, reference: str) -> list[Problem]:
    """What is wrong or weak in the file of this reference."""
    try:
        shelved = shelf.constitution(reference)
    except BadFile as error:
        broken = problems_of(error)
        if not all(_PLACED.fullmatch(each.where) for each in broken):
            raise
        return [Problem(each.where, "error", f"{each.what}; {each.remedy}".removesuffix("; ")) for each in broken]
    return lint(shelved.bytes.decode("utf-8"), shelved.path)
