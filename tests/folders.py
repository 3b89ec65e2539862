"""Trails made by hand and the contents of a dataset folder: what the tests of datasets share."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from constitution.core.digest import canonical
from constitution.core.judgement import Verdict
from constitution.core.records import Message, Origin, PrincipleRef, Prompt
from constitution.core.trail import Critique, Evidence, Finding, Pair, Response, Step, Trail
from constitution.dataset.calls import Call
from constitution.dataset.contents import ConstitutionFile, FolderContents
from constitution.dataset.envelope import ENVELOPE, envelope_bytes, load_envelope

CALM = PrincipleRef(id="no-shouting", meaning="a" * 64, tier="must")
TRUE = PrincipleRef(id="no-certainty", meaning="b" * 64, tier="never")


def ask(text: str = "Why does bread rise?", **facts: Any) -> Prompt:
    """A prompt of one message."""
    return Prompt.of(Message(role="user", content=text), **facts)


def paired(
    prompt: Prompt | None = None,
    *,
    draft: str = "Because of YEAST! I swear.",
    revision: str = "Because of yeast, I think.",
    origin: Origin = "model",
    **changes: Any,
) -> Trail:
    """A trail that earned its pair in six calls."""
    kinds = ("draft", "critique", "revise", "critique", "judge", "judge")
    steps = tuple(
        Step(id=f"s{place}", kind=kind, agent=origin, model=f"small-{kind}", model_returned=f"small-{kind}-2",
             provider="openai", params={"max_tokens": 64, "seed": 7, "api_key": "no"}, request=f"{place:064d}",
             template_sha256="c" * 64, principles=(CALM,) if kind != "draft" else (),
             inputs=() if kind == "draft" else ("s1",), output_sha256="d" * 64)
        for place, kind in enumerate(kinds, start=1)
    )  # fmt: skip
    first = Response(text=draft, origin=origin, model="small-draft-2", step="s1")
    second = Response(text=revision, origin=origin, model="small-revise-2", step="s3", parent=0)
    quote = Evidence(kind="quote", text="YEAST!", start=11, end=17)
    trail = Trail.start(prompt or ask()).but(
        groups=("all",),
        responses=(first, second),
        critiques=(
            Critique(principle=CALM, response=0, group="all", verdict="violates", severity="minor",
                     reason="It shouts.", evidence=quote, step="s2"),
            Critique(principle=TRUE, response=0, group="all", verdict="complies", reason="Fine.", step="s2"),
            Critique(principle=CALM, response=1, group="all", verdict="complies", reason="Calm.", step="s4"),
        ),
        verdicts=(
            Verdict(a=0, b=1, order="a_first", principles="b", helpfulness="tie", step="s5"),
            Verdict(a=0, b=1, order="b_first", principles="b", helpfulness="tie", step="s6"),
        ),
        steps=steps,
        findings=(Finding(check="length_ratio", severity="warn", reason="one is longer"),),
    )  # fmt: skip
    pair = Pair.of(trail, chosen=second, rejected=first, principles=(CALM,), strategy="revision_over_draft")
    return trail.but(pair=pair, **changes).ends("paired", "earned")


def unpaired(prompt: Prompt | None = None, fate: str = "no_violation", reason: str = "clean") -> Trail:
    """A trail that made no pair."""
    return Trail.start(prompt or ask("How are you?")).ends(fate, reason)


def tool_prompt() -> Prompt:
    """A prompt with a named speaker, a tool call and its result."""
    call = {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Oslo", "n": 1.0}'}}
    return Prompt.of(
        Message(role="system", content="Use the tool."),
        Message(role="user", content="Rain in Oslo?", name="ann"),
        Message(role="assistant", content="", tool_calls=(call,)),
        Message(role="tool", content='{"rain": true}', tool_call_id="c1"),
    )


def contents(*trails: Trail, **changes: Any) -> FolderContents:
    """The contents of a folder with these trails; three different fates without any."""
    principles = ConstitutionFile(ref="small@1", name="small", version="1.0.0", content=b"name: small # \xc3\xa9")
    given = trails or (
        paired(ask(source="kitchen", source_id="k-1", license="CC-BY-4.0", intent="benign", origin="human")),
        unpaired(),
        unpaired(ask(), "screened:duplicate_prompt", "asked before"),
    )
    facts: dict[str, Any] = {
        "name": "small",
        "run_id": "e" * 64,
        "engine": "constitution 0.1.0",
        "trails": given,
        "constitution": principles,
        "inputs": {"prompts": "1" * 64, "recipe": "2" * 64},
        "roles": {"author": "openai:small-draft"},
        "recipe_lock": {"name": "revise", "seed": "x"},
        "templates": {"revise.md": "=== user ===\nRevise."},
        "calls": (Call(prompt_id=given[0].prompt.id, step="s1", request="3" * 64, model="openai:small-draft",
                       time="2026-11-21T08:00:00Z", request_id="r-1", input_tokens=5, output_tokens=6),),
    }  # fmt: skip
    return FolderContents(**{**facts, **changes})


def everything(folder: Path) -> dict[str, bytes]:
    """Each file below a folder, with its bytes."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def restate(out: Path, edit: Callable[[dict[str, Any]], None]) -> None:
    """The manifest of the folder says what ``edit`` makes of its statement; nothing else is changed."""
    payload = json.loads(load_envelope(out).payload)
    edit(payload)
    (out / ENVELOPE).write_bytes(envelope_bytes(canonical(payload)))
