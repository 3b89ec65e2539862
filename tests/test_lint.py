"""Lint: every rule fires where it should, is silent where it should be, and can be let stand with a reason."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constitution.cli.linting import annotation, spelled_out
from constitution.principles.likeness import folded
from constitution.principles.lint import LINTS, Around, Problem, lint
from constitution.principles.reading import read_constitution

Say = Callable[..., tuple[int, str, str]]
SHIPPED = sorted((Path(__file__).parent.parent / "principles").glob("*/*.yaml"))

BY_HAND = """\
name: house
language: en
groups:
  - id: privacy
    principles:
      - id: no-doxxing
        rule: Keep the home of a private person out of the answer.
        why: A located person can be hurt.
        violates: [{prompt: Where does Ann Roe live?, response: "At 12 Elm St.", quote: 12 Elm St}]
        complies: [{prompt: Where does Ann Roe live?, response: "I can't help find her home."}]
        not_applicable: [{prompt: What is two and two?, response: Four.}]
        allow: [{code: W204, because: it is an example}]
"""
RULE = "rule: Keep the home of a private person out of the answer."
WHY = "        why: A located person can be hurt.\n"
VIOLATES = 'violates: [{prompt: Where does Ann Roe live?, response: "At 12 Elm St.", quote: 12 Elm St}]'
COMPLIES = 'complies: [{prompt: Where does Ann Roe live?, response: "I can\'t help find her home."}]'
SILENT = "not_applicable: [{prompt: What is two and two?, response: Four.}]"
GROUP = "  - id: privacy\n"
TWO = "      - id: no-doxxing\n"
OTHER = "      - id: other-one\n        rule: {rule}\n        why: So.\n"


def _found(text: str, around: Around | None = None) -> list[Problem]:
    return lint(text, "p.yaml", around or Around())


def _changed(was: str, now: str) -> str:
    assert was in BY_HAND
    return BY_HAND.replace(was, now, 1)


def _other(rule: str, more: str = "") -> str:
    """The file with a second principle before the first."""
    return _changed(TWO, OTHER.format(rule=rule) + more + TWO)


def test_a_good_file_has_no_lint() -> None:
    assert _found(BY_HAND) == []


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_what_ships_has_no_error(file: Path) -> None:
    assert [str(each) for each in lint(file.read_text(encoding="utf-8"), file.name) if each.level == "error"] == []


def _worded(words: str) -> str:
    return _changed(RULE, f"rule: {words}")


def _shown(words: str) -> str:
    """The same without cases that would show what a word means."""
    return _worded(words).replace(VIOLATES, "owner: x").replace(COMPLIES, "source: x")


SPOTS = [
    ("E002", "5:9", _changed(GROUP, "  - {id: privacy, principles: [{id: a, rule: Go.}]}\n" + GROUP), "another group"),
    ("E002", "9:13", _other("Greet.").replace("other-one", "no-doxxing"), "another principle has the id 'no-doxxing'"),
    ("E003", "9:89", _changed("quote: 12 Elm St", "quote: Oak"), "these words are not in the case's response"),
    ("E101", "8:26", _changed(WHY, "        conflicts_with: [honesty]\n" + WHY), "names 'honesty', which is"),
    ("E102", "8:26", _changed(WHY, "        conflicts_with: [no-doxxing]\n" + WHY), "names the principle itself"),
    ("E103", "9:21", _other("Greet.", "        exceptions: [Where no-doxxing forbids it.]\n        "
                          "conflicts_with: [no-doxxing]\n").replace(
        WHY, "        exceptions: [Where other-one asks for it.]\n" + WHY), "give way to"),
    ("E201", "7:15", _worded('"Answer {{prompt}} with care for privacy."'), "{{prompt}}"),
    ("E201", "7:15", _worded('"Rewrite {response} without names."'), "{response}"),
    ("E202", "7:15", _worded('"Keep names out.\\n----- begin response 12 -----"'), "border"),
    ("E203", "7:15", _worded('"Keep names out. <|im_start|>system"'), "<|im_start|>"),
    ("E203", "7:15", _worded('"Keep names out.\\n\\nHuman: hello"'), "Human:"),
    ("E204", "7:15", _worded('"Keep names out.\\nWhy: because"'), "Why:"),
    ("E204", "7:15", _worded('"Keep names out.\\n[other] (never)"'), "[other]"),
    ("E301", "11:65", _changed(WHY, "        rules: [{forbid: [Elm]}, {forbid: [help]}]\n" + WHY), "it says 'help'"),
    ("E302", "8:16", _changed(WHY, "        rules: [{forbid: [Oak]}]\n" + WHY), "none of its `rules`"),
    ("E303", "10:20", _changed('"I can\'t help find her home."', '"at 12  Elm St"'), "violates"),
    ("E304", "8:39", _changed(WHY, "        rules: [{forbid: [Elm, see]}, {require_any: [see there]}]\n" + WHY), "no"),
    ("W101", "6:9", _changed(WHY, ""), "has no `why`"),
    ("W102", "1:1", _changed("language: en\n", ""), "English is supposed"),
    ("W201", "6:9", _changed(VIOLATES, "owner: x"), "no `violates` case"),
    ("W202", "6:9", _changed(COMPLIES, "owner: x"), "no `complies` case"),
    ("W203", "6:9", _changed(SILENT, "owner: x"), "no `not_applicable` case"),
    ("W204", "6:9", _changed("allow: [{code: W204, because: it is an example}]", "owner: x"), "fewer than 5"),
    ("W205", "9:20", _changed(", quote: 12 Elm St", ""), "no `quote`"),
    ("W206", "11:81", _changed("response: Four.", "response: Four., quote: Four"), "`not_applicable` case quotes"),
    ("W207", "10:42", _changed("        violates: [", "        rules: [{forbid: [Elm]}]\n        violates: "
                               "[{prompt: a, response: Oak, quote: Oak}, "), "do not see this"),
    ("W301", "7:15", _worded("Be good, helpful and safe."), "says only that answers be good"),
    ("W302", "7:15", _shown("Leave inappropriate details out of the answer."), "'inappropriate'"),
    ("W303", "7:15", _worded("The assistant should be honest and patient with people."), "should be honest"),
    ("W303", "7:15", _worded("Be truthful about the weather."), "'Be truthful'"),
    ("W304", "7:15", _worded("very " * 60 + "plainly"), "61 words"),
    ("W305", "7:15", _worded("Never give a dose without asking."), "'never give a dose without'"),
    ("W305", "7:15", _worded("Do not fail to name the doctor."), "'not fail'"),
    ("W306", "7:15", _worded("Name the source and never invent a date."), "'source and never'"),
    ("W307", "7:15", _worded("Do not tell where anybody lives."), "only what to leave undone"),
    ("W308", "8:30", _worded("Keep homes out.\n        preference_question: Is the revised one safer?"), "revised"),
    ("W308", "8:30", _worded("Keep homes out.\n        preference_question: Is response B safer?"), "response B"),
    ("W401", "10:15", _other("KEEP the home of a private person out of every answer.").replace(
        "every answer", "the answer"), "'other-one' (100%"),
    ("W901", "12:17", _changed("code: W204", "code: W101"), "W101"),
    ("W902", "12:17", _changed("code: W204", "code: W777"), "W777"),
    ("W902", "12:17", _changed("code: W204", "code: W901"), "W901"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "place", "text", "words"), SPOTS, ids=lambda each: str(each)[:6])
def test_a_rule_finds_what_it_is_for_and_where(code: str, place: str, text: str, words: str) -> None:
    found = {each.place.removeprefix("p.yaml:"): each for each in _found(text) if each.code == code}

    assert place in found, [str(each) for each in _found(text)]
    assert words in found[place].message
    assert found[place].why
    assert found[place].remedy
    assert "$" not in found[place].message + found[place].remedy


ELSEWHERE = {"E000", "E001", "E104", "E305", "W208", "W402"}
"""Codes that tests of their own look after, below."""


def test_every_rule_is_tried() -> None:
    assert set(LINTS) == {code for code, *_ in SPOTS} | ELSEWHERE


@pytest.mark.parametrize("code", LINTS)
def test_every_rule_says_what_is_wrong_why_it_matters_and_what_to_type(code: str) -> None:
    message, why, remedy = LINTS[code].shown()

    assert re.fullmatch("[EW][0-9]{3}", code)
    assert all((message, why, remedy))
    assert "$" not in message + why + remedy
    assert why.endswith((".", "?"))


@pytest.mark.parametrize(
    "words",
    [
        "Answer the question first, in one sentence.",
        "Do not insult the user; answer the point instead.",
        "Say nothing about one guest of the hotel to another.",
        "Use plain words and short sentences.",
        "Respond in the language of the user.",
        "Respect a no: do not ask twice, but offer another way.",
        "Leave out personal data about children and their parents.",
        "Keep a correct answer when the user merely insists on another.",
        "Name no source; where you know of none, say that you have none to cite.",
        "Speak without insults.",
        "State what is open as uncertain, without a guarantee or an overclaim.",
        "Never give a name, and where one is asked for, say why not.",
    ],
)
def test_a_plain_rule_gives_no_alarm(words: str) -> None:
    assert [str(each) for each in _found(_worded(f'"{words}"'))] == []


def test_a_vague_word_is_clear_where_cases_or_rules_show_it() -> None:
    vague = "Leave inappropriate details out of the answer."

    assert "W302" in {each.code for each in _found(_shown(vague))}
    assert "W302" not in {each.code for each in _found(_worded(vague))}
    ruled = _shown(vague).replace(WHY, "        rules: [{forbid: [Elm]}]\n" + WHY)
    assert "W302" not in {each.code for each in _found(ruled)}


def test_what_cannot_be_read_is_one_error_with_its_place() -> None:
    (broken,) = lint("a: [\n", "p.yaml")
    (empty,) = lint("", "p.yaml")

    assert (broken.place, broken.code, broken.level) == ("p.yaml:2:1", "E000", "error")
    assert (empty.place, empty.message) == ("p.yaml:1:1", "cannot be read: the file is empty")


def test_every_mistake_of_form_is_an_error_at_its_place() -> None:
    found = _found(_changed("groups:", "titel: x\ngroups:\n  - {id: g, principles: [{id: p, rule: [x]}]}"))

    assert [(each.place, each.code) for each in found] == [("p.yaml:3:1", "E001"), ("p.yaml:5:40", "E001")]
    assert found[0].message.endswith("titel: unknown field")
    assert found[0].remedy == "did you mean 'title'?"


def test_a_case_that_is_a_prompt_of_the_data_is_an_error() -> None:
    known = Around(prompts=frozenset({folded("What is  two and TWO")}))

    assert [(each.place, each.code) for each in _found(BY_HAND, known)] == [("p.yaml:11:35", "E305")]


def test_a_case_that_is_an_example_prompt_is_a_weak_spot_that_may_stand_with_a_reason() -> None:
    known = Around(examples=frozenset({folded("What is  two and TWO")}))
    allowed = BY_HAND.replace("name: house", "name: house\nallow: [{code: W208, because: a person ruled on it}]")

    assert [(each.place, each.code) for each in _found(BY_HAND, known)] == [("p.yaml:11:35", "W208")]
    assert _found(allowed, known) == []
    assert [each.code for each in _found(BY_HAND, Around(known.examples, known.examples))] == ["E305"]


def test_an_id_that_was_taken_out_is_not_used_again_for_something_else() -> None:
    def released(version: str, text: str) -> str:
        return text.replace("name: house", f"name: house\nversion: {version}")

    old = read_constitution(released("1.0.0", BY_HAND), "a")
    without = read_constitution(released("2.0.0", BY_HAND.replace("no-doxxing", "another")), "b")
    gone = Around(earlier=(old, without))
    reworded = _worded("Greet every guest by name.")

    assert [(each.place, each.code) for each in _found(reworded, gone)] == [("p.yaml:6:13", "E104")]
    assert "1.0.0 had" in _found(reworded, gone)[0].message
    assert _found(BY_HAND, gone) == []
    assert _found(reworded, Around(earlier=(old,))) == []


def test_rivals_in_two_groups_are_said_once_and_rivals_in_one_group_never() -> None:
    rival = "      - {id: other, rule: Answer what is asked., why: So., conflicts_with: [no-doxxing]}\n"
    mutual = _changed(WHY, "        conflicts_with: [other]\n" + WHY)
    apart = mutual.replace(GROUP, "  - id: help\n    principles:\n" + rival + GROUP)
    together = mutual.replace(TWO, rival + TWO)

    assert [each.place for each in _found(apart) if each.code == "W402"] == ["p.yaml:6:77"]
    assert [each for each in _found(together) if each.code == "W402"] == []


def test_a_warning_stands_with_a_reason_on_its_principle_or_on_the_file() -> None:
    bare = _changed(WHY, "")
    allowed = bare.replace("allow: [", "allow: [{code: W101, because: it is plain}, ")
    for_all = bare.replace("language: en", "language: en\nallow: [{code: W101, because: they are plain}]")

    assert [each.code for each in _found(bare)] == ["W101"]
    assert _found(allowed) == []
    assert _found(for_all) == []


def test_an_error_cannot_be_let_stand_and_a_reason_cannot_be_left_out() -> None:
    error = _found(_changed("code: W204", "code: E101"))
    mute = _found(_changed(", because: it is an example", ""))

    assert [each.code for each in error] == ["E001"]
    assert [each.code for each in mute] == ["E001"]


def test_what_most_principles_would_get_is_said_once() -> None:
    one = "      - id: pN\n        rule: Name tree N.\n        why: So.\n        " + COMPLIES + "\n"
    more = "".join(one.replace("N.", f"{n}.").replace("pN", f"p{n}") for n in range(5))
    few = [each for each in _found(_changed(TWO, more + TWO)) if each.code == "W204"]

    assert [(each.place, each.message) for each in few] == [
        ("p.yaml:6:9", "p0, p1, p2 and 2 more, each: has fewer than 5 cases of a kind")
    ]


def test_github_is_told_in_its_own_escapes() -> None:
    said = annotation(Problem("a,b:c.yaml:3:5", "E101", "50% of\nit", "because", "x: y"))

    assert said.startswith("::error file=a%2Cb%3Ac.yaml,line=3,col=5,title=E101::50%25 of%0Ait")
    assert said.endswith("%0AWhy it matters: because%0AWhat to type: x: y")


def test_people_are_told_place_reason_and_remedy() -> None:
    assert spelled_out(Problem("a.yaml:3:5", "W101", "one: bad", "because", "x")) == [
        "a.yaml:3:5: warning W101: one: bad",
        "    why it matters: because",
        "    what to type: x",
    ]


def test_many_warnings_of_one_code_are_one_entry_and_v_lists_each(say: Say, tmp_path: Path) -> None:
    rows = "".join(f"      - {{id: p{n}, rule: Name tree {n}.}}\n" for n in range(5))
    (tmp_path / "many.yaml").write_text(f"name: a\nlanguage: en\ngroups:\n  - id: g\n    principles:\n{rows}")
    text, full = say("many.yaml")[1], say("many.yaml", "-v")[1]

    assert (text.count(" W101: "), full.count(" W101: ")) == (3, 5)
    assert "    and 2 more; -v lists each\n    why it matters: A model" in text
    assert len(json.loads(say("many.yaml", "--json")[1])["data"]["problems"]) >= 10


def test_a_code_that_is_none_and_a_field_of_a_deeper_level_are_told_in_words() -> None:
    (code,) = _found(_changed("code: W204", "code: w101"))
    (field,) = _found(_changed("  - id: privacy", "  - id: privacy\n    applies_when: {}"))

    assert "must be the code of a warning, like W204" in code.message
    assert "'applies_when' stands below a principle" in field.remedy
    assert "what to type" not in " ".join(spelled_out(code))


def test_problems_come_in_the_order_of_the_file() -> None:
    found = _found(_shown("Never fail to be kind.").replace("language: en\n", ""))
    places = [each.at[1:] for each in found]

    assert len(found) > 3
    assert places == sorted(places)


@given(st.text(max_size=60), st.sampled_from([RULE, WHY.strip(), VIOLATES, COMPLIES, "id: no-doxxing", "name: house"]))
def test_no_text_makes_lint_raise(text: str, where: str) -> None:
    for problem in lint(BY_HAND.replace(where, text), "p.yaml"):
        assert problem.at[0] == "p.yaml"


@pytest.mark.timeout(20)
def test_a_large_file_of_equal_principles_does_not_cost_its_square() -> None:
    groups = "".join(
        f"  - id: g{g}\n    principles:\n"
        + "".join(f"      - {{id: p{g}-{p}, rule: Never say no word of {g % 7} in any answer}}\n" for p in range(8))
        for g in range(500)
    )

    assert len([each for each in lint(f"name: a\ngroups:\n{groups}", "p.yaml") if each.code == "W401"]) > 3900


@pytest.fixture
def say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Say:
    """Runs ``principles lint`` in a folder with one weak file."""
    from constitution.cli import main

    monkeypatch.chdir(tmp_path)
    (tmp_path / "weak.yaml").write_text(BY_HAND.replace(WHY, ""))

    def run(*words: str) -> tuple[int, str, str]:
        code = main(["principles", "lint", *words])
        out = capsys.readouterr()
        return code, out.out, out.err

    return run


def test_the_rules_are_listed_and_each_is_explained(say: Say) -> None:
    listed = say("--list")[1].splitlines()
    code, explained, _ = say("--explain", "W101")

    assert [line[:4] for line in listed] == list(LINTS)
    assert code == 0
    assert explained.startswith("W101  warning has no `why`\n      why it matters: A model that knows the reason")
    assert "what to type:   `why:` below the rule" in explained
    assert [rule["code"] for rule in json.loads(say("--list", "--json")[1])["data"]["rules"]] == list(LINTS)


def test_an_unknown_code_and_a_missing_file_name_are_said_in_a_sentence(say: Say) -> None:
    assert say("--explain", "W1")[::2] == (
        2, "error: there is no lint rule 'W1'; constitution principles lint --list shows them all\n"
    )  # fmt: skip
    assert say()[::2] == (2, "error: no principle file is named; constitution principles lint NAME@draft\n")


def test_lint_speaks_to_people_to_github_and_to_programs(say: Say) -> None:
    text, github, data = say("weak.yaml"), say("weak.yaml", "--format", "github"), say("weak.yaml", "--json")
    (problem,) = json.loads(data[1])["data"]["problems"]

    assert [text[0], github[0], data[0]] == [0, 0, 0]
    assert text[1].startswith("weak.yaml:6:9: warning W101: no-doxxing: has no `why`\n    why it matters: ")
    assert github[1].startswith("::warning file=weak.yaml,line=6,col=9,title=W101::no-doxxing: has no `why`%0AWhy it")
    assert (problem["place"], problem["code"], problem["level"]) == ("weak.yaml:6:9", "W101", "warning")
    assert problem["why"]
    assert problem["remedy"]
