"""Replay: what is read and made in shorter ways, where every reply is at hand, is the same as by the long ones."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings

from constitution.api import Order, run
from constitution.api.behind import Behind, facts_of
from constitution.api.running import NEW_OBJECTS, seldom_collected
from constitution.core.asking import Reply, Usage
from constitution.core.digest import canonical, digest, digest_spelled
from constitution.core.records import Message, Prompt, Record, spelled_messages
from constitution.core.trail import Response, Trail
from constitution.dataset.calls import Call
from constitution.ledger import Entry, open_ledger
from constitution.spool import Spool, spellings
from constitution.stages.forms import judge_form
from tests.folders import ask, paired, tool_prompt
from tests.test_spelling import messages, records, texts


@settings(max_examples=50)
@given(records)
def test_a_record_of_known_values_is_the_one_that_checks_them(record: Record) -> None:
    made = type(record).known(**{name: getattr(record, name) for name in record.model_fields_set})

    assert made == record
    assert made.model_dump_json() == record.model_dump_json()
    assert made.model_fields_set == record.model_fields_set


def test_a_record_of_known_values_is_frozen_shares_nothing_and_has_no_other_fields() -> None:
    first, second = (Reply.known(text="a", model_returned="m") for _ in "ab")

    assert first.raw == {}
    assert first.raw is not second.raw
    with pytest.raises(ValueError, match="frozen"):
        first.text = "b"  # type: ignore[misc]  # that is what is tried
    with pytest.raises(TypeError, match="has no field colour"):
        Response.known(text="a", origin="model", colour="red")


@settings(max_examples=50)
@given(messages)
def test_a_conversation_is_spelled_as_its_messages_are(message: Message) -> None:
    for said in ((message,), (message, Message(role="user", content="é\n"))):
        assert spelled_messages(said) == canonical([each.as_json() for each in said])


@settings(max_examples=50)
@given(texts, texts, texts)
def test_the_judges_form_is_spelled_as_a_library_spells_it(nonce: str, first: str, second: str) -> None:
    form = judge_form(nonce, (first, second))

    assert form.spelling == canonical(dict(form))


def test_what_is_set_aside_is_named_without_being_made_again() -> None:
    given_ = (ask(), tool_prompt(), ask("Else?", tags=("a",), intent="harmful"))
    spool = Spool(Prompt)
    spool.extend(given_)

    for some, kept in ((given_, spool.records()), (given_[1:], spool.records()[1:]), (given_[1:], given_[1:])):
        assert digest_spelled(spellings(kept)) == digest([prompt.as_json() for prompt in some])


def test_the_facts_of_a_reply_at_hand_are_told_once_and_else_the_ledger_is_asked(tmp_path: Path) -> None:
    trail = paired()
    first, second = (step.request or "" for step in trail.steps[:2])
    reply = Reply(text="a", model_returned="m", usage=Usage(input=3, output=2), raw={"id": "r-1"})
    with closing(open_ledger(tmp_path / "ledger.db")) as ledger:
        ledger.keep([(Entry(second, "p:m", reply, "2026-01-02T00:00:00Z", 2), 1)])
        behind = Behind(ledger)
        behind.reused(Entry(first, "p:m", reply, "2026-01-01T00:00:00Z"))

        told, again = tuple(behind.calls(trail)), tuple(behind.calls(trail))

    assert [(call.step, call.request, call.attempts, call.input_tokens) for call in told] == [
        ("s1", first, 1, 3),
        ("s2", second, 2, 3),
    ]
    assert [call.step for call in again] == ["s2"]


def test_a_name_that_is_no_text_is_left_out_of_the_calls() -> None:
    reply = Reply(text="a", model_returned="m", raw={"id": 7})

    assert facts_of(Entry("d", "p:m", reply, "2026-01-01T00:00:00Z"))["request_id"] is None


def test_a_replay_hears_the_same_trails_and_calls_and_each_could_be_read_back(tmp_path: Path) -> None:
    heard: list[tuple[Trail, Sequence[Call]]] = []
    (tmp_path / "constitution.toml").touch()
    order = Order(prompts=[f"How do I do thing {n}?" for n in range(12)], root=tmp_path, out=tmp_path / "out")
    for _ in "ab":
        done = run(order, hear=lambda trail, calls: heard.append((trail, calls)))

    assert done.asked == 0
    assert heard[:12] == heard[12:]
    for trail, calls in heard:
        assert Trail.model_validate_json(trail.model_dump_json()) == trail
        assert Trail.model_validate_json(trail.spelled()) == trail
        assert [Call.model_validate_json(call.model_dump_json()) for call in calls] == list(calls)


def test_python_looks_for_cycles_as_often_as_before_once_a_run_has_ended() -> None:
    before = gc.get_threshold()
    with seldom_collected():
        assert gc.get_threshold()[0] == NEW_OBJECTS
        with seldom_collected():
            pass
        assert gc.get_threshold()[0] == NEW_OBJECTS

    assert gc.get_threshold() == before


def test_what_the_simulator_knows_is_not_loaded_before_it_is_asked() -> None:
    told = (
        "import sys; from constitution.providers.simulator import Simulator; Simulator().check('plain');"
        " print([name for name in sys.modules if 'simulator.flaws' in name])"
    )
    done = subprocess.run([sys.executable, "-c", told], check=True, capture_output=True, text=True)

    assert done.stdout.strip() == "[]"
