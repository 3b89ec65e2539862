"""Finds the requests that were made about one prompt of a dataset folder, those that led nowhere among them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from constitution.api.casting import naming
from constitution.api.impact.made_with import read_made, rows_of
from constitution.api.order import Order
from constitution.api.preparing import prepare
from constitution.core.asking import Reply, Request, Stage, hand_over
from constitution.core.records import Prompt
from constitution.core.trail import Trail
from constitution.dataset.folder import load_manifest, load_trails
from constitution.errors import CallFailed, ConstitutionError, NotFound
from constitution.ledger import Ledger, read_ledger

_NOT_AGAIN = (
    "the questions about it could not be put together again from {out} ({why}): answers that came back in the wrong "
    "form may be left in the ledger; find them with `constitution tools ledger export`"
)


@dataclass(frozen=True, kw_only=True)
class Traced:
    """The requests about one prompt."""

    prompt_ids: tuple[str, ...]
    """In full; more than one only where rows of different text gave themselves one name."""
    digests: tuple[str, ...]
    outs: tuple[Path, ...]
    """Folders that hold the prompt."""
    notes: tuple[str, ...] = ()


def trace(wanted: str, outs: Sequence[Path], ledger: Path) -> Traced:
    """Every request about the prompt of this id, in the order in which they were made.

    The trails name the requests that got somewhere; the stages, held once more with what the ledger has, name those
    whose answers could not be used. Raises ``NotFound`` where no folder holds the prompt, and for a folder that is
    no finished dataset; ``BadFile``.
    """
    ids: dict[str, None] = {}
    digests: dict[str, None] = {}
    holding, notes, near = [], [], []
    for out in outs:
        trails = [trail for _, trail in load_trails(_finished(out))]
        fitting = [trail for trail in trails if wanted in _names(trail.prompt)]
        if not fitting:
            near += [trail.prompt.id for trail in trails if trail.prompt.id.startswith(wanted)]
            notes.append(f"{out} does not hold the prompt {wanted}")
            continue
        holding.append(out)
        for trail in fitting:
            ids[trail.prompt.id] = None
            digests.update(dict.fromkeys(step.request for step in trail.steps if step.request))
        try:
            digests.update(dict.fromkeys(_held_again(out, [trail.prompt for trail in fitting], ledger)))
        except ConstitutionError as error:
            notes.append(_NOT_AGAIN.format(out=out, why=error))
    if not holding:
        said = f"the whole id is wanted: {', '.join(near[:3])}" if near else "copy its id from constitution show OUT"
        raise NotFound(f"no prompt {wanted!r}", where=", ".join(map(str, outs)), remedy=said)
    return Traced(prompt_ids=tuple(ids), digests=tuple(digests), outs=tuple(holding), notes=tuple(notes))


def _finished(out: Path) -> Path:
    load_manifest(out)
    return out


def _names(prompt: Prompt) -> tuple[str, ...]:
    return prompt.id, prompt.id.removeprefix("p-"), prompt.source_id or prompt.id


def _held_again(out: Path, prompts: Iterable[Prompt], ledger: Path) -> list[str]:
    """The digests of all that the stages ask of these prompts, as far as the ledger can answer."""
    made = read_made(out)
    prepared = prepare(
        Order(
            recipe=str(made.lock["name"]),
            prompts=rows_of(prompts),
            principles=str(out.resolve() / load_manifest(out).constitution.file),
            **naming(made.roles),
            seed=made.seed,
            only=made.only,
        ),
        ready=False,
    )
    with closing(read_ledger(ledger)) as kept:
        return [digest for prompt in prepared.prompts for digest in _asked(prepared.stage, prompt, kept)]


def _asked(stage: Stage, prompt: Prompt, ledger: Ledger) -> list[str]:
    conversation = stage(Trail.start(prompt))
    found: list[str] = []
    with suppress(StopIteration):
        requests = next(conversation)
        while True:
            found += [request.digest for request in requests]
            requests = hand_over(conversation, [_answer(request, ledger) for request in requests])
    return found


def _answer(request: Request, ledger: Ledger) -> Reply | CallFailed:
    entry = ledger.get(request.digest)
    return CallFailed("not in the ledger") if entry is None else entry.reply
