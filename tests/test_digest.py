"""Digests: RFC 8785 in meaning, the fast path equal to the library, the request's identity as tabled."""

from __future__ import annotations

import math
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from constitution.core.asking import NOT_IDENTITY, Request, Sampling
from constitution.core.chance import fraction, keyed, rendezvous
from constitution.core.digest import canonical, digest, without_nothing
from constitution.core.records import Message

numbers = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
texts = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
    max_leaves=20,
)


@given(values)
def test_the_fast_path_spells_as_the_library_does(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_floats_of_any_size_are_spelled_as_the_library_does(value: float) -> None:
    assert canonical({"temperature": value}) == rfc8785.dumps({"temperature": value})


@pytest.mark.parametrize("value", [math.nan, math.inf, 2**53, -(2**53), {1: "a"}, "\ud800", {"\udfff": 1}, object()])
def test_what_json_cannot_carry_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r".+"):
        canonical(value)


@given(values)
def test_dropping_nothing_twice_changes_nothing(value: Any) -> None:
    once = without_nothing(value)

    assert once == without_nothing(once)


REQUEST = Request(model="simulator:plain", messages=(Message(role="user", content="Hello"),))
OTHERS: dict[str, Any] = {
    "model": "simulator:flip",
    "messages": (Message(role="user", content="Hello!"),),
    "sampling": Sampling(temperature=0.5),
    "max_tokens": 7,
    "json_schema": {"type": "object"},
    "tools": ({"name": "clock"},),
    "stop": ("END",),
    "logprobs": 3,
    "draw": 1,
    "purpose": "critique",
    "supposed": "yes",
    "removed": ("temperature",),
    "timeout": 1.0,
}


@pytest.mark.parametrize("field", sorted(Request.model_fields))
def test_every_field_is_identity_unless_the_table_says_why_not(field: str) -> None:
    other = REQUEST.but(**{field: OTHERS[field]})

    assert (other.digest == REQUEST.digest) == (field in NOT_IDENTITY)


def test_a_copy_of_a_request_has_a_digest_of_its_own() -> None:
    first = REQUEST.digest

    assert REQUEST.but(draw=5).digest != first


def test_the_digest_of_a_request_does_not_change_between_releases() -> None:
    assert REQUEST.digest == digest({"model": "simulator:plain", "messages": [{"role": "user", "content": "Hello"}]})


@given(texts, st.lists(texts, min_size=1, unique=True), texts)
def test_a_new_name_takes_over_only_what_it_wins(key: str, names: list[str], new: str) -> None:
    before = rendezvous("seed", key, names)

    assert rendezvous("seed", key, [*names, new]) in (before, new)


@given(texts, texts, texts)
def test_chance_depends_on_every_name_and_its_place(seed: str, first: str, second: str) -> None:
    assert 0 <= fraction(seed, first, second) < 1
    assert keyed(seed, first + "x", second) != keyed(seed, first, "x" + second)
