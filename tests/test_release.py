"""Releases: a draft becomes a version by rule and with evidence, whole or not at all, and is never changed again."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constitution.api.release.proposing import with_version
from constitution.api.release.releasing import ReleaseOrder, propose
from constitution.api.release.releasing import release as carry_out
from constitution.cli import main
from constitution.core.asking import Request
from constitution.core.records import Message
from constitution.errors import Occupied
from constitution.principles.changelog import entry, version_of, with_entry
from constitution.shelf import Shelf
from constitution.shelf.lock import Approval, read_lock, write_lock
from constitution.shelf.releasing import freeze, latest_release
from tests.courtroom import by_draw, reader
from tests.endpoints_here import Answer, Asked, chat, here, settings

DRAFT = """\
# What the desk says of the weather.
name: desk     # of this file
title: The desk

groups:
  - id: all
    # Nobody knows tomorrow.
    principles:
      - id: no-guarantee
        rule: Do not claim certainty that you lack.
        why: A reader who hears that something is certain stops checking it.
        rules:
          - forbid: [guaranteed]
        violates:
          - prompt: Will it rain?
            response: It is guaranteed to rain.
            quote: guaranteed
        complies:
          - prompt: Will it rain?
            response: It will probably rain, but I am not certain.
"""
ONE = DRAFT.replace("title: The desk\n", 'title: The desk\nversion: "1.0.0"\n')
UNRULED = DRAFT.replace("        rules:\n          - forbid: [guaranteed]\n", "")
REWORDED = DRAFT.replace("Do not claim certainty that you lack.", "Do not claim certainty that you do not have.")
OWNED = DRAFT.replace("        why:", "        owner: ann\n        why:")
EXCEPTED = OWNED.replace("        why:", "        exceptions: [Sums are certain.]\n        why:")
BOO = """\
name: desk
groups:
  - id: all
    principles:
      - id: no-boo
        rule: Do not say "boo".
        violates: [{prompt: Speak., response: "Well, boo.", quote: boo}]
        complies: [{prompt: Speak., response: "Well, well."}]
"""
RHYMED = UNRULED + BOO.partition("    principles:\n")[2].replace("no-boo", "in-rhyme").replace(
    'Do not say "boo".', "Answer in rhyme."
)
"""The simulator knows nothing of rhymes."""
WHO = ("--approved-by", "Ann Roe", "--because", "people asked", "--date", "2026-07-27")

Release = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a draft, in which we stand."""
    (tmp_path / "constitution.toml").write_text("")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CONSTITUTION_LEDGER", raising=False)
    draft(tmp_path, DRAFT)
    return tmp_path


@pytest.fixture
def release(project: Path, capsys: pytest.CaptureFixture[str]) -> Release:
    """Gives the command; returns its exit code and its JSON document."""

    def give(*flags: str, who: tuple[str, ...] = WHO) -> tuple[int, dict[str, Any]]:
        capsys.readouterr()
        code = main(["principles", "release", "desk", *who, *flags, "--json"])
        told = json.loads(capsys.readouterr().out)
        assert (told["exit"], told["ok"]) == (code, code == 0)
        return code, told

    return give


def draft(root: Path, text: str, name: str = "desk") -> None:
    """The project's draft."""
    (root / "principles" / name).mkdir(parents=True, exist_ok=True)
    (root / "principles" / name / "draft.yaml").write_bytes(text.encode())


def files(root: Path) -> dict[str, bytes]:
    """All that is below ``principles/``."""
    below = root / "principles"
    return {
        path.relative_to(below).as_posix(): path.read_bytes() for path in sorted(below.rglob("*")) if path.is_file()
    }


def messages(told: dict[str, Any]) -> str:
    """What the errors say, a line each."""
    return "\n".join(each["message"] for each in told["errors"])


@pytest.fixture
def critic(project: Path) -> Iterator[Callable[..., None]]:
    """Lets a model over HTTP be the critic: ``local:judge``, who answers by a function."""
    with ExitStack() as stack:

        def stand(answer: Callable[[Request], Any], model: str = "judge-7b-v3") -> None:
            def said(asked: Asked) -> Answer:
                reply = answer(request_of(asked))
                return reply if isinstance(reply, Answer) else Answer.of(chat(reply.text, model=model))

            settings(project, stack.enter_context(here(said)).url)

        yield stand


def request_of(asked: Asked) -> Request:
    """What came over the wire, as the engine asked it."""
    return Request(
        model="local:judge",
        messages=tuple(Message(role=each["role"], content=each["content"]) for each in asked.body["messages"]),
        max_tokens=1,
        json_schema=asked.body["response_format"]["json_schema"]["schema"],
        draw=asked.body.get("seed", 0),
        purpose="critique",
    )


def test_the_first_release_is_the_draft_with_its_version_a_lock_entry_and_a_changelog(
    project: Path, release: Release
) -> None:
    code, told = release()
    found = files(project)
    lock = json.loads(found["principles.lock"])["desk/1.0.0.yaml"]

    assert (code, told["data"]["version"], told["data"]["level"]) == (0, "1.0.0", "first")
    assert found["desk/1.0.0.yaml"].decode() == ONE
    assert found["desk/draft.yaml"].decode() == DRAFT
    assert lock["sha256"] == hashlib.sha256(ONE.encode()).hexdigest()
    assert (lock["approved_by"], lock["reason"]) == ("Ann Roe", "people asked")
    assert lock["evidence"] | {"critic": "simulator:plain", "cases": 2, "passed": 2, "draws": 3} == lock["evidence"]
    assert (lock["evidence"]["insufficient"], lock["evidence"]["rehearsal"]) == (["no-guarantee"], [])
    assert "previous" not in lock["evidence"]
    assert "2026" not in found["principles.lock"].decode()
    assert found["desk/CHANGELOG.md"].decode().splitlines()[4:7] == [
        "## 1.0.0 - 2026-07-27",
        "",
        "Approved by Ann Roe: people asked",
    ]
    assert sorted(found) == ["desk/1.0.0.yaml", "desk/CHANGELOG.md", "desk/draft.yaml", "principles.lock"]
    assert Shelf(project).constitution("desk").ref == "desk@1.0.0"


def test_a_later_release_takes_the_version_that_its_changes_demand(project: Path, release: Release) -> None:
    release()
    for text, version, level in ((OWNED, "1.0.1", "patch"), (EXCEPTED, "1.1.0", "minor"), (OWNED, "2.0.0", "major")):
        before = read_lock(project / "principles", "lock")
        draft(project, text)
        code, told = release()
        lock = read_lock(project / "principles", "lock")
        made = lock[f"desk/{version}.yaml"].evidence

        assert (code, told["data"]["version"], told["data"]["floor"]) == (0, version, level)
        assert before.items() < lock.items()
        assert made is not None
        assert made.previous is not None
        assert f"desk/{made.previous.ref.partition('@')[2]}.yaml" in before
        assert made.previous.sha256 in {each.sha256 for each in before.values()}
    log = files(project)["desk/CHANGELOG.md"].decode()

    assert [line.split()[1] for line in log.splitlines() if line.startswith("## ")] == [
        "2.0.0", "1.1.0", "1.0.1", "1.0.0",
    ]  # fmt: skip
    assert "- **no-guarantee**: " in log.partition("## 1.1.0")[0]
    assert "(major: answers that were allowed are wrong now)" in log


def test_a_level_below_the_floor_is_refused_with_the_changes_that_demand_more(project: Path, release: Release) -> None:
    release()
    draft(project, REWORDED)
    before = files(project)
    code, told = release("--version", "1.0.1")

    assert (code, files(project)) == (1, before)
    assert [each["kind"] for each in told["errors"]] == ["level"]
    assert "no-guarantee" in messages(told)
    assert "--version 1.1.0" in messages(told)
    assert "constitution principles diff desk@1.0.0 desk@draft" in told["data"]["next"]
    assert told["data"]["test"] is None


def test_a_low_version_is_told_what_its_changes_demand(
    project: Path, release: Release, capsys: pytest.CaptureFixture[str]
) -> None:
    release()
    draft(project, REWORDED)
    code = main(["principles", "release", "desk", *WHO, "--version", "1.0.1"])
    told = capsys.readouterr()

    assert code == 1
    assert told.out.startswith("refused desk@1.0.1: A patch release after 1.0.0; its changes demand a minor one.\n")
    assert "no file of principles was written" in told.err


def test_a_higher_version_may_be_asked_for(project: Path, release: Release) -> None:
    release()
    draft(project, OWNED)
    code, told = release("--version", "2.0.0")

    assert (code, told["data"]["level"], told["data"]["floor"]) == (0, "major", "patch")
    assert "its changes would allow a patch one" in files(project)["desk/CHANGELOG.md"].decode()
    assert "desk/2.0.0.yaml" in files(project)


@pytest.mark.parametrize("version", ["1.0.0", "0.9.0", "one", "1.0", "1.0.01", "1.0.12345678901"])
def test_a_version_that_cannot_be_is_a_mistake(project: Path, release: Release, version: str) -> None:
    release()
    draft(project, OWNED)
    before = files(project)
    code, told = release("--version", version)

    assert (code, files(project)) == (2, before)
    assert told["errors"][0]["remedy"]


def test_nothing_changed_is_nothing_to_release(project: Path, release: Release) -> None:
    release()
    before = files(project)
    code, told = release()

    assert (code, files(project)) == (2, before)
    assert "nothing to release" in messages(told)


def test_comments_alone_are_released_only_under_a_version_that_is_named(project: Path, release: Release) -> None:
    release()
    draft(project, DRAFT + "# The end.\n")
    refused, told = release()
    code, _ = release("--version", "1.0.1")
    again, _ = release("--version", "1.0.2")

    assert (refused, code, again) == (2, 0, 2)
    assert "--version 1.0.1" in messages(told)
    assert files(project)["desk/1.0.1.yaml"].endswith(b"# The end.\n")


def test_lint_errors_missing_cases_and_a_low_version_are_told_at_once_with_their_places(
    project: Path, release: Release
) -> None:
    release()
    bad = REWORDED.replace("        rules:", "        conflicts_with: [nobody]\n        rules:")
    bad += "      - id: bare\n        rule: Answer {{prompt}} in one line.\n"
    draft(project, bad)
    before = files(project)
    code, told = release("--version", "1.0.1")

    assert (code, files(project)) == (1, before)
    assert {each["kind"] for each in told["errors"]} == {"lint", "missing_case", "level"}
    assert sum(each["kind"] == "lint" for each in told["errors"]) >= 2
    assert all(each["where"].startswith("principles/desk/draft.yaml:") for each in told["errors"][:-1])
    assert all(each["remedy"] for each in told["errors"])
    assert "`violates` and no `complies`" in messages(told)
    assert told["data"]["test"] is None


@pytest.mark.parametrize("missing", ["violates", "complies"])
def test_a_principle_needs_a_case_of_each_side_even_where_the_warning_may_stand(
    project: Path, release: Release, missing: str
) -> None:
    other = {"violates": "complies", "complies": "violates"}[missing]
    text = BOO.replace(f"        {missing}:", "        not_applicable:").replace(", quote: boo", "")
    draft(
        project, text.replace("rule:", "allow: [{code: W201, because: no}, {code: W202, because: no}]\n        rule:")
    )
    code, told = release("--accept-rehearsal")

    assert code == 1
    assert f"`{missing}`" in messages(told)
    assert f"no `{other}`" not in messages(told)


def test_a_failing_case_is_refused_at_its_place(project: Path, release: Release) -> None:
    draft(project, RHYMED)
    before = files(project)
    code, told = release("--accept-rehearsal")

    assert (code, files(project)) == (1, before)
    assert [each["kind"] for each in told["errors"]] == ["case", "case"]
    assert "principles/desk/draft.yaml:21:20: " in messages(told)
    assert "in-rhyme violates[0]: FAIL (cannot tell)" in messages(told)
    assert "constitution principles test desk@draft" in told["data"]["next"]


def test_failing_and_flaky_cases_are_all_told_and_nothing_is_written(
    project: Path, release: Release, critic: Callable[..., None]
) -> None:
    critic(by_draw(*["violates", "complies"] * 6))
    draft(project, BOO)
    before = files(project)
    code, told = release("--critic", "local:judge")
    kinds = [each["kind"] for each in told["errors"]]

    assert (code, files(project)) == (1, before)
    assert kinds == ["flaky", "flaky"]
    assert 'note: "flaky: ..."' in messages(told)


def test_a_critic_that_is_wrong_fails_and_one_that_is_not_there_is_a_fault(
    project: Path, release: Release, critic: Callable[..., None]
) -> None:
    def half(request: Request) -> Any:
        if "Well, well." in request.messages[1].content:
            return Answer.of({"error": {"message": "no such thing"}}, 400)
        return by_draw("complies")(request)

    critic(half)
    draft(project, BOO)
    code, told = release("--critic", "local:judge")

    assert code == 1
    assert [each["kind"] for each in told["errors"]] == ["case", "fault"]
    assert told["errors"][0]["where"].startswith("principles/desk/draft.yaml:7:")
    assert "desk/1.0.0.yaml" not in files(project)


def test_a_model_over_http_is_evidence_by_the_name_it_gave_itself(
    project: Path, release: Release, critic: Callable[..., None]
) -> None:
    critic(reader)
    draft(project, BOO)
    code, told = release("--critic", "local:judge")
    evidence = told["data"]["evidence"]

    assert code == 0
    assert (evidence["critic"], evidence["asked_for"]) == ("local:judge-7b-v3", "local:judge")
    assert (evidence["rehearsal"], evidence["insufficient"], evidence["standing"]) == ([], ["no-boo"], "insufficient")
    assert "local:judge-7b-v3" in files(project)["desk/CHANGELOG.md"].decode()


def test_a_rehearsal_needs_its_flag_and_is_written_down(project: Path, release: Release) -> None:
    draft(project, UNRULED)
    before = files(project)
    code, told = release()

    assert (code, files(project)) == (2, before)
    assert "proves nothing about how a model" in messages(told)
    assert "--accept-rehearsal" in messages(told)
    assert "--critic" in messages(told)

    code, told = release("--accept-rehearsal")

    assert (code, told["data"]["evidence"]["rehearsal"]) == (0, ["no-guarantee"])
    assert read_lock(project / "principles", "lock")["desk/1.0.0.yaml"].evidence is not None
    assert "rehearsal" in files(project)["desk/CHANGELOG.md"].decode()


def test_the_simulator_is_a_rehearsal_behind_an_address_too(
    project: Path, release: Release, critic: Callable[..., None]
) -> None:
    critic(reader, "simulator:plain")
    draft(project, BOO)
    code, told = release("--critic", "local:judge")

    assert (code, [each["kind"] for each in told["errors"]]) == (2, ["rehearsal"])
    assert told["data"]["evidence"]["critic"] == "simulator:plain"


def test_a_failing_rehearsal_is_told_with_both_and_ends_with_one(project: Path, release: Release) -> None:
    draft(project, RHYMED)
    code, told = release()

    assert code == 1
    assert {each["kind"] for each in told["errors"]} == {"case", "rehearsal"}


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--approved-by", " ", "--because", "x"), "--approved-by is empty"),
        (("--approved-by", "x", "--because", ""), "--because is empty"),
        (("--approved-by", "x\x1b[1m", "--because", "x"), "cannot be seen"),
        (("--approved-by", "x", "--because", "x", "--date", "yesterday"), "is no date"),
        (("--approved-by", "x", "--because", "x", "--critic", "nobody"), "is no model"),
    ],
)
def test_usage_is_refused_before_anything_is_asked(
    project: Path, release: Release, flags: tuple[str, ...], said: str
) -> None:
    before = files(project)
    code, told = release(who=flags)

    assert (code, files(project)) == (2, before)
    assert said in messages(told)
    assert not (project / ".constitution").exists()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("desc", "did you mean 'desk'"),
        ("harmlessness", "copy 1."),
        ("desk@draft", "folder below principles/"),
        ("../desk", "folder below principles/"),
    ],
)
def test_a_name_without_a_draft_is_refused(
    project: Path, capsys: pytest.CaptureFixture[str], name: str, said: str
) -> None:
    code = main(["principles", "release", name, *WHO])

    assert code == 2
    assert said in capsys.readouterr().err


def test_a_draft_that_cannot_be_read_is_refused_with_its_line(project: Path, release: Release) -> None:
    draft(project, DRAFT.replace("name: desk", "name: desk\nversion: 1.0.0"))
    code, told = release()

    assert code == 2
    assert "draft.yaml:3:" in messages(told)


def test_the_draft_of_what_ships_is_compared_with_what_ships(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shelved = Shelf(project).constitution("plain-answers")
    text = shelved.bytes.decode().replace(f'version: "{shelved.constitution.version}"\n', "")
    draft(project, text.replace("owner: maintainers", "owner: ann", 1), "plain-answers")
    code = main(["principles", "release", "plain-answers", *WHO, "--accept-rehearsal", "--draws", "1"])
    major, minor, patch = shelved.constitution.version.split(".")

    assert code == 0, capsys.readouterr()
    assert f"plain-answers/{major}.{minor}.{int(patch) + 1}.yaml" in files(project)


def test_a_dry_run_says_what_would_come_and_writes_nothing(project: Path, release: Release) -> None:
    before = files(project)
    code, told = release("--dry-run")

    assert (code, files(project)) == (0, before)
    assert (told["data"]["version"], told["data"]["released"], told["data"]["written"]) == ("1.0.0", False, [])
    assert told["data"]["evidence"]["passed"] == 2


def test_people_are_told_the_changes_the_evidence_the_files_and_what_comes_next(
    project: Path, release: Release, capsys: pytest.CaptureFixture[str]
) -> None:
    release()
    draft(project, EXCEPTED)
    code = main(["principles", "release", "desk", *WHO])
    told = capsys.readouterr()

    assert code == 0
    assert told.out.startswith("released desk@1.1.0: A minor release after 1.0.0; its changes demand no less.\n")
    assert "  minor  no-guarantee: " in told.out
    assert "wrote principles/desk/1.1.0.yaml\nwrote principles/principles.lock\n" in told.out
    assert "next: constitution principles diff desk@1.0.0 desk@1.1.0" in told.out
    assert "insufficient" in told.err


def test_a_released_file_that_was_changed_is_refused_by_every_command(
    project: Path, release: Release, capsys: pytest.CaptureFixture[str]
) -> None:
    release()
    file = project / "principles" / "desk" / "1.0.0.yaml"
    file.write_text(file.read_text().replace("certainty", "confidence"))
    (project / "p.jsonl").write_text('{"prompt": "Will it rain?"}\n')

    for command in (
        ["run", "revise", "--prompts", "p.jsonl", "--out", "out", "--principles", "desk"],
        ["principles", "test", "desk@1.0.0"],
        ["principles", "release", "desk", *WHO],
    ):
        assert main(command) == 2
        assert "differs from what Ann Roe approved" in capsys.readouterr().err


KILLED = """
import os, signal, sys
from pathlib import Path
from constitution.shelf.lock import Approval
from constitution.shelf import Shelf
from constitution.shelf.releasing import freeze, latest_release
before = latest_release(Shelf(Path.cwd()), "desk")
left, data, approval, noted = int(sys.argv[1]), *map(bytes.fromhex, sys.argv[2:])
def listen(event, arguments):
    global left
    if event in ("os.rename", "os.remove"):
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
sys.addaudithook(listen)
freeze(Path.cwd(), "desk", "1.1.0", data, Approval.model_validate_json(approval), noted.decode(), before)
"""


def test_a_release_that_is_killed_anywhere_is_gone_on_with(project: Path, release: Release) -> None:
    release()
    draft(project, EXCEPTED)
    before = files(project)
    release()
    whole = files(project)
    log = whole["desk/CHANGELOG.md"]
    noted = log[log.index(b"## 1.1.0") : log.index(b"## 1.0.0") - 1]
    approval = read_lock(project / "principles", "lock")["desk/1.1.0.yaml"].model_dump_json().encode()
    given = [part.hex() for part in (whole["desk/1.1.0.yaml"], approval, noted)]
    seen = []
    for steps in range(20):
        put_back(project, before)
        ended = subprocess.run([sys.executable, "-c", KILLED, str(steps), *given], cwd=project, check=False)
        found = files(project)
        seen.append([name for name in ("desk/1.1.0.yaml", "principles.lock", "desk/CHANGELOG.md")
                     if found.get(name) != before.get(name)])  # fmt: skip
        assert all(found.get(name) in (before.get(name), whole[name]) for name in whole)
        if ended.returncode == 0:
            break
        assert ended.returncode == -signal.SIGKILL
        assert (release()[0], files(project)) == (0, whole)

    order = ["desk/1.1.0.yaml", "principles.lock", "desk/CHANGELOG.md"]
    assert [part for part, _ in groupby(seen)] == [order[:most] for most in range(4)]
    assert files(project) == whole


def test_what_somebody_else_released_meanwhile_is_not_written_over(project: Path, release: Release) -> None:
    proposal = propose(ReleaseOrder(name="desk", approved_by="bob", because="b", root=project))
    release()
    before = files(project)
    approval = Approval(sha256=hashlib.sha256(proposal.data).hexdigest(), approved_by="bob", reason="b")
    with pytest.raises(Occupied, match="released meanwhile by Ann Roe"):
        freeze(project, "desk", "1.0.0", proposal.data, approval, "## 1.0.0 - 2026-07-27\n", None)
    latest = latest_release(Shelf(project), "desk")
    (project / "principles" / "desk" / "1.0.1.yaml").write_bytes(b"other")
    with pytest.raises(Occupied, match="never changes"):
        freeze(project, "desk", "1.0.1", proposal.data, approval, "## 1.0.1 - 2026-07-27\n", latest)

    assert files(project) == {**before, "desk/1.0.1.yaml": b"other"}


def test_of_two_proposals_at_once_the_second_is_not_recorded_against_what_the_latest_was(
    project: Path, release: Release
) -> None:
    release()
    draft(project, EXCEPTED)
    slow = propose(ReleaseOrder(name="desk", approved_by="bob", because="b", version="2.0.0", root=project))
    release()
    before = files(project)
    with pytest.raises(Occupied, match=r"(?s)compared with desk@1\.0\.0, .* is desk@1\.1\.0.*release again"):
        carry_out(slow)

    assert files(project) == before


def test_a_first_release_is_none_where_another_was_made_meanwhile(project: Path, release: Release) -> None:
    slow = propose(ReleaseOrder(name="desk", approved_by="bob", because="b", version="2.0.0", root=project))
    release()
    with pytest.raises(Occupied, match="compared with no release"):
        carry_out(slow)


def test_one_release_at_a_time_is_written(project: Path) -> None:
    order = ReleaseOrder(name="desk", approved_by="bob", because="b", root=project)
    before = files(project)
    handle = os.open(project / "principles", os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(carry_out, order)
            assert not wait([waiting], timeout=0.7).done
            assert files(project) == before
            fcntl.flock(handle, fcntl.LOCK_UN)
            assert waiting.result(timeout=30).written
    finally:
        os.close(handle)


MEDDLED = """
import sys
from pathlib import Path
from constitution.api.release.releasing import ReleaseOrder, propose
from constitution.errors import Mistake
draft, seen = Path("principles/desk/draft.yaml"), 0
def listen(event, arguments):
    global seen
    if event == "open" and str(arguments[0]).endswith("draft.yaml"):
        seen += 1
        if seen == 2:
            draft.write_text(draft.read_text().replace("that you lack", "you lack"))
sys.addaudithook(listen)
try:
    propose(ReleaseOrder(name="desk", approved_by="a", because="b", root=Path.cwd()))
except Mistake as mistake:
    print(mistake)
"""


def test_a_draft_that_is_changed_while_it_is_being_released_is_refused(project: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", MEDDLED], cwd=project, check=True, capture_output=True, text=True)

    assert "was changed while it was being released" in ended.stdout


def put_back(root: Path, before: dict[str, bytes]) -> None:
    """The files below ``principles/`` are these and no others."""
    for path in files(root):
        (root / "principles" / path).unlink()
    for path, data in before.items():
        (root / "principles" / path).write_bytes(data)


def test_a_file_that_nobody_approved_is_refused_and_told_how_to_go_on(
    project: Path, release: Release, capsys: pytest.CaptureFixture[str]
) -> None:
    release()
    lock = (project / "principles" / "principles.lock").read_bytes()
    draft(project, OWNED)
    release()
    (project / "principles" / "principles.lock").write_bytes(lock)

    assert main(["principles", "lint", "desk"]) == 1
    assert main(["principles", "test", "desk"]) == 2
    assert "constitution principles release" in capsys.readouterr().err

    draft(project, EXCEPTED)
    other, told = release()

    assert other == 2
    assert "principles/desk/1.0.1.yaml" in messages(told)
    assert "--version 1.0.1" in messages(told)

    draft(project, OWNED)
    code, told = release()

    assert (code, told["data"]["resumed"]) == (0, True)


def test_a_version_in_the_lock_is_taken_although_its_file_is_gone(project: Path, release: Release) -> None:
    release()
    draft(project, OWNED)
    release()
    (project / "principles" / "desk" / "1.0.1.yaml").unlink()
    code, told = release()

    assert code == 2
    assert "restore principles/desk/1.0.1.yaml" in messages(told)


@pytest.mark.parametrize("gone", ["1.0.0", "1.1.0"])
def test_a_draft_is_not_compared_with_an_earlier_release_because_the_file_of_a_later_is_gone(
    project: Path, release: Release, gone: str
) -> None:
    """What 1.1.0 added is taken out again, which is major; compared with 1.0.0 it would pass as minor."""
    release()
    ruled = BOO.replace("violates:", "rules: [{forbid: [boo]}]\n        violates:")
    draft(project, DRAFT + ruled.partition("    principles:\n")[2])
    assert release()[1]["data"]["version"] == "1.1.0"
    (project / "principles" / "desk" / f"{gone}.yaml").unlink()
    draft(project, OWNED)
    before = files(project)
    code, told = release("--version", "1.2.0")

    assert (code, files(project)) == (2, before)
    assert f"restore principles/desk/{gone}.yaml from version control" in messages(told)


def test_old_entries_of_the_lock_are_written_back_byte_for_byte(project: Path, release: Release) -> None:
    folder = Path(__file__).parent.parent / "principles"
    lock = folder / "principles.lock"
    write_lock(project / "principles", read_lock(folder, "lock"))

    assert (project / "principles" / "principles.lock").read_bytes() == lock.read_bytes()


def test_what_people_wrote_in_the_changelog_stays(project: Path, release: Release) -> None:
    release()
    log = project / "principles" / "desk" / "CHANGELOG.md"
    own = log.read_text().replace("# Changelog of desk", "# Our desk\r\n\r\nAsk Ann.") + "\nIt was a wet summer.\n"
    log.write_bytes(own.encode())
    draft(project, OWNED)
    release()
    made = log.read_bytes().decode()
    start = made.index("## 1.0.1")
    end = made.index("## 1.0.0")

    assert made[:start] + made[end:] == own


def test_a_changelog_that_cannot_be_read_stops_it_before_anything_is_written(project: Path, release: Release) -> None:
    (project / "principles" / "desk" / "CHANGELOG.md").write_bytes(b"\xff\xfe")
    before = files(project)
    code, told = release()

    assert (code, files(project)) == (2, before)
    assert "UTF-8" in messages(told)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (DRAFT, 'version: "1.0.0"\n'),
        (DRAFT.replace("\n", "\r\n"), 'version: "1.0.0"\r\n'),
        ("\ufeff" + DRAFT, 'version: "1.0.0"\n'),
        (DRAFT.rstrip("\n"), 'version: "1.0.0"\n'),
        (DRAFT.replace("title: The desk\n", ""), 'version: "1.0.0"\n'),
        (DRAFT.replace("title: The desk", "title: >-  # long\n  The\n\n  desk"), 'version: "1.0.0"\n'),
        (DRAFT.replace("title: The desk\n", "").replace("name: desk     # of this file\n", "") + "name: desk # end\n",
         'version: "1.0.0"\n'),
        (DRAFT.replace("name:", "language: en\nname:"), 'version: "1.0.0"\n'),
    ],
)  # fmt: skip
def test_the_release_is_the_draft_byte_for_byte_but_for_one_line(
    project: Path, release: Release, text: str, line: str
) -> None:
    draft(project, text)
    code, _ = release()
    made = files(project)["desk/1.0.0.yaml"].decode()

    assert code == 0
    assert made.count(line.strip()) == 1
    assert made.replace(line, "") == text or made.replace("\n" + line.strip(), "") == text
    assert Shelf(project).constitution("desk@1.0.0").constitution.version == "1.0.0"


def test_what_is_tested_is_what_is_released(project: Path) -> None:
    order = ReleaseOrder(name="desk", approved_by="a", because="b", root=project)
    proposal = propose(order)
    draft(project, OWNED)

    assert proposal.data == with_version(proposal.draft, "1.0.0")
    assert proposal.trials is not None
    assert proposal.trials.shelved.sha256 == proposal.draft.sha256


VERSIONS = st.builds("{}.{}.{}".format, st.integers(0, 3), st.integers(0, 3), st.integers(0, 3))
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(TEXT, st.lists(VERSIONS, unique=True, max_size=4), TEXT, TEXT)
def test_an_entry_is_added_once_and_takes_nothing_away(own: str, versions: list[str], who: str, why: str) -> None:
    text = own
    for version in versions:
        added = entry(version, "2026-07-27", who, why, ("One. ",), ())
        assert version_of(added) == version
        longer = with_entry(text, "desk", added)
        start = next((at for at in range(len(text), -1, -1) if longer.startswith(text[:at])), 0)

        assert not text.strip() or longer.endswith(text[start:])
        assert with_entry(longer, "desk", added) == longer
        text = longer
