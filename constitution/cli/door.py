"""The door of the command line: which verbs there are, and how everything that goes wrong ends."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import TyperException

from constitution import __version__
from constitution.cli import daily, data, model, principles, tools
from constitution.cli.going_on import going_on
from constitution.cli.output import Said, document, said
from constitution.cli.signals import ending, heard
from constitution.cli.terminal import forgiving, one_line, write
from constitution.engine.signals import this_moment
from constitution.errors import Capped, ConstitutionError
from constitution.providers.keys import without_secrets

app = typer.Typer(
    name="constitution",
    help="Preference pairs from written principles: drafted, critiqued, revised, judged in both orders, and labelled.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for name, verb in daily.VERBS.items():
    app.command(name)(verb)
FAMILIES = {"principles": principles.app, "data": data.app, "model": model.app, "tools": tools.app}
for name, family in FAMILIES.items():
    app.add_typer(family, name=name)


@app.callback(invoke_without_command=True)
def about(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and end.")] = False,
) -> None:
    """Preference pairs from written principles: drafted, critiqued, revised, judged in both orders, and labelled."""
    if version:
        write(sys.stdout, f"constitution {__version__}\n")
        raise typer.Exit
    if context.invoked_subcommand is None:
        write(sys.stdout, context.get_help() + "\n")


def enter(given: Sequence[str]) -> int:
    """Run one command and return its exit code; no error leaves here as a traceback."""
    forgiving()
    try:
        code = typer.main.get_command(app).main(list(given), prog_name="constitution", standalone_mode=False)
    except ConstitutionError as error:
        if error.exit_code == 70 and isinstance(error.__cause__, Exception):
            return _ended(given, 70, {**said(error), "message": f"{_bug(error.__cause__)}; {error.sentence}"})
        return _stopped(given, error)
    except TyperException as error:
        return _ended(given, 2, {"kind": "usage", "message": f"{_flat(error.format_message())} ({_help(given)})"})
    except Exception as bug:  # the one place that may: whatever is left is ours, and must end in a sentence
        return _ended(given, 70, {"kind": "bug", "message": _bug(bug)})
    return cut_short(given) if code == 130 else code or 0


def _stopped(given: Sequence[str], error: ConstitutionError) -> int:
    """The error is told; after a cap with the command that goes on."""
    if not isinstance(error, Capped):
        return _ended(given, error.exit_code, said(error))
    then = going_on(given, error)
    return _ended(given, error.exit_code, {**said(error), "message": f"{error.sentence}: {then}"}, {"next": then})


def cut_short(given: Sequence[str]) -> int:
    """The exit code of a command that a signal ended where nobody inside it could say more."""
    when = f" {this_moment()}" if this_moment() else "; every reply that was paid for is kept"
    what = f"stopped by {heard()}{when}; run the same command again"
    return _ended(given, 130, {"kind": "interrupted", "message": what})


def _ended(given: Sequence[str], code: int, error: Said, data: Mapping[str, str] | None = None) -> int:
    """The error is on standard error as a sentence, or on standard output as the JSON document."""
    ending()
    with suppress(ConstitutionError):  # nobody is left to be told that it cannot be told
        if "--json" in given:
            write(sys.stdout, document(_verb(given), code, data or {}, [error]))
        else:
            write(sys.stderr, f"error: {one_line(error['message'])}\n")
    return code


def _verb(given: Sequence[str]) -> str:
    """The verb that these arguments name, its family before it."""
    return "-".join(_words(given)) or "usage"


def _words(given: Sequence[str]) -> list[str]:
    """The same word by word, none where no verb is named; the ledger is a family within one."""
    words = [word for word in given if not word.startswith("-")]
    if words and words[0] in FAMILIES:
        return words[: 3 if words[:2] == ["tools", "ledger"] else 2]
    return words[:1] if words and words[0] in daily.VERBS else []


def _flat(text: str) -> str:
    return " ".join(text.split())


def _help(given: Sequence[str]) -> str:
    """Where to read on; for an option that stands before the verb, that it belongs after it."""
    named = "".join(f"{word} " for word in _words(given))
    if named and given[0].startswith("-"):
        return f"options come after the verb: constitution {named}{given[0]} ..."
    return f"see constitution {named}--help"


def _bug(bug: Exception) -> str:
    """What to say of a mistake of ours; where its traceback stands."""
    trace = without_secrets("".join(traceback.format_exception(bug)))
    what = f"this is a bug of constitution, not of yours ({type(bug).__name__})"
    if os.environ.get("CONSTITUTION_DEBUG"):
        write(sys.stderr, trace)
        return f"{what}; its traceback stands above"
    from constitution.shelf import find_root

    file = find_root(Path.cwd()) / ".constitution" / "bug.txt"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(trace, encoding="utf-8", errors="backslashreplace")
    except OSError:
        return f"{what}; run again with CONSTITUTION_DEBUG=1 to see its traceback"
    return f"{what}; its traceback is in {file}: please report it; what was paid for is kept in the ledger"
