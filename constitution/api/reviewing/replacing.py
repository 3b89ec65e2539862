"""Whether a sheet may be written over a file that is there already: only where nothing that a person wrote is lost."""

from __future__ import annotations

import shlex
from pathlib import Path

from constitution.api.reviewing.decisions import read_decisions
from constitution.api.reviewing.desk import Desk
from constitution.api.reviewing.sheets import kind_of
from constitution.errors import BadFile, Mistake

_FREE = "or write to another file, or add --force to lose what is in it"


def keep_filled(path: Path, desk: Desk) -> None:
    """Passes where there is no file, or a sheet of ours without verdicts that are not among the rulings.

    Raises ``Mistake`` for every other file: what a person wrote in it would be gone.
    """
    kind_of(path)
    if not path.is_file():
        return
    back = shlex.join(["constitution", "review", str(desk.out), "--import", str(path)])
    try:
        found = read_decisions(path, desk, reviewer="nobody", date="2000-01-01")
    except BadFile as error:
        remedy = "write to another file, or add --force to replace it"
        raise Mistake("there is a file already, and it is no sheet of ours", where=str(path), remedy=remedy) from error
    held = {each.subject: (each.verdict, each.quote, each.reason) for each in desk.rulings.held}
    new = sum(held.get(each.subject) != (each.verdict, each.quote, each.reason) for each in found.rulings)
    new += len(found.problems)
    if new:
        raise Mistake(
            f"somebody has filled in this sheet: {new:,} of its rows {'says' if new == 1 else 'say'} what is not "
            "imported, and would be lost",
            where=str(path),
            remedy=f"take them over first: {back} --reviewer YOUR-PSEUDONYM; {_FREE}",
        )
    if found.others:
        what = f"somebody has written in columns of their own ({', '.join(found.others)}), which would be lost"
        raise Mistake(what, where=str(path), remedy=_FREE.removeprefix("or "))
