"""The engine as a run has it: the draft stage over many prompts, a ledger on disk, an endpoint on loopback."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from constitution.api.calling import Calling
from constitution.core.asking import Request, Stage
from constitution.core.records import Message, Prompt
from constitution.core.trail import Trail
from constitution.engine.run import run_trails
from constitution.ledger import open_ledger
from constitution.principles.reading import read_constitution
from constitution.providers.endpoints import Endpoint, opened
from constitution.providers.provider import Provider
from constitution.stages.brief import Brief
from constitution.stages.draft import draft

MODEL = "here:fixed"
PRINCIPLES = "{name: benchmark, groups: [{id: a, principles: [{id: a-1, rule: Be kind.}]}]}"


def texts(number: int) -> list[str]:
    """So many prompts of about a kilobyte, all different."""
    filler = "I bake every other day and would like to understand what happens while the loaf is cooling. " * 10
    return [f"{place}. Why does bread go stale? {filler}" for place in range(number)]


async def run_all(base_url: str, prompts: Sequence[str], *, concurrency: int, ledger: Path) -> Sequence[Trail]:
    """The trail of each prompt, every reply on disk."""
    rows = [Prompt.of(Message(role="user", content=text)) for text in prompts]
    with closing(open_ledger(ledger)) as kept:
        async with Calling(concurrency=concurrency).over(kept, endpoints(base_url)) as caller:
            return await run_trails(stage(), rows, caller, workers=2 * concurrency)


def stage() -> Stage:
    """The draft stage: one question a prompt."""
    constitution = read_constitution(PRINCIPLES, "benchmark.yaml")
    return draft(
        Brief(
            seed="benchmark",
            constitution=constitution,
            roles={"author": MODEL},
            templates={},
            strategy=lambda _: None,
            checks=(),
        )
    )


def requests(number: int) -> list[Request]:
    """What the stage asks of the provider for that many prompts."""
    return [Request(model=MODEL, messages=(Message(role="user", content=text),)) for text in texts(number)]


def provider(base_url: str) -> Provider:
    """The provider alone, as the engine opens it."""
    return opened("here", endpoints(base_url))


def endpoints(base_url: str) -> dict[str, Endpoint]:
    """What ``constitution.toml`` would say."""
    return {"here": Endpoint(wire="openai", base_url=base_url)}
