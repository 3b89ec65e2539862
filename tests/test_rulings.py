"""Rulings: a person's verdict takes the place of a model's, goes stale with its principle, and is never passed over."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from constitution.core.asking import Request, drive
from constitution.core.digest import text_digest
from constitution.core.rulings import Ruling, Rulings
from constitution.core.trail import Trail, pair_id
from constitution.dataset.rows import Row, row_of
from constitution.errors import BadFile, Mistake
from constitution.labels.hashes import message_hash
from constitution.rulings import append_rulings, read_rulings
from tests.scenes import CALM, DRAFT, REVISION, TRUE, Cast, asked_about, brief, constitution, finding, prompt, whole

CLEAN = "Bread rises because of yeast. That is certain."
ASKED = prompt(intent="benign")
PAIR = pair_id(ASKED.messages, REVISION, DRAFT)


def on_answer(verdict: str, text: str = DRAFT, **more: str) -> Ruling:
    """What ann says of an answer under the rule against shouting."""
    facts = {"principle": CALM.id, "meaning": CALM.meaning, "reviewer": "ann", "date": "2026-11-21", **more}
    told = {"about": "response", "prompt_id": ASKED.id, "response": text_digest(text), "verdict": verdict, **facts}
    return Ruling.model_validate(told)


def on_pair(verdict: str, **more: str) -> Ruling:
    """What ann says of the pair."""
    told = {"about": "pair", "prompt_id": ASKED.id, "pair_id": PAIR, "verdict": verdict, "reviewer": "ann"}
    return Ruling.model_validate({**told, "date": "2026-11-21", **more})


def ended(*rulings: Ruling, cast: Cast | None = None) -> tuple[Trail, Cast]:
    """The trail of the one prompt under these rulings, and who was asked."""
    actors = cast or Cast()
    return drive(whole(brief(rulings=Rulings(rulings)))(Trail.start(ASKED)), actors), actors


def test_an_answer_that_a_person_clears_is_not_revised() -> None:
    trail, cast = ended(on_answer("complies", reason="A single word is no shouting."))

    assert trail.fate == "no_violation"
    assert (cast.count("critic"), cast.count("reviser"), cast.count("judge")) == (1, 0, 0)
    assert "ann" in trail.reason


def test_an_answer_that_a_person_faults_is_revised_by_what_they_quote() -> None:
    ruling = on_answer("violates", CLEAN, quote="That is certain", reason="It shouts in its own way.")
    trail, cast = ended(ruling, cast=Cast(author=lambda request: CLEAN))

    assert trail.fate == "paired"
    assert "It shouts in its own way." in cast.asked[2].messages[-1].content
    assert "That is certain" in cast.asked[2].messages[-1].content


def test_a_ruling_without_a_reason_or_a_quote_holds_all_the_same() -> None:
    trail, _ = ended(on_answer("violates", CLEAN), cast=Cast(author=lambda request: CLEAN))

    assert trail.fate == "paired"
    assert trail.critiques[0].evidence is not None
    assert trail.critiques[0].evidence.text == CLEAN
    assert trail.critiques[0].reason == ""


def test_what_the_critic_had_said_is_kept_beside_the_ruling() -> None:
    trail, _ = ended(on_answer("complies"))
    found = trail.critiques[0]

    assert (found.verdict, found.overruled and found.overruled.verdict) == ("complies", "violates")
    assert found.overruled is not None
    assert found.overruled.evidence is not None


def test_a_yes_to_the_critic_asks_nobody_anew() -> None:
    plain, before = ended()
    agreed, after = ended(on_answer("violates", reason="Yes, it shouts.", quote="Everybody knows"))

    assert [request.digest for request in after.asked] == [request.digest for request in before.asked]
    assert agreed.critiques[0].reason == plain.critiques[0].reason
    assert agreed.rulings


def test_a_pair_that_is_ruled_out_is_not_judged() -> None:
    trail, cast = ended(on_pair("drop", reason="Too dull."))

    assert (trail.fate, trail.pair) == ("ruled_out", None)
    assert "Too dull." in trail.reason
    assert cast.count("judge") == 0


@pytest.mark.parametrize("said", ["tie", "draft"])
def test_keep_outranks_a_judge_who_does_not_prefer_the_revision(said: str) -> None:
    def judge(request: Request) -> str:
        return Cast.prefer(request, said, "tie")

    assert ended(cast=Cast(judge=judge))[0].fate == "undecided"
    assert ended(on_pair("keep"), cast=Cast(judge=judge))[0].fate == "paired"


def test_keep_outranks_a_recheck_that_fails() -> None:
    ruling = on_answer("violates", REVISION)

    assert ended(ruling)[0].fate == "undecided"
    assert ended(ruling, on_pair("keep"))[0].fate == "paired"


def test_a_ruling_is_a_step_with_a_pseudonym_in_the_provenance() -> None:
    trail, _ = ended(on_pair("keep"))
    steps = row_of(trail, engine="test").provenance["steps"]
    (review,) = [step for step in steps if step["kind"] == "human_review"]

    assert (review["agent"], review["agent_id"]) == ("human", "ann")
    assert len({step["id"] for step in steps}) == len(steps)


def test_words_of_a_person_are_labelled_human_and_words_of_the_critic_are_not() -> None:
    cast = Cast(author=lambda request: CLEAN)
    faulted = row_of(ended(on_answer("violates", CLEAN, reason="Mine."), cast=cast)[0], engine="test")
    agreed = row_of(ended(on_answer("violates", reason="Mine."))[0], engine="test")

    def origin(row: Row) -> dict[str, str]:
        return {part["path"]: part["origin"] for part in row.provenance["parts"]}

    assert (faulted.critique[0].text, origin(faulted)["critique/0"]) == ("Mine.", "human")
    assert (agreed.critique[0].text, origin(agreed)["critique/0"]) == ("because", "program")
    assert origin(faulted)["chosen/0"] == "program"
    hashes = {part["path"]: part["sha256"] for part in faulted.provenance["parts"]}
    assert hashes["critique/0"] == message_hash(faulted.critique[0].model_dump())


def test_a_ruling_on_other_words_of_the_principle_does_not_hold() -> None:
    reworded = CALM.but(rule="Do not raise your voice.")
    stage = whole(brief(constitution(reworded, TRUE), rulings=Rulings((on_answer("complies"),))))
    trail = drive(stage(Trail.start(ASKED)), Cast(critic=_shouting))

    assert trail.fate == "paired"
    assert not trail.rulings


def _shouting(request: Request) -> str:
    shouts = "YEAST!" in asked_about(request)
    first = finding("no-shouting", "violates", "YEAST!") if shouts else finding("no-shouting")
    return Cast.critique(request, first, finding("no-certainty"))


def test_rulings_are_stale_until_somebody_rules_under_the_new_words() -> None:
    old, now = on_answer("complies"), "b" * 64
    again = on_answer("violates", meaning=now)

    assert Rulings((old,)).stale([(CALM.id, CALM.meaning)]) == ()
    assert Rulings((old,)).stale([(CALM.id, now)]) == (old,)
    assert Rulings((old, again)).stale([(CALM.id, now)]) == ()
    assert Rulings((old, again)).on_response(ASKED.id, old.response, CALM.id, CALM.meaning) == old
    assert Rulings((old,)).stale([("other", now)]) == ()


def test_the_last_ruling_on_a_subject_holds() -> None:
    trail, _ = ended(on_answer("complies"), on_answer("violates"))

    assert trail.fate == "paired"


def test_self_judged_is_not_a_persons_doing() -> None:
    assert ended()[0].self_judged == ended(on_pair("keep"))[0].self_judged


def test_the_file_gives_back_what_was_appended_and_takes_nothing_twice(tmp_path: Path) -> None:
    path = tmp_path / "rulings.jsonl"
    first, second = on_answer("complies"), on_pair("drop")

    assert append_rulings(path, (first,)) == (first,)
    assert append_rulings(path, (first.but(date="2027-01-01", said="violates"), second)) == (second,)
    assert read_rulings(path).every == (first, second)
    assert append_rulings(path, (on_answer("violates"),)) != ()
    assert read_rulings(path).held == (on_answer("violates"), second)


def test_a_line_that_lacks_its_end_is_not_run_into_the_next(tmp_path: Path) -> None:
    path = tmp_path / "rulings.jsonl"
    append_rulings(path, (on_answer("complies"),))
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    append_rulings(path, (on_pair("keep"),))

    assert len(read_rulings(path).every) == 2


def broken_lines() -> dict[str, str]:
    """Lines that are no ruling."""
    good = {"format": "constitution-ruling/1", **on_answer("complies").as_json()}
    return {
        "not JSON": "{",
        "no object": "[]",
        "another verdict": json.dumps(good | {"verdict": "keep"}),
        "no hash": json.dumps(good | {"response": "1.2E+64"}),
        "a name": json.dumps(good | {"reviewer": "Ann Roe <ann@example.org>"}),
        "another format": json.dumps(good | {"format": "constitution-ruling/9"}),
        "an unknown key": json.dumps(good | {"mood": "fine"}),
        "too long": json.dumps(good | {"reason": "x" * 100_001}),
        "too deep": "[" * 100_000,
    }


@pytest.mark.parametrize("line", broken_lines().values(), ids=broken_lines())
def test_a_line_that_is_no_ruling_is_named_and_nothing_is_appended(line: str, tmp_path: Path) -> None:
    path = tmp_path / "rulings.jsonl"
    append_rulings(path, (on_answer("complies"),))
    path.write_text(path.read_text() + line + "\n")
    before = path.read_bytes()

    with pytest.raises(BadFile, match=r"rulings\.jsonl:2:") as caught:
        read_rulings(path)
    assert caught.value.remedy
    with pytest.raises(BadFile):
        append_rulings(path, (on_pair("keep"),))
    assert path.read_bytes() == before


def test_a_ruling_that_could_not_be_read_again_is_not_written(tmp_path: Path) -> None:
    file = tmp_path / "rulings.jsonl"
    append_rulings(file, [on_answer("complies")])
    before = file.read_bytes()

    with pytest.raises(Mistake, match="shorter reason"):
        append_rulings(file, [on_answer("violates", reason="x" * 100_500)])
    assert file.read_bytes() == before
    assert len(read_rulings(file).held) == 1
