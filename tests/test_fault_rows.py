"""What must be survived, row by row: requests that are not taken, answers without end, inputs that change, odd text."""

from __future__ import annotations

import gzip
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from constitution.api import run
from constitution.core.asking import Reply
from constitution.dataset.folder import load_trails
from constitution.dataset.replace import MARKER, PROGRESS, begin, state_of
from constitution.errors import BrokenBody, Capped, Occupied, Stopped
from constitution.providers import bodies
from tests.endpoints_here import Answer, Asked, chat, hashes, here, note, rows, settings, whole, write_rows
from tests.test_faults import BOTH, NAUGHTY, of, outcome, simulated

ROOT = Path(__file__).parent.parent
KEY = "sk-canary-0123456789-abcdefghij"
JSON = {"content-type": "application/json"}


# 4: what is not taken


@BOTH
@pytest.mark.parametrize("status", [400, 404, 413, 422])
def test_a_request_that_is_not_taken_is_kept_with_what_was_said_of_it_and_without_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wire: str, status: int
) -> None:
    monkeypatch.setenv("LOCAL_KEY", KEY)
    prompts = [*rows(4), "What is the POISON for?"]

    def picky(asked: Asked) -> Answer:
        said = {"error": {"type": "invalid_request_error", "message": f"not with {KEY}: it is too odd"}}
        return Answer.of(said, status) if "POISON" in asked.words else simulated(asked)

    with here(picky) as server:
        settings(tmp_path, server.url, wire)
        order = of(tmp_path, server.url, prompts, wire)
        settings(tmp_path, server.url, wire, key_env="LOCAL_KEY")
        done = run(order)
        asked = len(server.seen)
        again = run(order)

    bad = done.trails[-1]
    assert (done.exit_code, bad.fate, again.fates) == (3, "fault:quarantined", done.fates)
    assert f"{status} invalid_request_error" in (bad.reason or "")
    assert "it is too odd" in (bad.reason or "")
    assert (again.asked, len(server.seen)) == (0, asked)
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()]


def test_more_requests_that_are_not_taken_than_may_be_stop_the_run_which_can_be_gone_on_with(tmp_path: Path) -> None:
    prompts = [*rows(3), *(f"What is POISON {number} for?" for number in range(6)), *rows(9)[3:]]

    def picky(asked: Asked) -> Answer:
        return Answer.of({"error": "no"}, 400) if "POISON" in asked.words else simulated(asked)

    with here(picky) as server:
        order = of(tmp_path, server.url, prompts, concurrency=1, max_failures=2)
        with pytest.raises(Stopped, match="3 prompts failed, 2 may") as caught:
            run(order)
        before = len(server.seen)
        done = run(of(tmp_path, server.url, prompts, concurrency=1, max_failures=6))

    assert (caught.value.exit_code, done.exit_code, done.fates["fault:quarantined"]) == (4, 3, 6)
    assert "new replies are kept" in caught.value.sentence
    poisoned = [asked.words for asked in server.seen if "POISON" in asked.words]
    assert len(poisoned) == len(set(poisoned)) == 6
    assert before < len(server.seen)


# 8 and 9: answers without end, answers without words


@BOTH
@pytest.mark.parametrize("packed", [True, False])
def test_a_hundred_megabytes_are_no_answer_and_only_their_beginning_is_kept(wire: str, packed: bool) -> None:
    whole_one = b'{"text": "' + b"a" * 100 * 2**20 + b'"}'
    bomb = Answer(gzip.compress(whole_one, 1), headers={**JSON, "content-encoding": "gzip"})
    with here(lambda asked: bomb if packed else Answer(whole_one)) as server:
        found = outcome(wire, server.url)

    assert type(found) is BrokenBody
    assert "more than" in str(found)
    assert 0 < len(found.body) <= bodies.KEPT


@BOTH
@pytest.mark.parametrize("said", ["", " ", " \n\t\u00a0\u3000 ", None])
def test_an_answer_without_a_word_is_empty_however_it_is_spelled(wire: str, said: str | None) -> None:
    with here(lambda asked: Answer.of(chat(said) if wire == "openai" else note(said))) as server:
        found = outcome(wire, server.url)

    assert isinstance(found, Reply)
    assert (found.finish, found.text.strip()) == ("empty", "")


# 16: a kill


@pytest.mark.parametrize("torn", [f"{MARKER}.new", f"{PROGRESS}.new"])
def test_a_folder_in_which_a_run_was_killed_before_it_had_claimed_it_is_free(tmp_path: Path, torn: str) -> None:
    (tmp_path / torn).write_bytes(b'{"format": "constit')
    before = state_of(tmp_path)
    begin(tmp_path, {"prompts": "1" * 64})

    assert (before, state_of(tmp_path)) == ("empty", "unfinished")


# 19: inputs that change


def own(folder: Path) -> tuple[Path, Path]:
    """A constitution and a recipe of the project's own, both like those that ship."""
    constitution = folder / "own.yaml"
    constitution.write_bytes((ROOT / "principles/plain-answers/1.0.1.yaml").read_bytes())
    recipes = shutil.copytree(ROOT / "pipelines", folder / "pipelines")
    return constitution, recipes / "revise.yaml"


def reworded(file: Path, before: str, after: str) -> bytes:
    """The file says something else; what it said before."""
    text = file.read_bytes()
    assert before.encode() in text
    file.write_bytes(text.replace(before.encode(), after.encode()))
    return text


def test_a_run_keeps_to_the_inputs_that_it_began_with_however_they_are_edited_meanwhile(tmp_path: Path) -> None:
    edited: list[bytes] = []

    def meanwhile(asked: Asked) -> Answer:
        if len(server.seen) == 5:
            edited.append(reworded(files[0], "State what is open", "Never state what is open"))
            edited.append(reworded(files[1], "max_tokens: 1024", "max_tokens: 7"))
            (tmp_path / "busy/prompts.jsonl").write_text('{"prompt": "Another one?"}\n')
        return simulated(asked)

    found = {}
    for name, answer in (("calm", simulated), ("busy", meanwhile)):
        (tmp_path / name).mkdir()
        files = own(tmp_path / name)
        prompts = write_rows(tmp_path / name / "prompts.jsonl", 5)
        with here(answer) as server:
            done = run(of(tmp_path / name, server.url, str(prompts), principles=str(files[0]), concurrency=2))
        found[name] = hashes(tmp_path / name / "out")
        assert done.exit_code == 0

    assert len(edited) == 2
    assert found["busy"] == found["calm"]
    kept = next((tmp_path / "busy/out/provenance/principles").iterdir())
    assert kept.read_bytes() == edited[0]


@pytest.mark.parametrize(
    ("place", "before", "after", "named"),
    [
        (0, "State what is open", "Say that it is open if something is open", "constitution"),
        (1, "max_tokens: 1024", "max_tokens: 1000", "recipe"),
    ],
)
def test_an_unfinished_run_with_edited_inputs_is_refused_with_the_difference_until_that_is_accepted(
    tmp_path: Path, place: int, before: str, after: str, named: str
) -> None:
    files = own(tmp_path)
    with here(simulated) as server:
        given: dict[str, Any] = {"principles": str(files[0]), "concurrency": 1}
        with pytest.raises(Capped) as capped:
            run(of(tmp_path, server.url, rows(5), max_calls=4, **given))
        original = reworded(files[place], before, after)
        sent = len(server.seen)
        with pytest.raises(Occupied, match=rf"{named} [0-9a-f]{{8}} → [0-9a-f]{{8}}") as refused:
            run(of(tmp_path, server.url, rows(5), **given))
        untouched = len(server.seen)
        done = run(of(tmp_path, server.url, rows(5), accept_changes=True, **given))
        files[place].write_bytes(original)
        back = run(of(tmp_path, server.url, rows(5), **given))

    assert (capped.value.exit_code, refused.value.exit_code, sent, untouched) == (4, 2, 4, 4)
    assert "--accept-changes" in refused.value.remedy
    assert (done.exit_code, back.exit_code) == (0, 0)
    assert back.reused >= 4  # what was paid for under the first words is there for them still


# 23: odd text


@BOTH
def test_answers_of_any_signs_go_through_both_wires_and_the_dataset_to_the_letter(tmp_path: Path, wire: str) -> None:
    texts = [text for text in (*NAUGHTY, "NUL \x00 and \x01 within", "\r\n", "\u2028") if text.strip()]
    prompts = [f"Say number {place}." for place in range(len(texts))]

    def odd(asked: Asked) -> Answer:
        first = asked.body["messages"][-1]["content"]
        place = re.fullmatch(r"Say number (\d+)\.", first if isinstance(first, str) else first[0]["text"])
        return whole(asked, texts[int(place[1])]) if place else simulated(asked)

    with here(odd) as server:
        done = run(of(tmp_path, server.url, prompts, wire))
        again = run(of(tmp_path, server.url, prompts, wire))
    written = [trail for _, trail in load_trails(tmp_path / "out")]

    assert (done.exit_code, again.asked) == (0, 0)
    assert [trail.responses[0].text for trail in written] == texts
