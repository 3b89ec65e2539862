"""The drop ledger: gate after gate, how many went in, how many came out, and why the others did not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from constitution.core.digest import canonical, digest
from constitution.core.trail import Trail
from constitution.dataset.figures import Gate

GATES = "provenance/ledger.jsonl"


class Gates:
    """The gates of a run: the coming in of prompts, then the stages of its recipe."""

    def __init__(self, lock: Mapping[str, Any]) -> None:
        self._stages = [next(iter(stage.items())) for stage in lock.get("stages", ())]
        self._ended: Counter[tuple[int, str]] = Counter()
        self._prompts = 0

    def add(self, trail: Trail) -> None:
        """One more prompt, where it ended and why."""
        self._prompts += 1
        if trail.fate != "paired":
            # What no stage ended, such as a prompt that came a second time, ended before the first.
            place = -1 if trail.ended_in is None else trail.ended_in
            self._ended[place, trail.fate or ""] += 1

    def lines(self) -> tuple[Gate, ...]:
        """One line a gate; what comes out of one goes into the next, and out of the last come the pairs."""
        named = [("prompts", {}), *self._stages]
        if any(place >= len(self._stages) for place, _ in self._ended):
            named.append(("end", {}))
        found: list[Gate] = []
        entered = self._prompts
        for order, (name, settings) in enumerate(named):
            reasons = {fate: count for (place, fate), count in sorted(self._ended.items()) if place == order - 1}
            found.append(gate_line(name, order, entered, reasons, digest(dict(settings)) if settings else ""))
            entered = found[-1].kept
        return tuple(found)


def gate_line(name: str, order: int, entered: int, reasons: Mapping[str, int], params: str = "") -> Gate:
    """A gate that let all through but these."""
    dropped = sum(reasons.values())
    told = {"gate": name, "order": order, "dropped": dropped, "reasons": dict(reasons), "params_sha256": params}
    return Gate.model_validate({**told, "in": entered, "out": entered - dropped})


def gates_bytes(gates: Sequence[Gate]) -> bytes:
    """The file: one line a gate."""
    return b"".join(canonical(gate.model_dump(mode="json", by_alias=True)) + b"\n" for gate in gates)
