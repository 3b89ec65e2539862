"""What a command says: its result on standard output, everything else on standard error, or one JSON document."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import RenderableType

from constitution.cli.signals import ending
from constitution.cli.terminal import coloured, one_line, rendered, write
from constitution.errors import ConstitutionError

Said = Mapping[str, str]
"""One entry of ``errors`` in the JSON document."""


class Output:
    """The voice of one command."""

    def __init__(self, verb: str, *, as_json: bool = False, quiet: bool = False, colour: bool | None = None) -> None:
        self.verb = verb
        self.as_json = as_json
        self.quiet = quiet
        self.colour = coloured(sys.stdout, colour)

    def note(self, text: str) -> None:
        """Something worth knowing, unless quiet is wanted."""
        if not self.quiet:
            write(sys.stderr, one_line(text) + "\n")

    def show(self, *parts: RenderableType) -> None:
        """Part of the result, for people; in JSON mode the data say it."""
        if not self.as_json:
            write(sys.stdout, rendered(*parts, colour=self.colour))

    def line(self, text: str) -> None:
        """Part of the result that is never wrapped: a path, a command, a problem with its place."""
        if not self.as_json:
            write(sys.stdout, one_line(text) + "\n")

    def end(self, data: Mapping[str, Any], *, code: int = 0, errors: Sequence[Said] = ()) -> int:
        """The command is over: in JSON mode the document is written, else the errors, a line each."""
        ending()
        if self.as_json:
            write(sys.stdout, document(self.verb, code, data, errors))
        else:
            for error in errors:
                write(sys.stderr, f"error: {one_line(error['message'])}\n")
        return code


def document(verb: str, code: int, data: Mapping[str, Any], errors: Sequence[Said] = ()) -> str:
    """The one JSON document of a command, in ASCII, so that no terminal obeys what is in it."""
    envelope = {
        "schema": f"constitution/{verb}/1",
        "ok": code == 0,
        "exit": code,
        "data": data,
        "errors": [dict(error) for error in errors],
    }
    return json.dumps(envelope) + "\n"


def said(error: ConstitutionError) -> Said:
    """An error as the JSON document carries it."""
    return {"kind": error.kind, "message": error.sentence, "where": error.where, "remedy": error.remedy}
