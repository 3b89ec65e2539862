"""What tools doctor says: all that one should know before a run, and what is wrong."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

from rich.table import Table
from rich.text import Text

from constitution.api import Order
from constitution.api.resolving import checked, ledger_of
from constitution.api.running import unless_interrupted
from constitution.cli import examining
from constitution.cli.examining import Fact
from constitution.cli.output import Output
from constitution.cli.tables import count
from constitution.cli.terminal import safe, short
from constitution.core.asking import Reply, Request
from constitution.core.records import Message
from constitution.errors import ConstitutionError, Transient
from constitution.providers.endpoints import Endpoint, opened
from constitution.shelf import find_root

QUESTION = "Answer with one word: ready."
PATIENCE = 60.0
"""Seconds that one answer may take."""


def show_doctor(output: Output, ledger: Path | None, ask: str | None) -> int:
    """Every fact is on standard output, and what is wrong on standard error; 1 where something is."""
    root = find_root(Path.cwd())
    settings, about = examining.project(root)
    facts = [
        *examining.packages(),
        *about,
        *examining.providers(settings.endpoints),
        *examining.ledger(ledger_of(Order(ledger=ledger), root)),
        *examining.shelf(root),
    ]
    if ask is not None:
        facts.append(asked(ask, settings.endpoints))
    findings = [fact.finding for fact in facts if fact.finding]
    output.show(table(facts), Text())
    output.show(Text(count(len(findings), "finding") if findings else "all is well"))
    data = {"facts": [fact.model_dump(mode="json") for fact in facts], "findings": findings}
    errors = [{"kind": "finding", "message": finding} for finding in findings]
    return output.end(data, code=1 if findings else 0, errors=errors)


def table(facts: Sequence[Fact]) -> Table:
    """The facts by part."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    before = ""
    for fact in facts:
        part, before = "" if fact.part == before else fact.part, fact.part
        grid.add_row(part, Text(safe(fact.name)), Text(safe(fact.told), style="red" if fact.finding else ""))
    return grid


def asked(model: str, endpoints: dict[str, Endpoint]) -> Fact:
    """What came of one tiny question; it is paid for like any other, and not kept."""
    began = time.monotonic()
    with unless_interrupted("while one question was out, which may have been paid for"):
        try:
            reply = asyncio.run(_answer(model, endpoints))
        except ConstitutionError as error:
            return Fact(part="asked", name=model, told="no answer", finding=f"{model}: {error.sentence}")
    seconds = time.monotonic() - began
    told = f"{reply.model_returned} answered {short(reply.text, 40)!r} in {seconds:.1f} s"
    values = {"model_returned": reply.model_returned, "finish": reply.finish, "seconds": round(seconds, 3)}
    return Fact(part="asked", name=model, told=told, values=values)


async def _answer(model: str, endpoints: dict[str, Endpoint]) -> Reply:
    model, untaken = checked(model, endpoints, ready=True)
    request = Request(model=model, messages=(Message(role="user", content=QUESTION),), max_tokens=64)
    provider = opened(request.provider, endpoints)
    try:
        async with asyncio.timeout(PATIENCE):
            return await provider.answer(request.without(untaken))
    except TimeoutError as error:
        raise Transient(f"no answer within {PATIENCE:g} s", remedy="check the address and the network") from error
    finally:
        await provider.close()
