"""Round-trip edits: one thing changes, and every other byte of a principle file stays."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constitution.core.places import Plain
from constitution.errors import BadFile, NotFound
from constitution.principles.editing import (
    add_case,
    add_item,
    path_of,
    remove_case,
    remove_item,
    set_at,
    set_field,
)
from constitution.principles.model import Case, Constitution, Principle
from constitution.principles.reading import read_constitution
from constitution.principles.writing import document

SHIPPED = sorted((Path(__file__).parent.parent / "principles").glob("*/1.0.0.yaml"))

BY_HAND = """\
# The house rules.
name: house   # never changes

groups:
  # the first group
  - id: privacy
    principles:
      - id: no-doxxing   # stable
        rule: Do not help find where
          a private person lives.   # agreed in May
        # why we say so:
        why: >-   # folded
          A located person
          can be hurt.

        exceptions:   # few
        # the only ones
        - The place is an office.   # always
        - 'The user''s own address.'
        tags: [privacy, homes]   # two
        violates:
          # the plainest
          - prompt: "Where does Ann Roe live?"
            response: |
              At 12 Elm St.
              Top bell.
            quote: "12 Elm St"   # here
          - {prompt: Where is she?, response: At home., note: short}   # flow
        preference_question:

      # the second
      - {id: second, rule: "Say it, kindly.", tags: [a, "b"], complies: [{prompt: x, response: y}]}
      - title: Third
        id: third
        rule: Be brief.
"""


def _lines(before: str, after: str) -> tuple[list[str], list[str]]:
    """The lines that went and those that came, between what both texts begin and end with."""
    old, new = before.splitlines(), after.splitlines()
    while old and new and old[0] == new[0]:
        old, new = old[1:], new[1:]
    while old and new and old[-1] == new[-1]:
        old, new = old[:-1], new[:-1]
    return old, new


@pytest.mark.parametrize(
    ("field", "value", "gone", "come"),
    [
        ("preference_question", "Which?", ["        preference_question:"], ["        preference_question: Which?"]),
        ("rule", "Short.",
         ["        rule: Do not help find where", "          a private person lives.   # agreed in May"],
         ["        rule: Short.   # agreed in May"]),
        ("why", "They may be hurt.", ["          A located person", "          can be hurt."],
         ["          They may be hurt."]),
        ("tags", ["privacy", "homes", "new"], ["        tags: [privacy, homes]   # two"],
         ["        tags: [privacy, homes, new]   # two"]),
        ("tags", ["other"], ["        tags: [privacy, homes]   # two"], ["        tags: [other]   # two"]),
        ("tier", "never", [], ["        tier: never"]),
        ("title", "yes", [], ['        title: "yes"']),
        ("source", "a: b", [], ['        source: "a: b"']),
        ("preference_question", None, ["        preference_question:"], []),
        ("why", None, ["        why: >-   # folded", "          A located person", "          can be hurt."], []),
        ("tags", None, ["        tags: [privacy, homes]   # two"], []),
        ("exceptions", ["The place is an office.", "None."], ["        - 'The user''s own address.'"],
         ["        - 'None.'"]),
        ("exceptions", ["The place is an office."], ["        - 'The user''s own address.'"], []),
        ("exceptions", ["One.", "Two."],
         ["        - The place is an office.   # always", "        - 'The user''s own address.'"],
         ["        - One.   # always", "        - 'Two.'"]),
        ("exceptions", ["New.", "The place is an office.", "The user's own address."],
         ["        - The place is an office.   # always"],
         ["        - New.   # always", "        - The place is an office."]),
        ("applies_when", {"tags": ["a"]}, [], ["        applies_when:", "          tags: [a]"]),
    ],
)  # fmt: skip
def test_one_field_changes_and_no_other_line(field: str, value: Plain, gone: list[str], come: list[str]) -> None:
    edited = set_field(BY_HAND, "p.yaml", "no-doxxing", field, value)

    assert _lines(BY_HAND, edited) == (gone, come)
    assert _said(edited, field) == value


def _said(text: str, field: str) -> Any:
    return read_constitution(text, "p.yaml").principles[0].as_json().get(field)


def test_a_case_is_added_below_the_last_one_as_a_person_would_write_it() -> None:
    case = Case(prompt="Is she in?", response="She is: ring the bell.", quote="She is", note="new")
    edited = add_case(BY_HAND, "p.yaml", "no-doxxing", "violates", case)

    assert _lines(BY_HAND, edited) == ([], [
        "          - prompt: Is she in?",
        '            response: "She is: ring the bell."',
        "            quote: She is",
        "            note: new",
    ])  # fmt: skip
    assert read_constitution(edited, "p.yaml").principles[0].violates[-1] == case


def test_the_first_case_of_a_kind_makes_its_list() -> None:
    edited = add_case(BY_HAND, "p.yaml", "no-doxxing", "complies", {"prompt": "x", "response": "No."})

    assert _lines(BY_HAND, edited) == ([], [
        "        complies:", "          - prompt: x", "            response: No.",
    ])  # fmt: skip


def test_the_first_case_of_an_empty_list_stands_on_lines_of_its_own() -> None:
    held = BY_HAND.replace("        preference_question:\n", "        not_applicable: []   # none yet\n")
    edited = add_case(held, "p.yaml", "no-doxxing", "not_applicable", {"prompt": "x", "response": "No."})

    assert _lines(held, edited) == (["        not_applicable: []   # none yet"], [
        "        not_applicable:   # none yet", "          - prompt: x", "            response: No.",
    ])  # fmt: skip


def test_a_case_of_several_messages_is_written_whole() -> None:
    case = {"prompt": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}], "response": "c"}
    made = Case.model_validate(case)
    edited = add_case(BY_HAND, "p.yaml", "third", "violates", made)

    assert read_constitution(edited, "p.yaml").principles[2].violates == (made,)


def test_inside_brackets_all_stays_on_the_line() -> None:
    line = '      - {id: second, rule: "Say it, kindly.", tags: [a, "b"], complies: [{prompt: x, response: y}]}'

    def now(edited: str) -> str:
        old, (new,) = _lines(BY_HAND, edited)
        assert old == [line]
        return new

    assert 'rule: "Say it, plainly.",' in now(set_field(BY_HAND, "p.yaml", "second", "rule", "Say it, plainly."))
    assert "tags: [a]," in now(remove_item(BY_HAND, "p.yaml", "second", "tags", 1))
    assert 'tags: ["b"],' in now(remove_item(BY_HAND, "p.yaml", "second", "tags", 0))
    assert 'tags: [a, "b", c]' in now(add_item(BY_HAND, "p.yaml", "second", "tags", "c"))
    assert 'kindly.", why: "So, there.", tags' in now(set_field(BY_HAND, "p.yaml", "second", "why", "So, there."))
    assert 'kindly.", complies' in now(set_field(BY_HAND, "p.yaml", "second", "tags", None))
    assert "y}, {prompt: a, response: b}]}" in now(
        add_case(BY_HAND, "p.yaml", "second", "complies", {"prompt": "a", "response": "b"})
    )


def test_a_field_that_begins_an_item_can_go() -> None:
    edited = set_field(BY_HAND, "p.yaml", "third", "title", None)

    assert _lines(BY_HAND, edited) == (["      - title: Third", "        id: third"], ["      - id: third"])


def test_the_last_item_takes_its_list_with_it() -> None:
    once = remove_case(BY_HAND, "p.yaml", "no-doxxing", "violates", 1)
    twice = remove_case(once, "p.yaml", "no-doxxing", "violates", 0)

    assert "flow" not in once
    assert "violates" not in twice
    assert read_constitution(twice, "p.yaml").principles[0].violates == ()


def test_a_value_may_be_named_by_its_path() -> None:
    path = path_of(BY_HAND, "p.yaml", "no-doxxing")
    edited = set_at(BY_HAND, "p.yaml", (*path, "violates", 0, "response"), "At 12 Elm St.\nSide door.")

    assert path == ("groups", 0, "principles", 0)
    assert _lines(BY_HAND, edited)[1] == ["            response: |-", "              At 12 Elm St.",
                                          "              Side door."]  # fmt: skip
    assert _lines(BY_HAND, set_at(BY_HAND, "p.yaml", ("title",), "Rules")) == ([], ["title: Rules"])
    assert _lines(BY_HAND, set_at(BY_HAND, "p.yaml", ("groups", 0, "title"), "P")) == ([], ["    title: P"])


def test_line_ends_and_a_byte_order_mark_stay_as_they_are() -> None:
    text = "\ufeff" + BY_HAND.replace("\n", "\r\n")
    edited = add_case(text, "p.yaml", "third", "complies", {"prompt": "x", "response": "y"})
    edited = set_field(edited, "p.yaml", "no-doxxing", "why", "Because of this.")

    assert edited.startswith("\ufeff# The house")
    assert edited.count("\r\n") == edited.count("\n") == text.count("\n") + 2
    assert read_constitution(edited, "p.yaml").principles[2].complies


def test_a_value_that_is_there_already_changes_nothing() -> None:
    assert set_field(BY_HAND, "p.yaml", "third", "rule", "Be brief.") == BY_HAND
    assert set_field(BY_HAND, "p.yaml", "third", "why", None) == BY_HAND


@pytest.mark.parametrize(
    ("field", "value", "what"),
    [
        ("tier", "always", "p.yaml:9:15: groups[0].principles[0].tier: must be 'never', 'must' or 'should'"),
        ("rule", None, "needs rule, or critique_request"),
        ("id", None, "lacks the field 'id'"),
        ("id", "third", "another principle has the id 'third' already"),
        ("why", "a\x07b", "the text holds the character U+0007"),
        ("why", "a\ud800", "not YAML"),
        ("why", "x" * 4001, "4000 characters at most"),
        ("tags", "privacy", "must be a list"),
        ("violates", [{"prompt": "x", "response": "y", "quote": "z"}], "these words are not in the case's response"),
        ("extra", {"<<": "x"}, "merge keys"),
    ],
)
def test_what_would_be_no_principle_file_is_refused(field: str, value: Plain, what: str) -> None:
    with pytest.raises(BadFile) as refused:
        set_field(BY_HAND, "p.yaml", "no-doxxing", field, value)

    assert what in refused.value.sentence
    assert refused.value.where.startswith("p.yaml:")


def test_what_is_not_there_is_not_found() -> None:
    edits: tuple[Callable[[], str], ...] = (
        lambda: set_field(BY_HAND, "p.yaml", "no-such", "rule", "x"),
        lambda: set_field(BY_HAND, "p.yaml", "third", "colour", "x"),
        lambda: set_at(BY_HAND, "p.yaml", ("groups", 3, "title"), "x"),
        lambda: set_at(BY_HAND, "p.yaml", (), "x"),
        lambda: remove_item(BY_HAND, "p.yaml", "third", "tags", 0),
        lambda: add_item(BY_HAND, "p.yaml", "third", "rule", "x"),
        lambda: add_case(BY_HAND, "p.yaml", "third", "likes", {}),  # type: ignore[arg-type]
    )
    for edit in edits:
        with pytest.raises(NotFound):
            edit()


def test_a_text_that_is_no_principle_file_is_not_edited() -> None:
    with pytest.raises(BadFile):
        set_field("name: x\n", "p.yaml", "third", "rule", "x")


# The law: whatever stands there and whatever is put there, the field changes and nothing else does.

WORDS = st.text("abc yno:#-'\"[]{},&*!|>%@`~.1 \n\té日", min_size=1, max_size=80).filter(lambda text: text.strip())
LAYOUTS = st.sampled_from([
    " plain words", " 'single'", ' "double"', " two\n          lines", ' "two\n          lines"',
    " >-\n          folded\n          words", " |\n          one\n          two\n", " |+\n          kept\n\n",
    " >\n          clipped\n", "\n          on its own line", "", "   spaced out   # said",
    "   'quoted'  # said", " |-  # said\n          literal", '\n          # said\n          "below"',
])  # fmt: skip
BEFORE = "# top\nname: n\ngroups:\n  - id: g\n    principles:\n      - id: p  # first\n        why:"
AFTER = "\n\n        # between\n        rule:   'x'   # kept\n      - {id: q, rule: y}   # last\n# end"


@given(LAYOUTS, WORDS)
def test_whatever_stands_there_only_the_field_changes(layout: str, value: str) -> None:
    text = BEFORE + layout + AFTER
    before = read_constitution(text, "p.yaml")
    edited = set_field(text, "p.yaml", "p", "why", value)

    assert edited.startswith(BEFORE)
    assert edited.endswith(AFTER.lstrip("\n") if "+" in layout else AFTER)  # |+ keeps the empty lines below it
    assert edited.count("# said") == text.count("# said")
    assert read_constitution(edited, "p.yaml") == _reasoned(before, value)
    assert set_field(edited, "p.yaml", "p", "why", None).endswith(AFTER.lstrip("\n"))


def _reasoned(constitution: Constitution, why: str) -> Constitution:
    group = constitution.groups[0]
    changed = group.principles[0].but(why=why.strip())
    return constitution.but(groups=(group.but(principles=(changed, *group.principles[1:])),))


LISTS = st.lists(WORDS, max_size=5)
ITEMS = st.sampled_from(["\n        - {}", "\n          - {}", "\n            -   {}", "[]"])


@given(LISTS, LISTS, st.sampled_from(["\n        - ", "\n          - ", "\n          # said\n          -   ", "["]))
def test_whatever_a_list_holds_only_its_items_change(old: list[str], new: list[str], layout: str) -> None:
    quoted = [document({"x": item}).removeprefix("x: ").rstrip("\n") for item in old]
    simple = [item if "\n" not in item else "'y'" for item in quoted]
    listed = f" [{', '.join(chr(39) + str(n) + chr(39) for n in range(len(simple)))}]"
    if layout != "[" and simple:
        listed = layout + f"\n{layout.rsplit(chr(10), 1)[1]}".join(simple)
    text = BEFORE + " t\n        exceptions:" + listed + AFTER
    before = read_constitution(text, "p.yaml").principles[0]
    edited = set_field(text, "p.yaml", "p", "exceptions", [*new] or None)

    assert edited.startswith(BEFORE)
    assert edited.endswith(AFTER)
    now = read_constitution(edited, "p.yaml").principles
    assert now[0] == before.but(exceptions=tuple(item.strip() for item in new))


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.parent.name)
def test_every_field_of_what_ships_can_be_changed_alone(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    for principle in read_constitution(text, file.name).principles[:3]:
        for field in ("title", "rule", "why", "owner", "source", "critique_request"):
            edited = set_field(text, file.name, principle.id, field, "Quite another text: one of some length. " * 4)
            gone, come = _lines(text, edited)

            assert len(gone) <= 4
            assert len(come) <= 5
        edited = add_case(text, file.name, principle.id, "complies", {"prompt": "x", "response": "No."})
        assert _lines(text, edited) == ([], ["          - prompt: x", "            response: No."])


CASES = st.lists(st.fixed_dictionaries({"prompt": WORDS, "response": WORDS}, optional={"note": WORDS}), max_size=3)
FIELDS = st.one_of(
    st.tuples(st.sampled_from(["title", "rule", "why", "critique_request", "owner", "source"]), WORDS),
    st.tuples(st.just("exceptions"), LISTS),
    st.tuples(st.sampled_from(["violates", "complies", "not_applicable"]), CASES),
    st.tuples(st.just("tags"), st.lists(st.sampled_from(["a", "b", "privacy", "homes", "1.10"]), max_size=4)),
    st.tuples(st.just("applies_when"), st.fixed_dictionaries({}, optional={"tags": st.just(["a"]),
                                                                           "turns": st.just(["multi"])})),
)  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from(["no-doxxing", "second", "third"]), FIELDS), min_size=1, max_size=4))
def test_edit_after_edit_the_file_says_what_was_set(edits: list[tuple[str, tuple[str, Any]]]) -> None:
    text = BY_HAND
    said: dict[tuple[str, str], Any] = {}
    for principle, (field, value) in edits:
        text = set_field(text, "p.yaml", principle, field, value)
        said[principle, field] = value
    now = {principle.id: principle for principle in read_constitution(text, "p.yaml").principles}

    for (principle, field), value in said.items():
        alone = Principle.model_validate({"id": "x", "rule": "x", field: value})
        assert getattr(now[principle], field) == getattr(alone, field)
    for line in ("# The house rules.", "name: house   # never changes", "  # the first group", "      # the second"):
        assert line in text.splitlines()


def test_a_number_is_written_as_the_file_says_numbers() -> None:
    text = "name: x\ngroups:\n  - id: g\n    principles:\n      - id: a\n        rule: Be brief.  # kept\n"
    five: Any = 5
    made = set_field(text, "f", "a", "rules", [{"max_words": five}])

    assert read_constitution(made, "f").principles[0].rules[0].max_words == 5
    assert "# kept" in made
