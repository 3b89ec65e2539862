"""The command line as a user meets it: verbs, exit codes, the JSON document, and errors in one sentence."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

import pytest
import yaml

from constitution.api import Order
from constitution.cli import main
from constitution.cli.bundles import Bundle
from constitution.cli.daily import VERBS
from constitution.core.asking import drive
from constitution.core.trail import Trail
from constitution.dataset.contents import ConstitutionFile
from constitution.dataset.folder import write_folder
from constitution.errors import ConstitutionError
from constitution.providers.simulator.serving import behaviour, serving
from tests.folders import contents
from tests.scenes import Cast, brief, constitution, prompt, whole

LOUD = "Bread rises BECAUSE OF YEAST! Knead it for ten minutes and wait an hour."
QUESTIONS = (
    "How do I repot a lemon tree?", "What should I pack for a week of rain?", "Why does bread rise?",
    "How do I ask my neighbour to turn the music down?", "Which exercises help a stiff back?", "What is a mortgage?",
)  # fmt: skip

Say = Callable[..., tuple[int, str, str]]
"""Gives a command; the exit code, standard output and standard error come back."""


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project with a few prompts, as the working folder."""
    for name in ("NO_COLOR", "FORCE_COLOR", "CONSTITUTION_LEDGER", "CONSTITUTION_DEBUG", "ANTHROPIC_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    rows = (json.dumps({"prompt": question, "intent": "benign"}) for question in QUESTIONS)
    (tmp_path / "prompts.jsonl").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Gives commands in this process."""

    def given(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        told = capsys.readouterr()
        return code, told.out, told.err

    return given


@pytest.fixture
def dataset(project: Path) -> Path:
    """A finished folder with two pairs and a clean draft."""

    def ended(text: str, **rules: Any) -> Trail:
        return drive(whole(brief())(Trail.start(prompt(text, intent="benign"))), Cast(**rules))

    trails = (
        ended("Why does bread rise?", author=lambda request: LOUD),
        ended("How long do I knead?", author=lambda request: "Knead it for ten minutes."),
        ended("Why is it \x1b[31msour?", author=lambda request: LOUD),
    )
    text = yaml.safe_dump(constitution().as_json() | {"version": "1.0.0"}, default_style='"').encode()
    file = ConstitutionFile(ref="small@1.0.0", name="small", version="1.0.0", content=text)
    write_folder(project / "out", contents(*trails, constitution=file))
    return project / "out"


def document(text: str) -> dict[str, Any]:
    """The one JSON document that standard output must be."""
    found: dict[str, Any] = json.loads(text)
    assert list(found) == ["schema", "ok", "exit", "data", "errors"]
    assert text.count("\n") == 1
    return found


def test_version_and_help(say: Say) -> None:
    assert say("--version") == (0, "constitution 0.1.0\n", "")
    for arguments in (
        (),
        ("--help",),
        ("principles",),
        *((verb, "--help") for verb in VERBS),
        ("tools",),
        ("tools", "doctor", "--help"),
    ):
        code, out, err = say(*arguments)
        assert (code, err) == (0, "")
        assert out.startswith("Usage: constitution")


def test_help_loads_nothing_heavy() -> None:
    command = [sys.executable, "-X", "importtime", "-m", "constitution", "--help"]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in told.stderr.splitlines()}

    heavy = {"anthropic", "openai", "datasets", "pandas", "pyarrow", "torch", "transformers", "trl"}
    assert loaded & heavy == set()
    assert "typer" in loaded


def test_init_begins_a_project_and_changes_nothing_that_is_there(say: Say, project: Path) -> None:
    (project / "new").mkdir()
    (project / "new" / "constitution.toml").write_text("# mine\n")

    code, out, err = say("init", "new")
    again, second, _ = say("init", "new", "--json")

    assert (code, err) == (0, "")
    assert "next: cd new && constitution run revise --prompts prompts.jsonl --out out/" in out
    assert (project / "new" / "principles" / "harmlessness" / "draft.yaml").is_file()
    assert (project / "new" / "constitution.toml").read_text() == "# mine\n"
    assert again == 0
    assert document(second)["data"]["written"] == []


def test_init_here_makes_a_project_in_which_a_run_works(say: Say, project: Path) -> None:
    assert say("init")[0] == 0
    assert (project / "constitution.toml").is_file()
    assert say("principles", "lint", "harmlessness@draft", "plain-answers")[0] == 0


def test_a_run_ends_with_the_funnel_the_folder_and_the_next_command(say: Say, project: Path) -> None:
    code, out, err = say("run", "revise", "--prompts", "prompts.jsonl", "--out", "out")

    assert code == 0
    assert out.startswith("6 prompts → ")
    assert "better in both orders" in out
    assert "this run asked " in out
    assert "dataset: out/\nnext: constitution show out/" in out
    assert "rehearsal" in err
    assert (project / "out" / "README.md").is_file()
    assert (project / ".constitution" / "ledger.db").is_file()


def test_a_run_says_its_figures_as_json(say: Say) -> None:
    arguments = ("run", "--prompts", "prompts.jsonl", "--out", "out", "--json")
    code, out, _ = say(*arguments)
    found = document(out)
    data = found["data"]

    assert (code, found["schema"], found["ok"], found["errors"]) == (0, "constitution/run/1", True, [])
    assert {"prompts", "fates", "asked", "attempts", "reused", "usage", "cost", "yield", "out"} <= data.keys()
    assert sum(data["fates"].values()) == data["prompts"] == len(QUESTIONS)
    assert data["funnel"]["fates"] == data["fates"]
    assert document(say(*arguments)[1])["data"]["asked"] == 0


def test_quiet_says_nothing_beside_the_result_and_verbose_says_why(say: Say) -> None:
    arguments = ("run", "--prompts", "prompts.jsonl", "--out", "out")

    assert say(*arguments, "-q")[2] == ""
    found = document(say(*arguments, "--json")[1])["data"]
    lost = found["prompts"] - found["fates"].get("paired", 0)
    assert say(*arguments, "-v")[2].count("p-") >= lost


def test_a_plan_foretells_the_run_and_asks_nothing(say: Say, project: Path) -> None:
    code, out, _ = say("plan", "--prompts", "prompts.jsonl", "-v")
    planned = document(say("plan", "--prompts", "prompts.jsonl", "--json")[1])["data"]
    assert not (project / ".constitution" / "ledger.db").exists()
    ran = document(say("run", "--prompts", "prompts.jsonl", "--out", "out", "--json")[1])["data"]

    assert code == 0
    assert "next: constitution run revise --prompts prompts.jsonl --out out/" in out
    assert "cost       0 (simulator)" in out
    assert out.count("touched    p-") == planned["rows"] == len(QUESTIONS)
    assert planned["ask"]["min"] <= ran["asked"] <= planned["ask"]["max"]
    after = document(say("plan", "--prompts", "prompts.jsonl", "--json")[1])["data"]
    assert (after["rows"], after["ask"]) == (0, {"min": 0, "max": 0})


def test_a_plan_until_enough_pairs_is_for_the_run_that_it_names(say: Say) -> None:
    until = ("--prompts", "prompts.jsonl", "--accept", "2", "--max-candidates", "4")
    planned = document(say("plan", *until, "--json")[1])["data"]
    ran = document(say("run", *until, "--out", "out", "--json")[1])["data"]

    assert planned["next"].endswith("--prompts prompts.jsonl --accept 2 --max-candidates 4 --out out/")
    assert (planned["prompts"], planned["ask"]["min"]) == (4, 2)
    assert planned["ask"]["min"] <= ran["asked"] <= planned["ask"]["max"]
    assert "--accept" in say("plan", "--help")[1].split("Arguments:")[0]
    assert say("plan", "--prompts", "prompts.jsonl", "--accept", "0")[0] == 2


@pytest.mark.parametrize("bundle", Bundle.__subclasses__())
def test_a_flag_of_several_verbs_stands_once_and_names_a_part_of_the_order(bundle: type[Bundle]) -> None:
    parts = {part.name: part for part in fields(Order)}
    bundled = {flag.name: flag for flag in fields(bundle)}
    others = {flag.name for other in Bundle.__subclasses__() if other is not bundle for flag in fields(other)}

    assert bundled
    assert bundled.keys() <= parts.keys() - others
    assert all(flag.default in (MISSING, parts[name].default) for name, flag in bundled.items())


def test_try_shows_what_one_principle_does_and_writes_no_dataset(say: Say, project: Path) -> None:
    code, out, _ = say("try", "harmlessness#no-lecturing", "--prompts", "prompts.jsonl", "-n", "2")
    found = document(say("try", "harmlessness#no-lecturing", "--prompts", "prompts.jsonl", "-n", "2", "--json")[1])

    assert code == 0
    assert "1 of 2 · p-" in out
    assert "no-lecturing" in out
    assert len(found["data"]["tried"]) == 2
    asked = {each["principle"]["id"] for tried in found["data"]["tried"] for each in tried["critiques"]}
    assert asked == {"no-lecturing"}
    assert {path.name for path in project.iterdir()} == {"prompts.jsonl", ".constitution"}


def test_show_prints_the_funnel_and_the_pairs(say: Say, dataset: Path) -> None:
    code, out, err = say("show", "out")

    assert (code, err) == (0, "")
    assert "3 prompts → 2 paired (67%)" in out
    assert "1     pp1:" in out
    assert "next: constitution show out 1" in out
    assert "Why is it \\x1b[31msour?" in out
    assert len(document(say("show", "out", "--json")[1])["data"]["pairs"]) == 2


def test_show_finds_a_row_by_number_pair_id_or_prompt_id(say: Say, dataset: Path) -> None:
    first = say("show", "out", "1")[1]
    data = document(say("show", "out", "1", "--json")[1])["data"]
    pair_id, prompt_id = data["trail"]["pair"]["pair_id"], data["trail"]["prompt"]["id"]

    assert "[-BECAUSE OF YEAST!-]{+because of yeast.+}" in first
    assert "why: It frightens people." in first
    assert "".join(each["text"] for each in data["diff"] if each["change"] != "new") == LOUD
    for name in (pair_id, pair_id[:16], pair_id.removeprefix("pp1:"), prompt_id, prompt_id[:12]):
        assert say("show", "out", name)[1] == first
    assert say("show", "out", "2")[1] != first


def test_show_explains_a_prompt_that_made_no_pair(say: Say, dataset: Path) -> None:
    name = prompt("How long do I knead?").id

    assert "no_violation" in say("show", "out", name)[1]


def test_show_counts_by_principle(say: Say, dataset: Path) -> None:
    out = say("show", "out", "--by", "principle")[1]
    rows = document(say("show", "out", "--by", "principle", "--json")[1])["data"]["principles"]

    assert "3 prompts, 3 held to principles\n" in out
    heads = ["principle", "tier", "asked", "applied", "fired", "earned", "can't", "tell", "longer", "ratio"]
    assert out.splitlines()[2].split() == heads
    counts = {"asked": 3, "applied": 3, "fired": 2, "kept": 1, "not_applicable": 0, "cannot_tell": 0, "earned": 2}
    assert {**rows[0], **counts} == rows[0]


def test_colour_only_where_it_is_wanted(say: Say, dataset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b" not in say("show", "out", "1")[1]
    assert "\x1b[9;31m" in say("show", "out", "1", "--color")[1]
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[4;32m" in say("show", "out", "1")[1]
    assert "\x1b" not in say("show", "out", "1", "--no-color")[1]
    monkeypatch.setenv("FORCE_COLOR", "0")
    assert "\x1b" not in say("show", "out", "1")[1]
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in say("show", "out", "1")[1]


def test_lint_names_each_problem_at_its_place(say: Say, project: Path) -> None:
    head = "name: some\ngroups:\n- id: g\n  principles:\n  - id: one\n"
    (project / "weak.yaml").write_text(head + "    rule: Be brief.\n")
    (project / "bad.yaml").write_text(head + "    rul: Be.\n    x: y\n")

    weak, warnings, _ = say("principles", "lint", "weak.yaml")
    bad, errors, told = say("principles", "lint", "bad.yaml", "weak.yaml", "-q")
    found = document(say("principles", "lint", "bad.yaml", "weak.yaml", "--json")[1])

    assert weak == 0
    assert all(line.startswith(("weak.yaml:", "    ")) for line in warnings.splitlines())
    assert "weak.yaml:5:5: warning W101: one: has no `why`\n    why it matters: " in warnings
    assert bad == 1
    assert "bad.yaml:6:5: error E001: " in errors
    assert "bad.yaml:7:5: error E001: " in errors
    assert "warning" not in errors
    assert "mend them" in told
    assert (found["schema"], found["exit"], found["ok"]) == ("constitution/principles-lint/1", 1, False)
    assert found["data"]["errors"] == sum(each["level"] == "error" for each in found["data"]["problems"])


NO_PRINCIPLE = ("try", "harmlessness#nothing", "--prompts", "prompts.jsonl")


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (("run",), "--prompts"),
        (("fly",), "fly"),
        (("run", "--bogus"), "--bogus"),
        (("run", "--prompts", "none.jsonl", "--out", "out"), "none.jsonl"),
        (("run", "nothing", "--prompts", "prompts.jsonl", "--out", "out"), "there is no recipe 'nothing'"),
        (("run", "--prompts", "prompts.jsonl", "--out", "."), "nothing was touched"),
        (("run", "--prompts", "broken.jsonl", "--out", "out"), "broken.jsonl:2"),
        (("run", "--prompts", "prompts.jsonl", "--out", "out", "--model", "big"), "provider:model"),
        (("run", "--prompts", "prompts.jsonl", "--out", "out", "--model", "anthropic:m"), "ANTHROPIC_API_KEY"),
        (("run", "--prompts", "prompts.jsonl", "--out", "out", "--principles", "nope"), "nope"),
        (("run", "--prompts", "prompts.jsonl", "--out", "out", "--concurrency", "0"), "--concurrency"),
        (("plan", "--prompts", "empty.jsonl"), "empty.jsonl"),
        (NO_PRINCIPLE, "nothing"),
        (("show", "nowhere"), "nowhere"),
        (("show", "nowhere", "1", "--by", "principle"), "--by"),
        (("principles", "lint", "nope"), "nope"),
        (("principles", "lint", "none.yaml"), "none.yaml"),
        (("init", "prompts.jsonl"), "prompts.jsonl"),
    ],
)
def test_a_mistake_is_one_sentence_and_exit_2(say: Say, project: Path, arguments: tuple[str, ...], part: str) -> None:
    (project / "broken.jsonl").write_text('{"prompt": "a"}\n{"prompt": \n')
    (project / "empty.jsonl").write_text("")

    code, out, err = say(*arguments)
    found = document(say(*arguments, "--json")[1])

    assert (code, out) == (2, "")
    errors = [line for line in err.splitlines() if line.startswith("error: ")]
    assert len(errors) == 1
    assert part in errors[0]
    assert "Traceback" not in err
    assert (found["ok"], found["exit"], len(found["errors"])) == (False, 2, 1)
    assert part in found["errors"][0]["message"]


def test_an_option_before_the_verb_is_told_where_it_belongs(say: Say) -> None:
    assert "options come after the verb: constitution run --json ..." in say("--json", "run")[1]
    assert "options come after the verb: constitution tools doctor -q ..." in say("-q", "tools", "doctor")[2]


def test_fewer_pairs_than_wanted_end_with_4_and_say_how_to_get_more(say: Say) -> None:
    arguments = ("run", "--prompts", "prompts.jsonl", "--out", "out", "--accept", "99")
    code, _, err = say(*arguments)
    found = document(say(*arguments, "--max-candidates", "2", "--accept-changes", "--json")[1])

    assert code == 4
    assert "of 99 wanted pairs: 6 prompts made no more; give more prompts and run again" in err
    assert (found["exit"], found["errors"][0]["kind"], found["data"]["prompts"]) == (4, "too_few", 2)
    assert "raise --max-candidates" in found["errors"][0]["message"]


def test_a_run_without_a_pair_says_why(say: Say, project: Path) -> None:
    arguments = ("run", "--prompts", "prompts.jsonl", "--out", "out", "--max-candidates", "1", "--model")
    code, _, err = say(*arguments, "simulator:plain")
    data = document(say(*arguments, "simulator:plain", "--json")[1])["data"]
    (fate,) = data["fates"]

    assert (code, data["yield"]) == (0, 0)
    assert "no pair: load_dataset finds no row in out/; the commonest reasons:" in err
    assert f"{fate} 1: " in err
    assert data["reasons"][fate][0][1] == 1
    assert say("show", "out", "1")[2].startswith("error: there is no row 1; there are no rows: none of the 1 prompts")


def test_a_run_over_a_finished_dataset_of_another_run_says_so(say: Say, project: Path) -> None:
    arguments = ("run", "--prompts", "prompts.jsonl", "--out", "out")
    first = say(*arguments)[2]
    again = say(*arguments)[2]
    other = say(*arguments, "--seed", "other")[2]

    assert "finished dataset of another run" not in first + again
    assert "out holds the finished dataset of another run (r-" in other


def test_a_plan_never_names_a_folder_in_which_something_else_stands(say: Say, project: Path) -> None:
    plan = ("plan", "--prompts", "prompts.jsonl", "-q")
    assert say("run", "--prompts", "prompts.jsonl", "--out", "out", "-q")[0] == 0
    (project / "out-2").write_text("mine")

    assert say(*plan)[1].endswith("--out out/\n")
    assert say(*plan, "--seed", "other")[1].endswith("--seed other --out out-3/\n")
    assert "0 of 1 prompt has something to ask" in say(*plan, "--max-candidates", "1")[1]


def test_prompts_that_failed_are_named_with_the_commonest_cause(say: Say, project: Path) -> None:
    with serving(behaviour(faults="400=1")) as url:
        (project / "constitution.toml").write_text(f'[endpoints.local]\nwire = "openai"\nbase_url = "{url}/v1"\n')
        code, out, err = say("run", "--prompts", "prompts.jsonl", "--out", "out", "--model", "local:plain")
    (error,) = (line for line in err.splitlines() if line.startswith("error: "))

    assert code == 3
    assert "6 of 6 prompts failed (fault:" in error
    assert "most often: " in error
    assert "400" in error
    assert "out/ holds no row" in error
    assert "simulator" not in out


def test_names_in_errors_cannot_command_the_terminal(say: Say) -> None:
    err = say("show", "\x1b[2J\nowned")[2]

    assert err.startswith("error: \\x1b[2J\\nowned")
    assert err.count("\n") == 1


def test_a_row_that_is_not_there_is_named_with_how_many_there_are(say: Say, dataset: Path) -> None:
    assert "there are 2 rows" in say("show", "out", "3")[2]
    assert "nothing here is named 'zzz'" in say("show", "out", "zzz")[2]
    assert "'p-' fits 3 prompts; write more of the id" in say("show", "out", "p-")[2]
    assert "'pp1:' fits 2 pairs; write more of the id" in say("show", "out", "pp1:")[2]


@pytest.mark.parametrize("damaged", ["trails.parquet", "provenance/calls.parquet", "provenance/manifest.dsse.json"])
def test_a_damaged_folder_is_named(say: Say, dataset: Path, damaged: str) -> None:
    (dataset / damaged).write_bytes(b"no")

    code, _, err = say("show", "out")

    assert code == 2
    assert damaged in err


@pytest.mark.parametrize("damage", [lambda file: file.unlink(), lambda file: file.write_bytes(b"\xff")])
def test_a_folder_without_its_principles_is_named(say: Say, dataset: Path, damage: Callable[[Path], object]) -> None:
    damage(dataset / "provenance" / "principles" / "small@1.0.0.yaml")

    assert say("show", "out")[0] == 2


@pytest.mark.parametrize("kind", ConstitutionError.__subclasses__())
def test_each_error_ends_with_its_own_exit_code(
    say: Say, monkeypatch: pytest.MonkeyPatch, kind: type[ConstitutionError]
) -> None:
    def fails(*args: object, **kwargs: object) -> None:
        raise kind("it went wrong", where="here", remedy="do that")

    monkeypatch.setattr("constitution.cli.showing.read_folder", fails)

    assert say("show", "out") == (kind.exit_code, "", "error: here: it went wrong; do that\n")


def test_a_bug_of_ours_ends_with_70_and_keeps_its_traceback(
    say: Say, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*args: object, **kwargs: object) -> None:
        raise ZeroDivisionError("secret of the user")

    monkeypatch.setattr("constitution.cli.showing.read_folder", fails)
    code, out, err = say("show", "out")

    assert (code, out) == (70, "")
    assert "a bug of constitution" in err
    assert "Traceback" not in err
    assert "ZeroDivisionError" in (project / ".constitution" / "bug.txt").read_text()
    monkeypatch.setenv("CONSTITUTION_DEBUG", "1")
    assert "Traceback" in say("show", "out")[2]


def test_ctrl_c_before_anything_was_asked_ends_with_130(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*args: object, **kwargs: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("constitution.cli.showing.read_folder", interrupted)
    code, _, err = say("show", "out")

    assert code == 130
    assert err.strip().count("\n") == 0
    assert "run the same command again" in err


def test_the_module_can_be_run_and_a_closed_pipe_is_no_error(dataset: Path) -> None:
    command = f"{sys.executable} -m constitution show out 1 | head -n 1"
    told = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False)

    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.startswith("pair 1 of 2")


def test_a_terminal_without_our_letters_gets_escapes(dataset: Path) -> None:
    command = [sys.executable, "-m", "constitution", "show", "out", "1"]
    told = subprocess.run(command, capture_output=True, check=True, env={**os.environ, "PYTHONIOENCODING": "ascii"})

    assert b"\\xabBECAUSE OF YEAST!\\xbb" in told.stdout


def test_ctrl_c_while_asking_is_one_sentence_that_says_how_to_go_on(project: Path) -> None:
    rows = (json.dumps({"prompt": f"What is the number {place} good for?"}) for place in range(3000))
    (project / "many.jsonl").write_text("\n".join(rows))
    arguments = ("run", "--prompts", "many.jsonl", "--out", "many", "-q")
    running = subprocess.Popen(
        [sys.executable, "-m", "constitution", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    ledger = project / ".constitution" / "ledger.db"
    while not ledger.exists() and running.poll() is None:
        time.sleep(0.05)
    time.sleep(0.5)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)

    assert (running.returncode, out) == (130, "")
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    assert "run the same command again" in err
