"""What data sign says: who signed what, what to hand out, and what stands against a signature."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shlex import quote

from constitution.api.data.signing import Signing, SignOrder, sign
from constitution.cli.output import Output, Said
from constitution.cli.tables import count
from constitution.errors import BadFile
from constitution.signing.edition import Edition
from constitution.signing.sign import Signed
from constitution.verifying.report import Report

SHOWN = 10
"""Findings that are shown; ``verify`` tells all."""


def show_sign(
    output: Output, out: Path, *, key: Path | None, new_key: Path | None, version: str, created: str,
    supersedes: Path | None,
) -> int:  # fmt: skip
    """The folder is signed, or what stands against it is an error each; raises what ``sign`` raises."""
    edition = Edition(version=version, created=created, supersedes=supersedes)
    done = sign(SignOrder(out=out, key=key, new_key=new_key, edition=edition))
    for note in done.notes:
        output.note(note)
    following: list[str] = []
    if done.signed is not None:
        for line in _told(done, done.signed):
            output.line(line)
        following = [f"constitution verify {quote(str(out))} --key {quote(str(done.public_key or 'KEY.pub'))}"]
        output.line(f"next: {following[0]}")
    tells = f"constitution verify {quote(str(out))} tells all of it"
    found = against(done.report, "it was not signed", where=str(out), remedy=tells)
    errors = [] if done.signed is not None else list(found)
    return output.end({**done.data(), "next": following}, code=done.exit_code, errors=errors)


def _told(done: Signing, signed: Signed) -> Iterator[str]:
    about, rows = signed.statement.predicate.dataset, signed.statement.predicate.rows
    version = f" {about.version}" if about.version else ""
    if signed.again:
        yield f"{done.order.out} bears this signature already: nothing was changed"
    else:
        yield f"signed {about.name}{version}: {count(rows.count, 'row')}, edition {about.sequence}, {about.created}"
    yield f"  key   {done.keyid}"
    yield f"  root  {rows.root}"
    others = len(signed.signers) - 1
    if others:
        yield f"  beside {count(others, 'other signature')}"
    if done.public_key is not None:
        yield f"  hand out {done.public_key}, by another way than the dataset; keep {done.order.new_key} to yourself"


def against(report: Report, so: str, *, where: str, remedy: str) -> Iterator[Said]:
    """What verification found, an error each; the first says what came of it."""
    yield _said(f"{report.word}: {report.meaning}; {so}", where, remedy)
    for finding in [each for each in report.findings if each.word][:SHOWN]:
        yield _said(finding.what, str(finding).partition(": ")[0], "")


def _said(what: str, where: str, remedy: str) -> Said:
    error = BadFile(what, where=where, remedy=remedy)
    return {"kind": "finding", "message": error.sentence, "where": where, "remedy": remedy}
