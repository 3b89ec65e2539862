"""Shorter ways to the same: to spell, to name, to check and to lay out in columns; each equals the long way."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constitution.checks import cut_short, scaffold_leak
from constitution.core.asking import NOT_IDENTITY, Reply, Request, Sampling
from constitution.core.chance import keyed
from constitution.core.digest import Spelled, canonical, digest, without_nothing
from constitution.core.records import Message, PrincipleRef, Prompt, Record
from constitution.core.rulings import Rulings
from constitution.core.templates import Template
from constitution.core.trail import Evidence, Pair, Response, Step, Trail
from constitution.dataset.provenance import provenance_of
from constitution.stages.forms import critique_form, judge_form, surely_keeps
from constitution.stages.structured import ask_structured, read
from tests.test_digest import numbers

names = texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2),
    max_leaves=3,
)
objects = st.dictionaries(texts, values, max_size=2)
sometimes = st.none() | texts
messages = st.builds(
    Message,
    role=st.sampled_from(["system", "user", "assistant", "tool"]),
    content=texts,
    name=sometimes,
    tool_calls=st.lists(objects, max_size=2).map(tuple),
    tool_call_id=sometimes,
)
requests = st.builds(
    Request,
    model=texts,
    messages=st.lists(messages, max_size=3).map(tuple),
    sampling=st.builds(Sampling, temperature=st.none() | st.floats(0, 2), top_p=st.none() | st.floats(0, 1)),
    max_tokens=st.just(1024) | st.integers(1, 2**53 - 1),
    json_schema=st.none() | objects,
    tools=st.lists(objects, max_size=2).map(tuple),
    stop=st.lists(texts, max_size=2).map(tuple),
    logprobs=st.none() | st.integers(0, 5),
    draw=st.integers(0, 2),
    purpose=names,
    timeout=st.floats(1, 9),
)
refs = st.builds(PrincipleRef, id=texts, meaning=texts, tier=st.sampled_from(["must", "never"]))
steps = st.builds(
    Step,
    id=texts,
    kind=st.sampled_from(["draft", "judge"]),
    agent=st.sampled_from(["model", "human"]),
    model=sometimes,
    params=objects,
    removed=st.lists(texts, max_size=2).map(tuple),
    principles=st.lists(refs, max_size=2).map(tuple),
)
responses = st.builds(
    Response, text=texts, origin=st.just("model"), parent=st.none() | st.integers(0, 3), declines=st.booleans()
)
evidence = st.builds(Evidence, kind=st.just("quote"), text=texts, start=st.integers(0, 9), end=st.integers(0, 9))
records: st.SearchStrategy[Record] = (
    messages
    | steps
    | responses
    | evidence
    | st.builds(
        lambda message, step, response: Trail.start(Prompt.of(message)).plus(steps=(step,), responses=(response,)),
        messages,
        steps,
        responses,
    )
)


@settings(max_examples=50)
@given(requests)
def test_a_request_is_named_by_all_that_counts_whatever_way_it_is_spelled(request: Request) -> None:
    said = request.model_dump(mode="json", exclude=set(NOT_IDENTITY), exclude_defaults=True)

    assert request.digest == digest(said)


@settings(max_examples=50)
@given(records)
def test_a_record_is_spelled_as_its_plain_values_are(record: Record) -> None:
    assert record.spelled() == canonical(record.as_json())


def test_a_record_that_json_cannot_carry_is_refused() -> None:
    step = Step(id="s1", kind="draft", agent="model", params={"max_tokens": 2**53})

    with pytest.raises(ValueError, match=r".+"):
        step.spelled()


@settings(max_examples=50)
@given(records, st.booleans())
def test_a_copy_without_changes_is_equal_and_has_forgotten_what_was_computed(record: Record, computed: bool) -> None:
    if computed:
        record.__dict__["digest"] = "of the original"
    copy = record.but()

    assert copy == record
    assert copy.__dict__.keys() == type(record).model_fields.keys()
    assert copy.model_fields_set == record.model_fields_set


def test_a_changed_copy_says_what_was_changed_and_leaves_the_original_alone() -> None:
    first = Response(text="a", origin="model")
    second = first.but(text="b")

    assert (first.text, second.text, second.origin) == ("a", "b", "model")
    assert second.model_fields_set == {"text", "origin"}
    with pytest.raises(ValueError, match="frozen"):
        second.text = "c"  # type: ignore[misc]  # that is what is tried


def test_a_copy_keeps_the_digest_where_nothing_that_counts_was_changed() -> None:
    request = Request(model="m:m", messages=(Message(role="user", content="Hello"),))
    known = request.digest

    assert request.but(supposed="yes", timeout=1.0).__dict__["digest"] == known
    assert "digest" not in request.but(draw=1).__dict__
    assert "digest" not in request.but(draw=1, supposed="yes").__dict__


@given(names, st.lists(names, unique=True, max_size=4))
def test_a_form_carries_the_spelling_that_it_has(nonce: str, principles: list[str]) -> None:
    form = critique_form(nonce, principles)
    plain = json.loads(json.dumps(form))

    assert form.spelling == canonical(plain)
    assert list(form["properties"]) == ["nonce", "intent", "findings"]


@pytest.mark.parametrize("name", ["-" * 21, "-" * 40, "additionalProperties", '"', "\\", "\u0000"])
def test_no_name_is_taken_for_the_open_place_of_a_form(name: str) -> None:
    form = critique_form(name, [name, "other"])

    assert form.spelling == canonical(json.loads(json.dumps(form)))


def test_a_form_goes_with_its_request_as_it_is() -> None:
    form = critique_form("n", ["a"])
    request = Request(model="m:m", messages=(), json_schema=form)

    assert request.json_schema is form
    assert request.digest == Request(model="m:m", messages=(), json_schema=json.loads(json.dumps(form))).digest
    assert canonical(Spelled({"a": 1}, b'{"a":1}')) == canonical({"a": 1})


FINDING = {"principle": "a", "reason": "", "verdict": "complies", "severity": "none", "evidence": "none", "quote": ""}


@given(st.sampled_from(sorted(FINDING)), values)
def test_a_finding_with_any_other_value_is_seen_only_where_its_form_allows_it(field: str, value: Any) -> None:
    form = critique_form("n", ["a"])
    answer = {"nonce": "n", "intent": "benign", "findings": [FINDING, {**FINDING, field: value}]}
    choices = form["properties"]["findings"]["items"]["properties"][field].get("enum")

    assert surely_keeps(answer, form) == (type(value) is str and (choices is None or value in choices))


@given(texts, st.lists(texts, min_size=1, max_size=3))
def test_a_mark_is_the_keyed_hash_of_the_names(seed: str, parts: list[str]) -> None:
    text = "".join(f"{len(part)}:{part}" for part in parts)
    expected = hmac.new(seed.encode(), text.encode(), hashlib.sha256).hexdigest()

    assert keyed(seed, *parts) == expected
    assert keyed(seed, *parts) == expected


@given(st.lists(st.sampled_from(["{{a}}", "{{b}}", "Words", "{{", "}}", "{a}", " "])), names, names)
def test_a_template_is_filled_in_one_pass(pieces: list[str], a: str, b: str) -> None:
    body = "x" + "".join(pieces) + "x"
    template = Template(name="t", text=f"=== user ===\n{body}")
    given_values = {name: value for name, value in (("a", a), ("b", b)) if name in template.slots}
    parts = body.split("{{a}}")

    filled = template.fill(**given_values)

    assert filled[0].content == a.join(part.replace("{{b}}", b) for part in parts)


def test_a_byte_order_mark_is_refused_in_the_words_that_the_library_has_for_it() -> None:
    value, error = read(Reply(text="\ufeff{}", model_returned="m"), {})

    assert value is None
    assert error == "not JSON: Unexpected UTF-8 BOM (decode using utf-8-sig): line 1 column 1 (char 0)"


def test_what_a_dry_run_supposes_is_worked_out_only_where_it_is_asked_for() -> None:
    form = judge_form("n", ["R1", "R2"])
    request = Request(model="m:m", messages=(Message(role="user", content="Which?"),), json_schema=form)
    good = json.dumps({"nonce": "n", "reason": "", "principles": "R1", "helpfulness": "tie"})
    worked_out = []

    def supposed(place: int) -> str:
        worked_out.append(place)
        return good

    asking = ask_structured([request, request], supposed)
    first = next(asking)
    again = asking.send((Reply(text=good, model_returned="m"), Reply(text="", model_returned="m")))

    assert [each.supposed for each in first] == ["", ""]
    assert [each.supposed for each in again] == [good]
    assert worked_out == [1]


def test_nobody_looks_at_the_prompts_where_nobody_has_ruled() -> None:
    prompts = iter(["p-1"])

    assert not Rulings().about(prompts)
    assert list(prompts) == ["p-1"]


MESSAGES = st.lists(st.none() | st.fixed_dictionaries({}, optional={"role": sometimes, "content": sometimes}))


@settings(max_examples=50, deadline=None)  # the first example loads Arrow and pandas
@given(
    st.lists(sometimes),
    st.lists(st.none() | st.integers(-(2**63), 2**63 - 1)),
    st.lists(st.none() | st.floats(allow_nan=False)),
    st.lists(st.none() | st.booleans()),
    st.lists(st.none() | st.lists(sometimes)),
    st.lists(st.none() | MESSAGES),
)
def test_columns_are_the_arrays_that_arrow_makes(
    words: list[Any], numbers: list[Any], shares: list[Any], flags: list[Any], lists: list[Any], talks: list[Any]
) -> None:
    import pyarrow as pa

    from constitution.dataset.arrays import array_of

    text = pa.string()
    talk = pa.list_(pa.struct({"role": text, "content": text}))
    for column, kind in (
        (words, text), (numbers, pa.int64()), (shares, pa.float64()), (flags, pa.bool_()), (lists, pa.list_(text)),
        (talks, talk),
    ):  # fmt: skip
        made = array_of(column, kind)
        made.validate(full=True)

        assert made.equals(pa.array(column, type=kind))
        assert made.null_count == column.count(None)


@settings(max_examples=50, deadline=None)
@given(names, st.from_regex(scaffold_leak._OURS, alphabet=st.characters(max_codepoint=0x7E)), names)
def test_no_leak_is_passed_over_by_a_short_look(before: str, leak: str, after: str) -> None:
    text = f"{before}{leak}{after}"

    assert not scaffold_leak._surely_ours_is_not_in(text) or not scaffold_leak._OURS.search(text)


@given(st.lists(st.sampled_from(["because", "the", "cat", " ", ",", "x", "_", "é", "-", "."]), max_size=9).map("".join))
def test_the_end_of_a_text_shows_whether_it_dangles(text: str) -> None:
    body = text.rstrip()

    assert cut_short._unfinished(text) == bool(cut_short._DANGLING.search(body))


@given(objects)
def test_a_row_repeats_no_nulls_of_a_step(params: dict[str, Any]) -> None:
    message = Message(role="user", content="Hello")
    step = Step(id="s1", kind="draft", agent="model", params={**params, "stop": [], "draw": None, "effort": params})
    response = Response(text="a", origin="model", step="s1")
    revision = Response(text="b", origin="model", step="s1", parent=0)
    trail = Trail.start(Prompt.of(message)).plus(steps=(step,), responses=(response, revision))
    pair = Pair.of(trail, chosen=revision, rejected=response, principles=(), strategy="s")

    told = provenance_of(trail, pair, [], "engine", ())

    assert told == without_nothing(told)
    assert [each["id"] for each in told["steps"]] == ["s0", "s1"]


def test_a_column_of_another_type_is_refused() -> None:
    import pyarrow as pa

    from constitution.dataset.arrays import array_of

    with pytest.raises(TypeError, match="float"):
        array_of([1.0], pa.float32())
