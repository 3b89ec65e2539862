"""Deterministic rules: what breaks them, and the words that show it."""

from __future__ import annotations

import time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from constitution.principles.model import Principle, Rule
from constitution.principles.rules import broken, hits


@pytest.mark.parametrize(
    ("phrase", "response", "quote"),
    [
        ("as an AI", "Well, as an ai, no.", "as an ai"),
        ("as an AI", "Well,\nas  an\n\tAI.", "as  an\n\tAI"),
        ("I'm sorry", "I’m sorry to hear it", "I’m sorry"),
        ("I’m “sorry”", 'I\'m "Sorry"!', 'I\'m "Sorry"'),
        ("delve", "Delve!", "Delve"),
        ("delve", "(delve)", "(delve)"[1:-1]),
        ("C++", "Use c++.", "c++"),
        ("—", "a — b", "—"),
        ("Straße", "STRASSE", "STRASSE"),
        ("İstanbul", "in İstanbul now", "İstanbul"),
        ("作为", "我作为一个", "作为"),
        ("naïve", "a NAÏVE view", "NAÏVE"),
        ("x", "X", "X"),
    ],
)
def test_a_forbidden_phrase_is_found_as_it_was_written(phrase: str, response: str, quote: str) -> None:
    hit = broken(Rule(forbid=(phrase,)), response)

    assert hit is not None
    assert hit.quote == quote == response[hit.start : hit.end]


@pytest.mark.parametrize(
    ("phrase", "response"),
    [
        ("as an AI", "as an aid"),
        ("as an AI", "was an AI"),
        ("as an AI", "as an\u00a0"),
        ("delve", "delved"),
        ("delve", "undelve"),
        ("delve", "delve_x"),
        ("a b", "a-b"),
        ("कि", "किताब"),
        ("delve", ""),
    ],
)
def test_a_phrase_inside_other_words_is_not_forbidden(phrase: str, response: str) -> None:
    assert broken(Rule(forbid=(phrase,)), response) is None


def test_the_first_and_then_the_longest_of_the_phrases_is_shown() -> None:
    hit = broken(Rule(forbid=("last", "very", "very first")), "The very first and the last")

    assert hit is not None
    assert hit.quote == "very first"


def test_a_phrase_is_no_pattern() -> None:
    assert broken(Rule(forbid=(".*",)), "anything") is None
    assert broken(Rule(forbid=("(a+)+$",)), "a" * 50) is None


def test_a_response_at_the_limit_of_words_is_kept_and_one_more_is_shown() -> None:
    assert broken(Rule(max_words=3), " one two\n three ") is None
    hit = broken(Rule(max_words=3), "one two three four five ")

    assert hit is not None
    assert (hit.quote, hit.reason) == ("four five", "it has 5 words, 3 at most are allowed")


def test_one_of_the_required_phrases_is_enough() -> None:
    rule = Rule(require_any=("I am not sure", "may be wrong"))

    assert broken(rule, "This MAY be  wrong.") is None
    hit = broken(rule, "This is so.")

    assert hit is not None
    assert (hit.start, hit.end, hit.quote) == (0, 0, "")
    assert hit.reason == "it says none of: I am not sure, may be wrong"


def test_each_broken_rule_of_a_principle_gives_one_hit() -> None:
    principle = Principle(id="short", rule="Be brief.", rules=(
        Rule(max_words=2), Rule(forbid=("so",)), Rule(forbid=("never",)),
    ))  # fmt: skip

    assert [hit.rule for hit in hits(principle, "so so so")] == [principle.rules[0], principle.rules[1]]


@pytest.mark.parametrize(
    ("phrase", "response"),
    [("ab " * 1000 + "a", "ab " * 200_000), ("a" * 2000 + "b" + "a" * 1999, "a" * 500_000), ("a a", "a" * 500_000)],
)
def test_hostile_texts_take_no_longer_than_others(phrase: str, response: str) -> None:
    began = time.process_time()
    broken(Rule(forbid=(phrase,)), response)

    assert time.process_time() - began < 10


@given(st.text(), st.text(min_size=1, max_size=20), st.text())
def test_a_phrase_set_apart_by_spaces_is_always_found(before: str, phrase: str, after: str) -> None:
    assume(phrase.strip() == phrase and phrase.strip("\x00\x1c\x1d\x1e\x1f"))
    response = f"{before} {phrase} {after}"
    hit = broken(Rule(forbid=(phrase,)), response)

    assert hit is not None
    assert hit.quote == response[hit.start : hit.end]
    assert broken(Rule(forbid=(phrase,)), hit.quote) is not None


@given(st.text(), st.integers(1, 50))
def test_what_a_limit_shows_is_all_that_is_too_much(response: str, most: int) -> None:
    hit = broken(Rule(max_words=most), response)
    kept = response[: hit.start] if hit else response

    assert broken(Rule(max_words=most), kept) is None
    assert hit is None or len(kept.split()) == most
