"""Quotes: found where they stand, folded where writers differ, never found where they are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constitution.stages.declining import reads_as_refusal
from constitution.stages.quoting import SHORT, locate

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@given(texts, texts, texts)
def test_words_that_are_there_are_found_where_they_are(before: str, quote: str, after: str) -> None:
    found = locate(quote, before + quote + after)

    if sum(letter.isalnum() for letter in quote) >= SHORT:
        assert found is not None
        assert (before + quote + after)[slice(*found)] == quote
    elif not any(letter.isalnum() for letter in quote):
        assert found is None


@pytest.mark.parametrize(
    ("quote", "text", "words"),
    [
        ("it's sure", "I think it’s sure.", "it’s sure"),
        ('"never" fails', "It “never” fails", "“never” fails"),
        ("two  words\nhere", "just two words here", "two words here"),
        ("very sure", "He is **very** _sure_.", "very** _sure"),
        ("a - b", "a — b", "a — b"),
        ("and so...", "and so…", "and so…"),
        ("“Trust me.”", "Well. Trust me.", "Trust me"),
        ("café", "In the cafe\u0301 there", "cafe\u0301"),
        ("cafe\u0301", "In the café there", "café"),
        ("A heading here", "## A heading here", "A heading here"),
        ("no", "It is no use", "no"),
        ("C#", "Use C# for it", "C#"),
    ],
)
def test_quotes_spaces_and_markdown_are_folded(quote: str, text: str, words: str) -> None:
    found = locate(quote, text)

    assert found is not None
    assert text[slice(*found)] == words


@pytest.mark.parametrize("quote", ["", " ", "...", "**", "not there", "Trust me not", "ru", "C#", "e"])
def test_what_is_not_there_is_not_found(quote: str) -> None:
    assert locate(quote, "Trust me. ** ...") is None


@pytest.mark.parametrize(
    ("text", "declines"),
    [
        ("I'm sorry, but I can't help with that.", True),
        ("I cannot do this for you.", True),
        ("Unfortunately, I can’t share that.", True),
        ("Sorry, I won't.", True),
        ("I can help with that: first, boil the eggs.", False),
        ("Sorry to hear that! Here is what to do.", False),
        ("The shop can't be open on Sunday.", False),
    ],
)
def test_a_refusal_in_words_is_noticed_by_its_opening(text: str, declines: bool) -> None:
    assert reads_as_refusal(text) == declines
