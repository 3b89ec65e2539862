"""How a row was made, and how to check it: models and steps, labels, hashes, and the commands to make it again."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from constitution.api.reviewing.again import runs_commands
from constitution.cli.page.facts import Facts
from constitution.cli.page.telling import STEPS
from constitution.core.digest import digest
from constitution.core.markup import Markup, code, defined, element, joined, table, text
from constitution.core.rulings import NONE
from constitution.core.trail import Step
from constitution.dataset.provenance import SENT
from constitution.dataset.rows import row_of

LABELS = (
    "synthetic", "prompt_origin", "chosen_origin", "rejected_origin", "chosen_model", "rejected_model", "chosen_arm",
    "rejected_arm", "source", "source_id", "license", "intent", "strategy", "flipped", "p_chosen", "p_basis",
    "p_calibrated", "principles", "self_judged", "warnings",
)  # fmt: skip


def steps(facts: Facts) -> Iterator[Markup]:
    """Who was asked, who answered, and with which settings; then each step."""
    roles = ((code(role), code(model)) for role, model in facts.roles.items())
    yield table(("role", "model asked for"), roles, caption="Who plays which role in this dataset")
    if not facts.trail.steps:
        yield element("p", "Nothing was asked.")
        return
    heads = ("step", "what", "who answered", "after", "settings", "hash of the question")
    yield table(heads, map(_step, facts.trail.steps), caption="What was done for this row, in order")


def _step(step: Step) -> tuple[Markup, ...]:
    asked = f"{step.provider}:{step.model}" if step.provider and step.model else step.model or ""
    who = step.agent_id or step.model_returned or asked or step.agent
    others = f", asked for as {asked}" if asked and step.model_returned and step.model_returned != asked else ""
    settings = ", ".join(f"{name} {step.params[name]}" for name in SENT if name in step.params)
    return (
        code(step.id),
        text(STEPS.get(step.kind, step.kind)),
        text(f"{who} ({step.agent}){others}"),
        text(", ".join(step.inputs)),
        text(settings),
        code(step.request or "nothing was asked"),
    )


def labels(facts: Facts) -> Iterator[Markup]:
    """The flat labels of the row, and how it was made in one word."""
    if facts.trail.fate != "paired":
        yield element("p", "There is no row, so there are no labels.")
        return
    row = row_of(facts.trail, engine=facts.manifest.engine, terms=facts.manifest.terms)
    said = {name: getattr(row, name) for name in LABELS}
    shown = {
        name: ", ".join(value) or "none" if isinstance(value, tuple) else str(value) for name, value in said.items()
    }
    yield defined(
        *((name, value) for name, value in shown.items()), ("source type", str(row.provenance["source_type"]))
    )


def checking(facts: Facts) -> Iterator[Markup]:
    """What to hold the page against, and what to type."""
    yield element("p", f"The page was made from the folder {facts.name} and nothing else; whoever has it gets the same "
                  "bytes. Its files had these SHA-256 when the page was made:")  # fmt: skip
    written = facts.statement.files
    rows = ((code(name), code(sha256), text("as written" if written.get(name) == sha256 else "NOT as it was written"))
            for name, sha256 in facts.hashes.items())  # fmt: skip
    yield table(("file", "SHA-256", "against the manifest"), rows)
    yield element("p", "To see the row in the folder, and to make this page again:")
    yield element("pre", "\n".join(_look(facts)))
    yield element("p", "To make the dataset again, with PROMPTS for the file of its prompts, and RULINGS for that of "
                  "people's rulings where it says so. Replies that the ledger holds are not asked again, and then the "
                  "data files come out byte by byte:")  # fmt: skip
    yield element("pre", _again(facts))
    yield element("p", joined(["Made by ", code(facts.manifest.engine), "."]), class_="note")


def _look(facts: Facts) -> Iterator[str]:
    pair = facts.trail.pair
    name = pair.pair_id if pair and facts.trail.fate == "paired" else facts.trail.prompt.id
    folder = shlex.quote(f"{facts.name}/")
    yield f"constitution show {folder} {name} -v"
    yield f"constitution show {folder} {name} --html page.html"
    yield f"cd {folder} && sha256sum {' '.join(shlex.quote(file) for file in facts.hashes)}"


def _again(facts: Facts) -> str:
    command = ["constitution", "run", str(facts.lock.get("name", "RECIPE")), "--prompts", "PROMPTS"]
    command += ["--principles", facts.said.ref]
    for flag, role in (("--model", "author"), ("--critic", "critic"), ("--reviser", "reviser"), ("--judge", "judge")):
        command += [flag, facts.roles[role]] if role in facts.roles else []
    for role in sorted(facts.roles):
        command += ["--panel", facts.roles[role]] if role.startswith("judge-") else []
    command += ["--teacher", facts.roles["teacher"]] if "teacher" in facts.roles else []
    command += ["--allow-commands"] * runs_commands(facts.lock)
    return shlex.join([*command, "--seed", str(facts.lock.get("seed", "")), *_limits(facts), "--out", "again/"])


def _limits(facts: Facts) -> Iterator[str]:
    """How many pairs were wanted, and that people's rulings were applied, where it was so."""
    inputs, rows = facts.manifest.inputs, len(facts.shown.paired)
    if inputs.get("accept") == digest(rows):
        yield from ("--accept", str(rows))
    if inputs.get("rulings", NONE.digest) != NONE.digest:
        yield from ("--rulings", "RULINGS")
