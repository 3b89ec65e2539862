"""Structured answers: what keeps its form is seen at once, everything else as the library sees it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from constitution.core.asking import Reply, Request, drive
from constitution.core.trail import Trail
from constitution.stages.forms import critique_form, judge_form, surely_keeps
from constitution.stages.structured import read
from tests.scenes import Cast, brief, finding, prompt, whole

NAMES = st.sampled_from(["a", "b", "c"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.floats(-2, 2) | NAMES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)


OTHERS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["string", "array", "object", "number", ["string", "null"]]),
        "enum": st.lists(VALUES, min_size=1, max_size=3),
        "items": st.booleans() | st.just({"type": "string"}),
        "properties": st.dictionaries(NAMES, st.booleans() | st.just({"type": "string"}), max_size=3),
        "required": st.lists(NAMES, max_size=2, unique=True),
        "additionalProperties": st.booleans(),
        "minItems": st.integers(0, 2),
        "const": NAMES,
    },
)
"""What a schema may say instead, or as well."""


@st.composite
def answers(draw: st.DrawFn, depth: int = 2) -> tuple[dict[str, Any], Any]:
    """A schema such as the forms are, and a value that keeps it; now and then one of them is disturbed."""
    kind = draw(st.sampled_from(["string", "array", "object"])) if depth else "string"
    schema: dict[str, Any] = {"type": kind}
    value: Any
    if kind == "string":
        schema["enum"] = draw(st.lists(NAMES, min_size=1, unique=True))
        value = draw(st.sampled_from(schema["enum"]))
    elif kind == "array":
        schema["items"], one = draw(answers(depth - 1))
        value = [one] * draw(st.integers(0, 2))
    else:
        parts = draw(st.dictionaries(NAMES, answers(depth - 1), max_size=3))
        schema["properties"] = {name: part[0] for name, part in parts.items()}
        schema |= {"required": list(parts), "additionalProperties": False}
        value = {name: part[1] for name, part in parts.items()}
    disturbed = draw(st.integers(0, 9))
    return schema | (draw(OTHERS) if disturbed == 1 else {}), draw(VALUES) if disturbed == 2 else value


@given(answers())
def test_what_surely_keeps_a_schema_keeps_it_for_the_library_too(answer: tuple[dict[str, Any], Any]) -> None:
    schema, value = answer

    assert not surely_keeps(value, schema) or Draft202012Validator(schema).is_valid(value)


FORM = critique_form("n", ["be-kind", "no-shouting"])
GOOD = {"nonce": "n", "intent": "benign", "findings": [finding("be-kind"), finding("no-shouting")]}
JUDGED = {"nonce": "n", "reason": "because", "principles": "R1", "helpfulness": "tie"}


@pytest.mark.parametrize(
    ("form", "value"), [(FORM, GOOD), (FORM, {**GOOD, "findings": []}), (judge_form("n", ["R1", "R2"]), JUDGED)]
)
def test_a_good_answer_is_seen_at_once(form: dict[str, Any], value: dict[str, Any]) -> None:
    assert surely_keeps(value, form)
    assert read(Reply(text=json.dumps(value), model_returned="m"), form) == (value, "")


def test_all_that_a_dry_run_supposes_is_seen_at_once() -> None:
    seen = []

    def answer(request: Request) -> Reply:
        if request.supposed and request.json_schema:
            seen.append(surely_keeps(json.loads(request.supposed), request.json_schema))
        return Reply(text=request.supposed, model_returned=request.model, supposed=True)

    trail = drive(whole(brief())(Trail.start(prompt())), answer)

    assert seen == [True] * 4
    assert trail.fate == "paired"
    assert {step.request for step in trail.steps} == {None}


def test_a_step_names_the_request_that_was_asked() -> None:
    cast = Cast()
    trail = drive(whole(brief())(Trail.start(prompt())), cast)

    assert [step.request for step in trail.steps] == [request.digest for request in cast.asked]


@pytest.mark.parametrize(
    ("value", "wrong"),
    [
        ({**GOOD, "nonce": "m"}, '$.nonce breaks enum: ["n"]'),
        ({**GOOD, "intent": None}, '$.intent breaks type: "string"'),
        ({**GOOD, "findings": {}}, '$.findings breaks type: "array"'),
        ({**GOOD, "findings": [finding("be-rude")]}, "$.findings[0].principle breaks enum: ["),
        ({**GOOD, "more": 1}, "$ breaks additionalProperties: false"),
        ({"nonce": "n", "intent": "benign"}, "$ breaks required: ["),
        ([], '$ breaks type: "object"'),
        (None, '$ breaks type: "object"'),
    ],
)
def test_an_answer_off_its_form_is_told_what_is_wrong(value: Any, wrong: str) -> None:
    found, error = read(Reply(text=json.dumps(value), model_returned="m"), FORM)

    assert found is None
    assert wrong in error
    assert "be-rude" not in error
    assert "more" not in error


def test_a_schema_that_says_other_things_is_left_to_the_library() -> None:
    schema = {"type": "object", "properties": {"n": {"type": "integer", "minimum": 1}}}

    assert not surely_keeps({"n": 1}, schema)
    assert read(Reply(text='{"n": 1}', model_returned="m"), schema) == ({"n": 1}, "")
    assert read(Reply(text='{"n": 0}', model_returned="m"), schema)[0] is None
