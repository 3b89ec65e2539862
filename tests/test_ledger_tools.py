"""Looking after the ledger: its figures, its soundness, what is removed from it, and what is erased for good."""

from __future__ import annotations

import json
import random
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constitution.cli import main
from constitution.core.asking import Reply, Usage
from constitution.core.digest import text_digest
from constitution.dataset.envelope import load_manifest
from constitution.dataset.folder import load_trails
from constitution.errors import BadFile, Stopped
from constitution.ledger import Attempt, Entry, open_ledger, read_ledger
from constitution.ledger.erasing import erase
from constitution.ledger.opening import MIGRATIONS, PAGE
from constitution.ledger.soundness import check
from constitution.ledger.survey import survey

OLD, NEW = "2020-05-01T10:00:00.000+00:00", "2020-06-01T10:00:00.000+00:00"
SECRET = "sk-canary-0123456789"
MARK = "Zanzibarquux"
"""A word that stands nowhere else."""

Say = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project, as the working folder."""
    for name in ("CONSTITUTION_LEDGER", "ANTHROPIC_API_KEY", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Gives commands about the ledger ``l.db``; the exit code, standard output and standard error come back."""

    def given(*words: str) -> tuple[int, str, str]:
        code = main(["tools", "ledger", *words, "--ledger", "l.db"])
        told = capsys.readouterr()
        return code, told.out, told.err

    return given


def data(told: tuple[int, str, str], verb: str) -> dict[str, Any]:
    """What the one JSON document says."""
    found = json.loads(told[1])
    assert found["schema"] == f"constitution/tools-ledger-{verb}/1"
    assert (found["exit"], found["ok"]) == (told[0], told[0] == 0)
    return dict(found["data"])


def entry(name: str, text: str = "yes", *, model: str = "local:small", time: str = NEW) -> Entry:
    """A reply to the request of this name."""
    reply = Reply(text=text, model_returned="small", usage=Usage(input=10, output=2), raw={"id": "req-17"})
    return Entry(text_digest(name), model, reply, time)


def fill(path: Path, *entries: Entry) -> None:
    """The ledger holds these replies, each brought by an attempt of its own."""
    with closing(open_ledger(path)) as ledger:
        first = ledger.last_attempt() + 1
        ledger.begin([Attempt(number, each.digest, each.time) for number, each in enumerate(entries, first)])
        ledger.keep([(each, number) for number, each in enumerate(entries, first)])


def fail(path: Path, name: str, outcome: Any, body: bytes = b"", *, time: str = NEW) -> None:
    """An attempt at the request of this name ended so; without an outcome it did not end."""
    with closing(open_ledger(path)) as ledger:
        attempt = Attempt(ledger.last_attempt() + 1, text_digest(name), time)
        ledger.begin([attempt])
        if outcome is not None:
            ledger.end([Attempt(attempt.number, attempt.digest, time, outcome, f"{outcome}: {MARK}", body)])


@contextmanager
def writing(path: Path, question: str, *given: Any) -> Iterator[None]:
    """Somebody wrote into the file by hand."""
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(question, given)
        yield


def everything(path: Path) -> bytes:
    """All bytes of the ledger and of what stands beside it."""
    return b"".join(file.read_bytes() for file in sorted(path.parent.glob(path.name + "*")))


def packed(path: Path, digest: str) -> bytes:
    """The reply to this request, as the file holds it."""
    with closing(sqlite3.connect(path)) as db:
        return bytes(db.execute("SELECT reply FROM replies WHERE digest = ?", (digest,)).fetchone()[0])


def rewrite(path: Path, digest: str, change: Callable[[str], str]) -> None:
    """Somebody changed what was answered to this request, and wrote it as plain text."""
    with closing(read_ledger(path)) as ledger:
        kept = ledger.get(digest)
        assert kept is not None
    text = kept.reply.but(text=change(kept.reply.text)).model_dump_json(exclude_defaults=True)
    with writing(path, "UPDATE replies SET reply = ? WHERE digest = ?", text, digest):
        pass


def test_the_figures_are_those_of_the_replies_and_the_attempts(say: Say, project: Path) -> None:
    path = project / "l.db"
    fill(path, entry("a", time=OLD), entry("b"), entry("c", model="local:large"), entry("d", model="far:large"))
    fill(path, entry("a", "again"))
    for outcome in ("failed", "broken", "quarantined", None):
        fail(path, str(outcome), outcome)
    with writing(path, 'UPDATE replies SET reply = \'{"text":"?","model_returned":"x"}\' WHERE model = \'far:large\''):
        pass

    found = data(say("stats", "--json"), "stats")

    assert found["replies"] == 4
    assert found["models"]["local:small"] == {"replies": 2, "unweighed": 0, "input": 20, "output": 4}
    assert found["models"]["far:large"] == {"replies": 1, "unweighed": 1, "input": 0, "output": 0}
    assert found["providers"]["local"] == {"replies": 3, "unweighed": 0, "input": 30, "output": 6}
    ends = {"kept": 4, "duplicate": 1, "failed": 1, "broken": 1, "quarantined": 1, "unsettled": 1}
    assert found["attempts"] == ends
    assert (found["unanswered"], found["set_aside"], found["erasures"]) == (1, 1, [])
    assert (found["first"], found["last"]) == (OLD, NEW)


def test_people_are_told_what_may_have_been_paid_for_nothing(say: Say, project: Path) -> None:
    fill(project / "l.db", entry("a"))
    fail(project / "l.db", "b", None)

    code, told, _ = say("stats")

    assert code == 0
    assert "unsettled          1   may have been paid for nothing; 1 request never answered" in told
    assert "2020-06-01 10:00:00 to 2020-06-01 10:00:00 UTC" in told


@pytest.mark.parametrize(
    "verb", [("stats",), ("check",), ("prune", "--quarantine"), ("export", "x"), ("forget", "--digest", "0" * 64)]
)
def test_where_there_is_no_ledger_none_is_made(say: Say, project: Path, verb: tuple[str, ...]) -> None:
    code, _, told = say(*verb)

    assert (code, list(project.iterdir())) == (2, [])
    assert "there is no ledger" in told


def test_an_error_is_one_document_of_its_verb_too(say: Say) -> None:
    told = say("stats", "--json")

    assert data(told, "stats") == {}
    assert "see constitution tools ledger stats --help" in say("stats", "--no-such-flag")[2]


def test_a_sound_ledger_is_well_and_is_left_as_it_is(say: Say, project: Path) -> None:
    fill(project / "l.db", entry("a"), entry("b"))
    fail(project / "l.db", "c", "quarantined")
    before = (project / "l.db").read_bytes()

    code, told, errors = say("check")

    assert (code, errors) == (0, "")
    assert "2 replies and 3 attempts looked at: all is well" in told
    assert (project / "l.db").read_bytes() == before


WRONGS = {
    "UPDATE replies SET reply = '{\"text\": 1}'": "it cannot be read back: text",
    "UPDATE replies SET reply = 'gone'": "it cannot be read back: Invalid JSON",
    "UPDATE replies SET digest = 'a'": "its key is no digest",
    "UPDATE replies SET digest_version = 99": "version 99",
    "UPDATE replies SET model = 'small'": "not PROVIDER:MODEL",
    "UPDATE replies SET time = 'noon'": "which is no time",
    "UPDATE replies SET attempts = 0": "after 0 attempts",
    "UPDATE attempts SET outcome = 'lost'": "it ended as 'lost'",
    "DELETE FROM replies": "is missing",
    "DROP TABLE quarantine": "the table quarantine is missing",
    "ALTER TABLE replies ADD COLUMN more TEXT": "the table replies has the columns",
    "INSERT INTO erased SELECT digest, time, '', NULL FROM replies": "a reply to it is there all the same",
    "PRAGMA user_version = 99": "newer than",
}


@pytest.mark.parametrize("wrong", WRONGS)
def test_what_is_wrong_with_a_ledger_is_named(say: Say, project: Path, wrong: str) -> None:
    fill(project / "l.db", entry("a"))
    with writing(project / "l.db", wrong):
        pass

    code, _, told = say("check")

    assert code == 1
    assert WRONGS[wrong] in told


def test_damage_of_the_file_is_a_finding_and_no_traceback(say: Say, project: Path) -> None:
    dice = random.Random(7)
    fill(project / "l.db", *(entry(str(number), dice.randbytes(500).hex()) for number in range(300)))
    whole = (project / "l.db").read_bytes()
    for start in range(PAGE, len(whole) - PAGE, PAGE):
        (project / "l.db").write_bytes(whole[:start] + b"\xff" * PAGE + whole[start + PAGE :])
        code, _, told = say("check")
        assert code == 1
        assert "error: " in told
    (project / "l.db").write_text("This is a letter to my aunt. " * 100)

    assert say("check")[0] == 1


def test_a_run_over_a_damaged_reply_is_told_to_look(project: Path) -> None:
    fill(project / "l.db", entry("a"))
    for wrong in ("'gone'", "CAST(x'ff' AS TEXT)"):
        with writing(project / "l.db", f"UPDATE replies SET reply = {wrong}"):
            pass
        with closing(read_ledger(project / "l.db")) as ledger, pytest.raises((BadFile, Stopped), match=r"l\.db"):
            ledger.get(text_digest("a"))


def test_a_flood_of_findings_is_cut_short_with_its_number(project: Path) -> None:
    fill(project / "l.db", *(entry(str(number)) for number in range(150)))
    with writing(project / "l.db", "UPDATE replies SET reply = 'gone'"):
        pass

    findings = check(project / "l.db").findings

    assert len(findings) == 101
    assert findings[-1] == "and 50 more findings about replies"


def test_without_yes_nothing_is_removed(say: Say, project: Path) -> None:
    fill(project / "l.db", entry("a"))
    before = (project / "l.db").read_bytes()

    code, told, _ = say("prune", "--older-than", "0")

    assert code == 0
    assert "would remove 1 reply, 1 note of an attempt; nothing is changed yet" in told
    assert (project / "l.db").read_bytes() == before


def test_what_is_old_goes_and_the_file_shrinks(say: Say, project: Path) -> None:
    path = project / "l.db"
    recent = "2999-01-01T00:00:00.000+00:00"
    long = random.Random(7).randbytes(100 * 1250).hex()
    old = [entry(str(number), long[number * 2500 : number * 2500 + 2500], time=OLD) for number in range(100)]
    fill(path, *old, entry("new", time=recent))
    fail(path, "x", "failed", time=OLD)
    fail(path, "y", None, time=OLD)
    before = path.stat().st_size

    found = data(say("prune", "--older-than", "30", "--yes", "--json"), "prune")

    assert (found["removed"], found["replies"], found["attempts"]) == (True, 100, 101)
    assert found["freed"] == before - path.stat().st_size > 100_000
    left = survey(path)
    assert (left.replies, left.attempts["kept"], left.attempts["failed"]) == (1, 1, 0)
    assert left.unanswered == 1, "what may have been paid for stays"
    assert check(path).findings == ()


def test_of_several_models_the_named_one_goes(say: Say, project: Path) -> None:
    fill(project / "l.db", entry("a"), entry("b", model="far:large"))

    assert say("prune", "--model", "far:large", "--yes")[0] == 0
    assert list(survey(project / "l.db").models) == ["local:small"]
    assert "nothing fits" in say("prune", "--model", "far:large", "--yes")[1]


def test_what_was_set_aside_can_be_let_go_and_no_reply_with_it(say: Say, project: Path) -> None:
    fill(project / "l.db", entry("a", time=OLD))
    fail(project / "l.db", "b", "quarantined", time=OLD)

    code, told, _ = say("prune", "--quarantine", "--older-than", "1", "--yes")

    assert (code, "removed 1 request set aside, 1 note of an attempt" in told) == (0, True)
    assert (survey(project / "l.db").set_aside, survey(project / "l.db").replies) == (0, 1)


@pytest.mark.parametrize(
    "flags", [(), ("--yes",), ("--quarantine", "--model", "a:b", "--yes"), ("--older-than", "9999999")]
)
def test_it_must_be_clear_what_is_to_go(say: Say, project: Path, flags: tuple[str, ...]) -> None:
    fill(project / "l.db", entry("a"))

    assert say("prune", *flags)[0] == 2
    assert survey(project / "l.db").replies == 1


@pytest.mark.parametrize("verb", [("prune", "--older-than", "0", "--yes"), ("forget", "--digest", text_digest("a"))])
def test_nothing_is_removed_while_a_run_holds_the_ledger(say: Say, project: Path, verb: tuple[str, ...]) -> None:
    fill(project / "l.db", entry("a"))
    with closing(open_ledger(project / "l.db")):
        code, _, told = say(*verb)

    assert code == 2
    assert "is writing to this ledger" in told
    assert survey(project / "l.db").replies == 1


def test_a_copy_holds_every_reply_in_one_order_and_no_key(
    say: Say, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPARE_KEY", SECRET)
    fill(project / "l.db", entry("b", f"my key is {SECRET}"), entry("a", "Brot\u2028geht \U0001f35e"), entry("c"))

    assert say("export", "copy.jsonl") == (0, "3 replies in copy.jsonl\n", "")
    first = (project / "copy.jsonl").read_bytes()
    assert say("export", "copy.jsonl", "--force")[0] == 0

    rows = [json.loads(line) for line in first.decode().removesuffix("\n").split("\n")]
    assert (project / "copy.jsonl").read_bytes() == first
    assert [row["digest"] for row in rows] == sorted(text_digest(name) for name in "abc")
    assert {row["text"] for row in rows} == {"my key is ***", "Brot\u2028geht \U0001f35e", "yes"}
    assert rows[0]["usage"] == {"input": 10, "output": 2, "cached": 0}
    assert b"req-17" not in first
    assert sorted(file.name for file in project.iterdir() if "copy" in file.name) == ["copy.jsonl"]


def test_a_copy_takes_no_place_of_something_else(say: Say, project: Path) -> None:
    fill(project / "l.db", entry("a"))
    (project / "mine.jsonl").write_text("mine")
    (project / "folder").mkdir()

    for place in ("mine.jsonl", "folder"):
        assert say("export", place)[0] == 2
    for place in ("l.db", "l.db.lock", "./l.db-wal"):
        assert say("export", place, "--force")[0] == 2
    assert say("export", "nowhere/x.jsonl")[0] == 4
    assert (project / "mine.jsonl").read_text() == "mine"


def test_a_copy_that_cannot_be_finished_leaves_the_file_that_was_there(say: Say, project: Path) -> None:
    fill(project / "l.db", entry("a"), entry("b"))
    (project / "mine.jsonl").write_text("mine")
    with writing(project / "l.db", "UPDATE replies SET reply = 'gone' WHERE digest = ?", max(map(text_digest, "ab"))):
        pass

    code, _, told = say("export", "mine.jsonl", "--force")

    assert code == 2
    assert "tools ledger check" in told
    assert (project / "mine.jsonl").read_text() == "mine"
    assert not list(project.glob(".mine*"))


def test_of_what_is_forgotten_no_byte_is_left_in_the_file(say: Say, project: Path) -> None:
    path = project / "l.db"
    fill(path, entry("a", f"{MARK} " * 3000), entry("b", "kept"))
    fail(path, "a", "broken", MARK.encode() * 1000)
    fail(path, "a", "quarantined")
    answered = packed(path, text_digest("a"))
    assert MARK.encode() in everything(path)
    assert answered in everything(path)

    found = data(say("forget", "--digest", text_digest("a"), "--because", "request\n17", "--json"), "forget")

    assert MARK.encode() not in everything(path)
    assert answered not in everything(path)
    assert (found["replies"], found["attempts"], found["because"]) == (1, 2, "request 17")
    with closing(read_ledger(path)) as ledger:
        assert ledger.get(text_digest("a")) is None
        assert ledger.get(text_digest("b")) == entry("b", "kept")
        assert "erased on 2" in str(ledger.quarantined(text_digest("a")))
    assert check(path).findings == ()
    (erasure,) = survey(path).erasures
    assert (erasure.because, erasure.requests) == ("request 17", 1)


@settings(max_examples=8, deadline=None)
@given(st.dictionaries(st.integers(0, 30), st.booleans(), min_size=1))
def test_whatever_is_erased_is_gone_and_all_else_is_there(chosen: dict[int, bool]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "l.db"
        entries = {number: entry(str(number), f"<{number}> " * (1 + 97 * number)) for number in chosen}
        fill(path, *entries.values())
        gone = [entries[number].digest for number, erased in chosen.items() if erased]
        kept_as = {number: packed(path, entries[number].digest) for number in chosen}

        erase(path, gone, because="a test", time=NEW)

        left = everything(path)
        with closing(read_ledger(path)) as ledger:
            for number, erased in chosen.items():
                assert (kept_as[number] in left) is not erased
                assert ledger.get(entries[number].digest) == (None if erased else entries[number])


def test_while_somebody_reads_it_is_said_that_bytes_may_be_left_and_running_again_sweeps_them(
    say: Say, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("constitution.ledger.store.WAIT", 0.1)
    path = project / "l.db"
    with closing(open_ledger(path)) as ledger:
        ledger.keep([(entry("a", MARK), 1)])
        answered = packed(path, text_digest("a"))
        with closing(sqlite3.connect(path, isolation_level=None)) as reader:
            ledger.close()
            reader.execute("BEGIN")
            reader.execute("SELECT COUNT(*) FROM replies").fetchone()
            code, _, told = say("forget", "--digest", text_digest("a"))
            assert code == 4
            assert "another program reads the ledger" in told

    assert say("forget", "--digest", text_digest("a"))[0] == 0
    assert answered not in everything(path)


@pytest.mark.parametrize(
    "words",
    [
        (), ("p-1",), ("--digest", "abc"), ("p-1", "--digest", "0" * 64), ("p-1", "--out", "nowhere"),
        ("--undo", "0" * 64), ("p-1", "--undo", "0" * 64),
    ],
)  # fmt: skip
def test_it_must_be_clear_what_is_to_be_forgotten(say: Say, project: Path, words: tuple[str, ...]) -> None:
    fill(project / "l.db", entry("a"))

    code, _, told = say("forget", *words)

    assert (code, told.count("\n")) == (2, 1)
    assert survey(project / "l.db").replies == 1


def run(*words: str) -> int:
    """A rehearsal over ``prompts.jsonl`` into ``out``."""
    return main(["run", "revise", "--prompts", "prompts.jsonl", "--ledger", "l.db", "--out", "out", "-q", *words])


@pytest.fixture
def rehearsed(project: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """A finished dataset of three prompts, one of them about somebody; that one's id."""
    texts = (f"Why does bread rise, {MARK}?", "How do I repot a lemon tree?", "What is a mortgage?")
    (project / "prompts.jsonl").write_text("".join(json.dumps({"prompt": text}) + "\n" for text in texts))
    assert run() == 0
    trail = load_trails(project / "out")[0][1]
    assert trail.steps[0].request
    rewrite(project / "l.db", trail.steps[0].request, lambda text: f"{text} {MARK}.")
    assert run() == 0
    capsys.readouterr()
    return trail.prompt.id


def test_a_prompt_is_forgotten_and_the_folder_that_still_holds_it_is_named(
    say: Say, project: Path, rehearsed: str
) -> None:
    before = survey(project / "l.db").replies
    assert MARK.encode() in everything(project / "l.db")

    code, told, notes = say("forget", rehearsed, "--out", "out")

    assert code == 0
    assert f"about {rehearsed}" in told
    assert "out still holds the text: make it anew without that prompt" in notes
    assert MARK.encode() not in everything(project / "l.db")
    assert 0 < survey(project / "l.db").replies < before


def test_what_is_erased_is_not_bought_again_unless_it_is_lifted(
    say: Say, project: Path, rehearsed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    erased = data(say("forget", rehearsed, "--out", "out", "--json"), "forget")["requests"]
    capsys.readouterr()

    assert run("--retry-faults", "--json") == 3
    told = json.loads(capsys.readouterr().out)["data"]
    trail = load_trails(project / "out")[0][1]
    assert (told["asked"], told["fates"]["fault:quarantined"]) == (0, 1)
    assert f"erased on {survey(project / 'l.db').erasures[0].time[:10]}; to ask it again" in trail.reason
    assert trail.reason.endswith(f"constitution tools ledger forget --undo {erased[0]}")

    assert data(say("forget", "--undo", erased[0], "--json"), "forget")["lifted"] == sorted(erased)
    assert run() == 0
    assert check(project / "l.db").findings == ()
    assert survey(project / "l.db").erasures == ()


def test_an_answer_that_came_in_the_wrong_form_is_forgotten_too(
    say: Say, project: Path, rehearsed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    trail = load_trails(project / "out")[0][1]
    (asked, *_) = (step.request for step in trail.steps if step.kind == "critique")
    bad = Reply(text="no JSON, but Aunt-Agatha", model_returned="simulator:plain").model_dump_json()
    with writing(project / "l.db", "UPDATE replies SET reply = ? WHERE digest = ?", bad, asked):
        pass
    assert run() == 0
    again = load_trails(project / "out")[0][1]
    assert asked not in [step.request for step in again.steps], "only the answer to the second question was of use"
    assert b"Aunt-Agatha" in everything(project / "l.db")
    capsys.readouterr()

    assert say("forget", rehearsed, "--out", "out")[0] == 0
    assert b"Aunt-Agatha" not in everything(project / "l.db")


def test_where_the_questions_cannot_be_put_together_again_it_is_said(say: Say, project: Path, rehearsed: str) -> None:
    (project / "out" / "provenance").joinpath(load_manifest(project / "out").run_recipe.file.split("/")[-1]).write_text(
        "{}"
    )

    code, _, notes = say("forget", rehearsed, "--out", "out")

    assert code == 0
    assert "could not be put together again" in notes
    assert MARK.encode() not in everything(project / "l.db")


def test_a_folder_without_the_prompt_is_named_and_part_of_an_id_is_not_enough(
    say: Say, project: Path, rehearsed: str
) -> None:
    code, _, told = say("forget", rehearsed[:12], "--out", "out")
    assert code == 2
    assert f"the whole id is wanted: {rehearsed}" in told
    assert main(["run", "revise", "--prompts", "prompts.jsonl", "--ledger", "l.db", "--out", "out"]) == 0
    (project / "one.jsonl").write_text('{"prompt": "What is a mortgage?"}\n')
    assert main(["run", "revise", "--prompts", "one.jsonl", "--ledger", "l.db", "--out", "one", "-q"]) == 0

    code, _, notes = say("forget", rehearsed, "--out", "one", "--out", "out")

    assert code == 0
    assert f"one does not hold the prompt {rehearsed}" in notes


def first_version(path: Path) -> None:
    """A ledger as the first version made it, with one reply."""
    with closing(sqlite3.connect(path)) as db:
        db.executescript(f"BEGIN; {MIGRATIONS[0]} PRAGMA user_version = 1; COMMIT;")
        kept = entry("a")
        row = (kept.digest, 1, kept.model, kept.reply.model_dump_json(exclude_defaults=True), kept.time, 1)
        with db:
            db.execute("INSERT INTO replies VALUES (?, ?, ?, ?, ?, ?)", row)


def test_an_older_ledger_is_read_as_it_is(say: Say, project: Path) -> None:
    first_version(project / "l.db")
    before = (project / "l.db").read_bytes()

    with closing(read_ledger(project / "l.db")) as ledger:
        assert ledger.get(text_digest("a")) == entry("a")
        assert ledger.quarantined(text_digest("b")) is None
    assert data(say("stats", "--json"), "stats")["version"] == 1
    assert say("check")[0] == 0
    assert (project / "l.db").read_bytes() == before


def test_an_older_ledger_is_brought_up_when_it_is_written_to(say: Say, project: Path) -> None:
    first_version(project / "l.db")

    assert say("forget", "--digest", text_digest("a"))[0] == 0
    assert survey(project / "l.db").version == len(MIGRATIONS)


def test_a_database_of_something_else_is_left_alone(project: Path) -> None:
    with writing(project / "l.db", "CREATE TABLE recipes (name TEXT)"):
        pass

    for opened in (open_ledger, read_ledger):
        with pytest.raises(BadFile, match="holds other tables"):
            opened(project / "l.db")


def test_a_figure_that_another_program_keeps_us_from_is_one_sentence(
    say: Say, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.locks import locked

    monkeypatch.setattr("constitution.ledger.store.WAIT", 0.1)
    fill(project / "l.db", entry("a"))
    with locked(project / "l.db", "EXCLUSIVE"):
        for verb in (("stats",), ("check",), ("prune", "--quarantine", "--yes")):
            code, _, told = say(*verb)
            assert (code, told.count("\n")) == (Stopped.exit_code, 1)
