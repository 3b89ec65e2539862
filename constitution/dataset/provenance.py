"""Provenance of a pair, ``pairprov/1``: every message with its maker and its hash, every step that led to it.

Nothing here depends on the clock or on luck: times, request ids, token counts and seeds are in
``provenance/calls.parquet``, the run and the principle file in the manifest, hashes of texts that the row
does not show in the trails. The same inputs and the same replies give the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from constitution.core.digest import without_nothing
from constitution.core.records import Origin, Parent, Record
from constitution.core.trail import CriticVerdict, Pair, Response, Step, Trail
from constitution.labels.hashes import message_hash
from constitution.labels.licences import restrictions_of
from constitution.labels.marks import mark_in
from constitution.labels.rollup import joined, source_type
from constitution.labels.spec import SPEC, UNKNOWN, Restriction
from constitution.labels.terms import Terms, terms_of

SENT = ("max_tokens", "temperature", "top_p", "top_k", "stop", "draw", "effort", "logprobs")
"""The settings of a step that a row repeats; what is not named here is never copied, so that no secret is."""


class Remark(Record):
    """One critique of the rejected answer, as the row shows it."""

    principle: str
    verdict: CriticVerdict
    text: str


def provenance_of(
    trail: Trail, pair: Pair, remarks: Sequence[tuple[Remark, str]], engine: str, terms: Sequence[Terms]
) -> dict[str, Any]:
    """The provenance object, not sealed yet; its parts name each message of the row once, and no other.

    ``remarks`` are the critiques that the row shows, each with the step that gave it; ``terms`` those that hold for
    the models of the run.
    """
    steps = steps_of(trail, terms)
    agents = {step["id"]: step["agent"] for step in steps}
    opening = steps[0]["id"]
    parts = [
        part(f"prompt/{place}", trail.prompt.origin, message.as_json(), opening)
        for place, message in enumerate(trail.prompt.messages)
    ]
    for name, response in (("chosen", pair.chosen), ("rejected", pair.rejected)):
        lineage = edits_of(trail, response)
        parts.append(part(f"{name}/0", response.origin, said(response), response.step, lineage))
    for place, (remark, step) in enumerate(remarks):
        parts.append(part(f"critique/{place}", agents.get(step, "unknown"), dict(vars(remark)), step))
    return {
        "spec": SPEC,
        "source_type": source_type(item["origin"] for item in parts),
        "parts": [_something(item) for item in parts],
        "steps": [_something(step) for step in steps],
        "engine": engine,
        **({"restrictions": found} if (found := binding(trail, terms)) else {}),
        **({"parents": [told_of(parent)]} if (parent := trail.prompt.parent) else {}),
    }


def told_of(parent: Parent) -> dict[str, str]:
    """The row that the prompt was read from; what bound it is among the row's own restrictions."""
    said = parent.as_json()
    return {name: said[name] for name in ("pair_id", "row_sha256", "dataset", "manifest_sha256") if name in said}


def _something(told: dict[str, Any]) -> dict[str, Any]:
    """Rule canon-v1 for a part or a step, in which only the settings may hold a null or something empty deeper down."""
    kept = {name: item if name != "params" else without_nothing(item) for name, item in told.items()}
    return {name: item for name, item in kept.items() if item is not None and item != [] and item != {}}


def part(
    path: str, origin: Origin, message: dict[str, Any], step: str | None, edits: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    """One message: where it stands, who made it, its hash, and the step that gave it its last form."""
    told = {"path": path, "origin": origin, "sha256": message_hash(message), "step": step or "unknown"}
    return {**told, "edits": edits or [], **mark_in(str(message.get("content") or message.get("text") or ""))}


def said(response: Response) -> dict[str, Any]:
    """An answer as the message that it is in the row."""
    return {"role": "assistant", "content": response.text}


def edits_of(trail: Trail, response: Response) -> list[dict[str, Any]]:
    """How a revised text came from the texts before it, the oldest edit first; nothing for a first draft."""
    found: list[dict[str, Any]] = []
    while response.parent is not None and len(found) < len(trail.responses):
        before = trail.responses[response.parent]
        added, removed = changed(before.text, response.text)
        found.append(
            {
                "step": response.step or "unknown",
                "from_sha256": message_hash(said(before)),
                "by": response.origin,
                "added": added,
                "removed": removed,
            }
        )
        response = before
    return found[::-1]


def changed(before: str, after: str) -> tuple[int, int]:
    """How many characters were added and removed, by the longest common subsequence.

    >>> changed("I guarantee it.", "I expect it.")
    (4, 7)
    """
    from rapidfuzz.distance import LCSseq

    kept = int(LCSseq.similarity(before, after))
    return len(after) - kept, len(before) - kept


def binding(trail: Trail, terms: Sequence[Terms]) -> list[Restriction]:
    """What binds those who use the row.

    That is the licence of the prompt, the terms of every model that took part, and what bound the row that the prompt
    was read from.
    """
    models = {(step.provider or "", step.model or "") for step in trail.steps if step.agent == "model"}
    found = [terms_of(provider, model, terms) for provider, model in models]
    inherited = cast(tuple[Restriction, ...], trail.prompt.parent.restrictions) if trail.prompt.parent else ()
    return joined(
        restrictions_of(trail.prompt.license or ""), *(each.restrictions for each in found if each), inherited
    )


def steps_of(trail: Trail, terms: Sequence[Terms]) -> list[dict[str, Any]]:
    """All steps of the trail in order, after ``s0``: the coming in of the prompt."""
    prompt = trail.prompt
    opening = Step.known(id="s0", kind="import", agent=prompt.origin, source=prompt.source, license=prompt.license)
    return [step_of(step, terms) for step in (opening, *trail.steps)]


def step_of(step: Step, terms: Sequence[Terms]) -> dict[str, Any]:
    """What a row repeats of a step."""
    held = terms_of(step.provider or "", step.model or "", terms) if step.agent == "model" else None
    return {
        "id": step.id,
        "kind": step.kind,
        "agent": step.agent,
        "agent_id": step.agent_id,
        "model": step.model,
        "model_returned": step.model_returned,
        "model_revision": step.model_revision,
        "provider": step.provider,
        "params": {name: step.params[name] for name in SENT if name in step.params},
        "template_sha256": step.template_sha256,
        "principles": [{"id": principle.id, "meaning": principle.meaning} for principle in step.principles],
        "inputs": list(step.inputs),
        "source": step.source,
        "license": step.license,
        "terms": (held.id if held else UNKNOWN) if step.agent == "model" else None,
    }
