"""The doctor: what it says of a project that is well and of one that is not, and that it never shows a key."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from constitution.cli import main
from constitution.ledger import open_ledger
from constitution.ledger.opening import writer_of
from constitution.providers.simulator.serving import behaviour, serving

SECRET = "sk-canary-0123456789"
Doctor = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project, as the working folder."""
    for name in ("CONSTITUTION_LEDGER", "ANTHROPIC_API_KEY", "OPENAI_API_KEY", "SPARE_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def doctor(capsys: pytest.CaptureFixture[str]) -> Doctor:
    """Asks the doctor; the exit code and the data come back."""

    def asked(*arguments: str) -> tuple[int, dict[str, Any]]:
        code = main(["tools", "doctor", "--json", *arguments])
        found = json.loads(capsys.readouterr().out)
        assert found["schema"] == "constitution/tools-doctor/1"
        assert (found["exit"], found["ok"]) == (code, code == 0)
        assert [error["message"] for error in found["errors"]] == found["data"]["findings"]
        return code, found["data"]

    return asked


def fact(data: dict[str, Any], part: str, name: str) -> dict[str, Any]:
    """The one fact of this name."""
    (found,) = (each for each in data["facts"] if (each["part"], each["name"]) == (part, name))
    return dict(found)


def test_a_bare_folder_is_well(doctor: Doctor, project: Path) -> None:
    code, data = doctor()

    assert (code, data["findings"]) == (0, [])
    assert fact(data, "project", "root")["told"] == str(project.resolve())
    assert "none" in fact(data, "project", "constitution.toml")["told"]
    assert "not there yet" in fact(data, "ledger", "file")["told"]
    assert fact(data, "providers", "simulator")["values"] == {"ready": True}
    assert fact(data, "providers", "openai")["told"] == "OPENAI_API_KEY is not set"
    assert fact(data, "constitutions", "harmlessness@1.0.0")["told"] == "as the lock has it"
    assert fact(data, "recipes", "revise")["told"].startswith("of ")
    assert fact(data, "python", "pydantic")["told"]
    assert list(project.iterdir()) == []


def test_people_see_the_same_and_never_a_key(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", SECRET)
    monkeypatch.setenv("SPARE_KEY", SECRET)
    toml = '[endpoints.spare]\nwire = "anthropic"\nbase_url = "https://spare.example"\nkey_env = "SPARE_KEY"\n'
    (project / "constitution.toml").write_text(toml)

    assert main(["tools", "doctor"]) == 0
    told = capsys.readouterr()
    assert "wire anthropic, https://spare.example, SPARE_KEY is set" in " ".join(told.out.split())
    assert told.out.endswith("all is well\n")
    assert SECRET not in told.out + told.err
    assert main(["tools", "doctor", "--json"]) == 0
    assert SECRET not in capsys.readouterr().out


def test_an_endpoint_without_its_key_is_a_finding(doctor: Doctor, project: Path) -> None:
    toml = '[endpoints.spare]\nwire = "openai"\nbase_url = "https://spare.example/v1"\nkey_env = "SPARE_KEY"\n'
    (project / "constitution.toml").write_text(toml)
    code, data = doctor()

    assert code == 1
    assert data["findings"] == ["endpoint spare cannot be asked: SPARE_KEY is not set; export it"]
    assert fact(data, "endpoints", "spare")["values"]["ready"] is False


def test_what_cannot_be_read_is_a_finding_each(doctor: Doctor, project: Path) -> None:
    (project / "constitution.toml").write_text("endpoints = 3\n")
    (project / ".constitution").mkdir()
    (project / ".constitution" / "ledger.db").write_bytes(b"not a ledger at all" * 99)
    (project / "principles" / "mine").mkdir(parents=True)
    (project / "principles" / "mine" / "draft.yaml").write_text("name: [\n")
    (project / "principles" / "mine" / "1.0.0.yaml").write_text("name: mine\n")
    (project / "pipelines").mkdir()
    (project / "pipelines" / "odd.yaml").write_text("nothing: here\n")
    code, data = doctor()

    assert code == 1
    wrong = {(each["part"], each["name"]) for each in data["facts"] if each["finding"]}
    assert wrong == {
        ("project", "constitution.toml"), ("ledger", "holds"), ("constitutions", "mine@draft"),
        ("constitutions", "mine@1.0.0"), ("recipes", "odd"),
    }  # fmt: skip
    assert any("principles.lock does not hold it" in finding for finding in data["findings"])


def test_the_ledger_is_counted(doctor: Doctor, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "prompts.jsonl").write_text('{"prompt": "Why does bread rise?"}\n')
    assert main(["try", "harmlessness", "--prompts", "prompts.jsonl", "-q", "--json"]) == 0
    capsys.readouterr()
    code, data = doctor()

    assert code == 0
    assert fact(data, "ledger", "holds")["values"]["replies"] >= 2
    assert fact(data, "ledger", "writer")["told"] == "nobody"


def test_a_ledger_in_use_is_a_finding_that_names_the_writer(doctor: Doctor, project: Path) -> None:
    file = project / "spare.db"
    with closing(open_ledger(file)):
        assert writer_of(file) == str(os.getpid())
        code, data = doctor("--ledger", str(file))

    assert code == 1
    assert data["findings"][0].startswith(f"process {os.getpid()} is writing to the ledger")
    assert writer_of(file) == ""
    assert doctor("--ledger", str(file))[0] == 0


def test_a_real_question_is_asked_where_it_is_wanted(doctor: Doctor, project: Path) -> None:
    with serving(behaviour()) as url:
        (project / "constitution.toml").write_text(f'[endpoints.local]\nwire = "openai"\nbase_url = "{url}/v1"\n')
        code, data = doctor("--ask", "local:plain")
    gone, after = doctor("--ask", "local:plain")

    assert code == 0
    assert fact(data, "asked", "local:plain")["values"]["model_returned"] == "simulator:plain"
    assert fact(data, "asked", "local:plain")["values"]["seconds"] >= 0
    assert gone == 1
    assert after["findings"][0].startswith("local:plain: ")


@pytest.mark.parametrize(("model", "part"), [("big", "provider:model"), ("openai:m", "OPENAI_API_KEY is not set")])
def test_a_model_that_cannot_be_asked_is_a_finding(doctor: Doctor, model: str, part: str) -> None:
    code, data = doctor("--ask", model)

    assert code == 1
    assert part in data["findings"][0]
