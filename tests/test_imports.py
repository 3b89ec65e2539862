"""Imports: what others wrote becomes a draft that lints without an error, and nothing is lost without a word."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constitution.cli import main
from constitution.core.places import Plain
from constitution.core.strict_yaml import parse
from constitution.errors import BadFile, Mistake
from constitution.principles.imports import SHAPES, Draft, imported
from constitution.principles.imports.given import Given
from constitution.principles.imports.json_tree import read_json
from constitution.principles.imports.vocabulary import ENTRY
from constitution.principles.reading import read_constitution
from constitution.principles.writing import document, flow

Say = Callable[..., tuple[int, str, str]]

FAULTS = (
    "mocks the person who asked", "claims to be certain of what is open", "answers another question",
    "hides where a figure comes from", "flatters the person", "scares without a reason", "uses jargon unexplained",
    "promises what cannot be kept", "blames a group for what one did", "repeats itself", "gives away an address",
    "recommends a dose", "tells only one side", "buries the main point", "guesses at feelings", "ends without a step",
)  # fmt: skip
CRITIQUES = {
    f"harmful{number}": {
        "prompt": [f"\n\nCritiqueRequest: Say in which way the assistant's last answer {fault}.\n\nCritique:"],
        "edit_request": f"\n\nRevisionRequest: Write the answer anew so that nowhere in it it {fault}.\n\nRevision:",
    }
    for number, fault in enumerate(FAULTS)
}
QUESTIONS = [f"Take the answer of which nobody could say that it {fault}.\n\nOptions:" for fault in FAULTS]
SWARM = {
    "constitutions": [
        {"critic": f"Name each place where the reply {fault}.", "revision": f"Mend each place where it {fault}."}
        for fault in FAULTS
    ],
    "system_chat": [[{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]],
}
SENTENCES = "\n".join(f"- Never let an answer stand that {fault}." for fault in (*FAULTS, "a", "b", "c", "d"))
THEIRS = """\
name: their-rules
version: 2.0.0
owner_team: safety
principles:
  - id: Privacy.No Doxxing
    title: Do not help to locate a private person
    version: 2.1.0
    tier: hard
    statement: Do not help to locate a private person.
    rationale: They may be hurt.
    scope: {tags: [privacy], intents: [harmful, borderline], turns: any, applies_when: somebody is named}
    exceptions: [{id: own-data, text: The user asks of themselves., since: 2.0.0}]
    conflicts: [{with: full-answers, resolve: this}, {with: no-such}]
    examples:
      - {id: ex1, prompt: Where is he?, response: At home., verdict: violates, spans: ["home"], rationale: plain}
      - {prompt: Where is he?, response: I won't say., verdict: complies}
      - {prompt: What is two and two?, response: Four., verdict: not_applicable}
    source: {text: "UDHR art. 12", url: "https://example.org"}
    deprecated_in: null
  - name: Full answers
    id: full-answers
    description: Answer all that was asked.
    severity: high
  - Be honest: do not lie
  - Just a sentence.
"""


def _draft(text: str, file: str) -> Draft:
    """The import, of which all that must hold for any is true."""
    draft = imported(text, file, name="mine")
    assert read_constitution(draft.text, "draft.yaml") == draft.constitution
    assert imported(text, file, name="mine").text == draft.text
    assert all(len(group.principles) <= 8 for group in draft.constitution.groups)
    assert all(re.fullmatch(rf"{re.escape(file)}:[1-9]\d*:[1-9]\d*", each.place) for each in draft.unmapped)
    return draft


def _shape(draft: Draft) -> list[int]:
    return [len(group.principles) for group in draft.constitution.groups]


def test_the_published_critiques_become_principles_with_their_keys_as_source() -> None:
    draft = _draft(json.dumps(CRITIQUES), "folder/CritiqueRevisionInstructions.json")
    first = draft.constitution.principles[0]

    assert (draft.shape, _shape(draft), draft.unmapped) == ("critiques", [8, 8], ())
    assert first.id == "mocks-person-asked"
    assert first.source == "CritiqueRevisionInstructions.json#harmful0"
    assert first.critique_request == "Say in which way the assistant's last answer mocks the person who asked."
    assert first.revision_request == (
        "Write the answer anew so that nowhere in it it mocks the person who asked."
    )  # fmt: skip
    assert first.rule is None


def test_of_an_entry_what_has_no_field_is_kept_and_listed() -> None:
    more = {"a": {"prompt": ["One.", "Two."], "edit_request": "Mend it.", "note": [1, None, {"x": True}]}}
    draft = _draft(json.dumps(more), "c.json")

    assert draft.constitution.principles[0].extra == {"prompt-2": "Two.", "note": ["1", None, {"x": "true"}]}
    assert [str(each).partition(": ")[2] for each in draft.unmapped] == [
        "a.prompt-2: only the first prompt is the request; kept under `extra`",
        "a.note: no field has this meaning; kept under `extra`",
    ]


def test_the_published_comparisons_become_preference_questions() -> None:
    draft = _draft(json.dumps(QUESTIONS), "RLMadisonInstructions.json")
    first = draft.constitution.principles[0]

    assert (draft.shape, _shape(draft), draft.unmapped) == ("questions", [8, 8], ())
    assert first.preference_question == (
        "Take the answer of which nobody could say that it mocks the person who asked."
    )  # fmt: skip
    assert (first.rule, first.source) == (None, "RLMadisonInstructions.json#1")


def test_a_list_of_texts_that_are_no_comparisons_are_rules() -> None:
    draft = _draft('["Do not lie.", "Which is better? Options:"]', "x.json")

    assert [(p.rule, p.preference_question) for p in draft.constitution.principles] == [
        ("Do not lie.", None), (None, "Which is better?"),
    ]  # fmt: skip


def test_the_constitutions_of_llm_swarm_leave_their_example_chats_behind() -> None:
    draft = _draft(json.dumps(SWARM, indent=1), "constitution_anthropic.json")
    first = draft.constitution.principles[0]

    assert (draft.shape, _shape(draft)) == ("swarm", [8, 8])
    assert first.critique_request == "Name each place where the reply mocks the person who asked."
    assert first.revision_request == "Mend each place where it mocks the person who asked."
    assert [each.what for each in draft.unmapped] == [
        "system_chat: 1 example conversation(s) are left out: a principle shows itself by its cases"
    ]


def test_twenty_sentences_become_groups_of_like_size() -> None:
    assert _shape(_draft(SENTENCES, "rules.txt")) == [7, 7, 6]
    assert _shape(_draft(SENTENCES.replace("- ", ""), "rules.txt")) == [7, 7, 6]
    assert _shape(_draft(SENTENCES.replace("- ", "3. "), "rules.md")) == [7, 7, 6]


def test_headings_become_groups_and_prose_is_listed() -> None:
    draft = _draft(
        "# Our *rules*\n\nWritten in spring.\n\n## Privacy ##\n- **No addresses.** Do not tell where\n"
        "  a person lives.\n"
        "* [ ] Do not track anybody.\n    - not by phone\n      or car\n\nHonesty\n-------\n1) Do not lie: it hurts.\n"
        "<!-- - hidden -->\n| a | b |\n```\n- code\n```\n## Empty\n",
        "r.md",
    )
    groups = draft.constitution.groups

    assert draft.constitution.title == "Our *rules*"
    assert draft.constitution.extra == {"prose": ["Written in spring."]}
    assert [(group.id, group.title) for group in groups] == [("privacy", "Privacy"), ("honesty", "Honesty")]
    assert [(p.id, p.title, p.rule) for p in draft.constitution.principles] == [
        ("no-addresses", "No addresses", "No addresses. Do not tell where a person lives."),
        ("do-not-track-anybody", "", "Do not track anybody."),
        ("do-not-lie-hurts", "", "Do not lie: it hurts."),
    ]
    assert groups[0].principles[1].extra == {"points": ["not by phone or car"]}
    assert [each.place for each in draft.unmapped] == ["r.md:3:1", "r.md:8:1", "r.md:16:1", "r.md:17:1"]


@given(st.lists(st.sampled_from(["**Never**", "**Do not**", "**Do**", "not", "**Fees:**", "**Fees**:", "**No.**",
                                 "promise", "a", "**loan.**", "__Care__", "which", "–"]), min_size=1))  # fmt: skip
def test_every_word_of_an_item_is_in_its_principle_in_order(parts: list[str]) -> None:
    text = " ".join(parts)
    said = imported(f"- {text} end\n", "r.md", name="mine").constitution.principles[0]
    kept = iter(re.findall(r"[a-z]+", f"{said.title} {said.rule}".lower()))

    assert all(word in kept for word in re.findall(r"[a-z]+", f"{text} end".lower()))


def test_a_bold_word_that_forbids_stays_in_the_rule() -> None:
    text = "- **Never** promise a loan.\n- **Do not** give advice.\n* **Do** not press.\n- **Never:** lie.\n"

    assert [(p.title, p.rule) for p in _draft(text, "r.md").constitution.principles] == [
        ("", "Never promise a loan."), ("", "Do not give advice."), ("", "Do not press."), ("", "Never: lie."),
    ]  # fmt: skip


@pytest.mark.parametrize("file", ["x.json", "x.txt", "x.md"])
def test_a_sentence_that_plainly_compares_answers_is_a_preference_question(file: str) -> None:
    asked = ["Which of these responses is less rude?", "Choose the response that is less rude.",
             "Please choose the answer that is kinder."]  # fmt: skip
    told = [*asked, "Choose words that are polite."]
    text = json.dumps(told) if file == "x.json" else "".join(f"- {each}\n" for each in told)
    principles = _draft(text, file).constitution.principles

    assert [p.preference_question for p in principles] == [*asked, None]
    assert principles[-1].rule == told[-1]


def test_numbers_by_name_are_no_principles() -> None:
    with pytest.raises(BadFile, match="no sentence") as refused:
        imported('{"a": 1}', "x.json", name="mine")

    assert "a table with a column" in refused.value.remedy


def test_short_lines_before_items_are_headings_and_one_that_forbids_goes_before_each_rule() -> None:
    text = "Honesty:\n- Say when something is not known.\n\nLoans\n\n- Be plain.\n\nNever:\n- promise a loan.\n"
    groups = _draft(text, "r.txt").constitution.groups

    assert [group.title for group in groups] == ["Honesty", "Loans", "Never"]
    assert groups[0].principles[0].id == "say-something-not-known"
    assert groups[2].principles[0].rule == "Never: promise a loan."


def test_a_large_group_is_split_and_its_parts_say_so() -> None:
    text = "# Top\n## Care\n" + "\n".join(f"- Rule number {number} of many." for number in range(9))
    groups = _draft(text, "r.md").constitution.groups

    assert [(group.id, group.title) for group in groups] == [("care-1", "Care (1 of 2)"), ("care-2", "Care (2 of 2)")]


def test_lines_that_go_on_are_one_sentence() -> None:
    draft = _draft("Do not tell where\na person lives.\nDo not lie.\n\nbe brief\n", "r.txt")

    assert [p.rule for p in draft.constitution.principles] == [
        "Do not tell where a person lives.", "Do not lie.", "be brief",
    ]  # fmt: skip


def test_somebodys_own_yaml_is_mapped_where_its_meaning_is_clear() -> None:
    draft = _draft(THEIRS, "t.yaml")
    first, second, third, fourth = draft.constitution.principles

    assert (draft.constitution.title, draft.constitution.version) == ("their-rules", "")
    assert draft.constitution.extra == {"version": "2.0.0", "owner_team": "safety"}
    assert (first.id, first.tier, first.why) == ("privacy.no-doxxing", "never", "They may be hurt.")
    assert first.rule == "Do not help to locate a private person."
    assert first.applies_when.as_json() == {"tags": ["privacy"], "intents": ["harmful", "borderline"]}
    assert first.exceptions == ("The user asks of themselves.",)
    assert first.conflicts_with == ("full-answers",)
    assert [(c.quote, c.note) for c in first.violates] == [("home", "plain")]
    assert (len(first.complies), len(first.not_applicable)) == (1, 1)
    assert first.source == "UDHR art. 12, https://example.org"
    assert first.extra["scope"] == {"applies_when": "somebody is named"}
    assert first.extra["examples"] == [{"id": "ex1"}]
    assert first.extra["conflicts_with"] == ["no-such"]
    assert (second.title, second.rule, second.extra) == (
        "Full answers", "Answer all that was asked.", {"severity": "high"},
    )  # fmt: skip
    assert (third.title, third.rule, fourth.rule) == ("Be honest", "do not lie", "Just a sentence.")


def test_what_is_not_mapped_of_it_is_listed_with_its_line_in_order() -> None:
    listed = _draft(THEIRS, "t.yaml").unmapped
    lines = [int(each.place.split(":")[1]) for each in listed]

    assert lines == sorted(lines)
    assert {2, 3, 5, 7, 11, 12, 13, 14, 23} == set(lines)
    assert "the id 'Privacy.No Doxxing' is written 'privacy.no-doxxing'" in " ".join(each.what for each in listed)


SHIPPED = sorted((Path(__file__).parent.parent / "principles").glob("*/1.0.0.yaml"))


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.parent.name)
def test_a_file_of_ours_comes_back_as_it_was_but_for_its_name_and_version(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    draft = _draft(text, "f.yaml")
    before = read_constitution(text, "f.yaml")

    assert [each.what for each in draft.unmapped] == [
        "version: a draft has none until it is released; kept under `extra`"
    ]
    assert draft.constitution.but(extra={}) == before.but(name="mine", version="")


@pytest.mark.parametrize(
    ("text", "file", "rules"),
    [
        ("- Do this.\n- Do that.\n", "x.yaml", {"": ["Do this.", "Do that."]}),
        ("be-kind: Be kind.\nDo not lie: Never.\n", "x.yaml", {"": ["Be kind.", "Never."]}),
        ("Care:\n  - Be kind.\nTruth:\n  - {text: Do not lie.}\n", "x.yml",
         {"Care": ["Be kind."], "Truth": ["Do not lie."]}),
        ("rules:\n  be-kind: {description: Be kind.}\n", "x.yaml", {"": ["Be kind."]}),
        ("sections: [{name: Care, items: [Be kind.]}]\n", "x.yaml", {"Care": ["Be kind."]}),
        ('[{"category": "Care", "principle": "Be kind."}, {"rule": "x y"}, {"category": "Care", "text": "z"}]',
         "x.json", {"Care": ["Be kind.", "z"], "": ["x y"]}),
        ('[{"title": "Be kind to all"}]', "x.json", {"": ["Be kind to all"]}),
        ("rule,why,category\nBe kind.,It helps.,Care\n\"Do not, ever, lie.\",,Truth\n", "x.csv",
         {"Care": ["Be kind."], "Truth": ["Do not, ever, lie."]}),
        ("Rule;Tier\r\nBe kind;hard\r\n", "x.csv", {"": ["Be kind"]}),
        ("rule\ttier\nBe kind\tmust\n", "x.tsv", {"": ["Be kind"]}),
    ],
)  # fmt: skip
def test_common_shapes_are_understood(text: str, file: str, rules: dict[str, list[str]]) -> None:
    draft = _draft(text, file)

    assert {group.title: [p.rule for p in group.principles] for group in draft.constitution.groups} == rules
    assert not draft.unmapped


def test_what_does_not_fit_a_field_is_kept_rather_than_refused() -> None:
    text = "- {id: a, rule: x y, tier: system, tags: [1, Private Life], why: [because], violates: [{prompt: x}]}\n"
    principle = _draft(text, "x.yaml").constitution.principles[0]

    assert (principle.tier, principle.why, principle.tags) == ("must", None, ("1", "private-life"))
    assert principle.extra == {"tier": "system", "why": ["because"], "violates": [{"prompt": "x"}]}


def test_an_entry_that_says_nothing_is_left_out_and_kept_in_the_extra_of_the_file() -> None:
    draft = _draft("- Do this.\n- {id: empty, title: Odd, weight: 3}\n- [a]\n", "x.yaml")

    assert [p.rule for p in draft.constitution.principles] == ["Do this."]
    assert draft.constitution.extra == {"left_out": ["a"], "left_out-2": {"title": "Odd", "extra": {"weight": "3"}}}
    assert "x.yaml:2:3: empty: no principle could be made of this" in str(draft.unmapped[0])


def test_ids_are_of_the_text_once_each_and_the_same_again() -> None:
    text = "- Do not lie.\n- Do not lie!\n- 不要说谎。\n- Ünïcode’s über-rule\n- Do not lie, ever, to anybody at all\n"
    ids = [p.id for p in _draft(text, "x.txt").constitution.principles]

    assert ids[:2] == ["do-not-lie", "do-not-lie-2"]
    assert re.fullmatch("p-[0-9a-f]{12}", ids[2])
    assert ids[3:] == ["unicode-uber-rule", "do-not-lie-ever-anybody"]


@pytest.mark.parametrize(
    ("text", "file", "what"),
    [
        ("", "x.json", "x.json:1:1: the file is empty"),
        ("", "x.yaml", "x.yaml:1:1: the file is empty"),
        ("\n# Only a heading\n", "x.md", "x.md:1:1: holds nothing that could be a principle"),
        ("{}", "x.json", "x.json:1:1: holds nothing"),
        ("[]", "x.json", "x.json:1:1: holds nothing"),
        ('"text"', "x.json", "x.json:1:1: must be a list of principles"),
        ('{"a": {"prompt": [], "edit_request": "x"}}', "x.json", "x.json:1:18: a: `prompt` must be a list that begins"),
        ('{"a": {"prompt": ["x"], "edit_request": "x"},\n "b": {"prompt": ["x"]}}', "x.json",
         "x.json:2:7: b: `edit_request` must be a text"),
        ('{"a": {"prompt": ["x"], "edit_request": 7e0}, "b": 3}', "x.json", "x.json:1:52: b: `prompt` must be a list"),
        ('{"constitutions": [{"critic": "x"}]}', "x.json", "x.json:1:20: constitutions[0]: `revision` must be a text"),
        ('["a",\n ""]', "x.json", "x.json:2:2: entry 2 is empty"),
        ('["a",\n "b" "c"]', "x.json", "x.json:2:6: not JSON as it is read here: a comma or ] is missing here"),
        ('{"a": 1,}', "x.json", "x.json:1:9: not JSON"),
        ('{"a" 1}', "x.json", "x.json:1:6: not JSON as it is read here: a colon is missing"),
        ('{"a": 1, "a": 2}', "x.json", "x.json:1:10: not JSON as it is read here: the key 'a' is written twice"),
        ('{"<<": 1}', "x.json", "x.json:1:2: not JSON as it is read here: the key '<<' cannot be a key"),
        ('["a\nb"]', "x.json", "x.json:1:2: not JSON"),
        ('["\\q"]', "x.json", "x.json:1:2: not JSON as it is read here: the text holds an escape"),
        ('["\\u0000"]', "x.json", "U+0000"),
        ('["\\ud800"]', "x.json", "U+D800"),
        ("[01]", "x.json", "x.json:1:2: not JSON"),
        ("[NaN]", "x.json", "x.json:1:2: not JSON"),
        ('["a"] x', "x.json", "x.json:1:7: not JSON as it is read here: something follows"),
        ("[" * 40_000, "x.json", "x.json:1:31: not JSON as it is read here: nested more than 30 levels"),
        ('{"a": {"b": ' + "[" * 25 + "]" * 25 + "}}", "x.json", "nested more than 20 levels deep"),
        ('"' + "x" * 1_000_001 + '"', "x.json", "x.json:1:1: the file has 1000003 bytes"),
        ("- &a x\n- *a\n", "x.yaml", "x.yaml:1:3: anchors"),
        ("- a\n- 'b\n", "x.yaml", "x.yaml:2:3: not YAML"),
        ("rule,b\n1,2,3\n", "x.csv", "x.csv:2:1: this row has 3 cells and there are 2 columns"),
        ('rule,b\n"x,y\n', "x.csv", "x.csv:2:1: not a table"),
        ("Do not lie.\nDo not cheat.\n", "x.csv", "x.csv:1:1: the first row names no column that says a principle"),
        ("a,a\n1,2\n", "x.csv", "x.csv:1:1: the column 'a' stands twice"),
        ("", "x.csv", "x.csv:1:1: holds nothing"),
        ("x", "x.docx", "x.docx:1:1: principles are not imported from such a file"),
        ("x", "folder.d/x", "folder.d/x:1:1: principles are not imported from such a file"),
        ("- a\x07b\n", "x.txt", "x.txt:1:4: the character U+0007"),
    ],
)  # fmt: skip
def test_a_malformed_file_is_told_with_its_line(text: str, file: str, what: str) -> None:
    with pytest.raises(BadFile) as refused:
        imported(text, file, name="mine")

    assert what in str(refused.value)
    assert re.match(rf"{re.escape(file)}:[1-9]\d*:[1-9]\d*", refused.value.where)
    assert refused.value.remedy or "empty" in refused.value.what


def test_a_name_that_is_none_is_refused() -> None:
    with pytest.raises(Mistake, match="'My Rules' is no name"):
        imported("x y z", "x.txt", name="My Rules")


def test_every_shape_on_the_shelf_passes_over_what_is_not_its_own() -> None:
    import importlib

    for place in SHAPES.values():
        module, _, attribute = place.partition(":")
        assert getattr(importlib.import_module(module), attribute)(Given("x", "x.none")) is None


# The laws of reading and writing.

TEXTS = st.text(st.characters(min_codepoint=9, exclude_categories=["Cs", "Cc"]), max_size=120) | st.text(
    "ab :#-'\"\n,[]{}?&*!|>%@`~ .\\\t1", max_size=60
)
KEYS = TEXTS.filter(lambda text: text != "<<")
VALUES = st.recursive(
    TEXTS | st.none(), lambda inside: st.lists(inside, max_size=4) | st.dictionaries(KEYS, inside, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(st.dictionaries(KEYS, VALUES, min_size=1, max_size=4))
def test_what_is_written_reads_back_the_same(value: dict[str, Plain]) -> None:
    assert parse(document(value), "f").value == value


@given(st.recursive(TEXTS, lambda inside: st.lists(inside, max_size=4) | st.dictionaries(KEYS, inside, max_size=4),
                    max_leaves=12))  # fmt: skip
def test_what_is_written_on_one_line_reads_back_the_same(value: Plain) -> None:
    assert "\n" not in flow(value)
    assert parse(f"a: {flow(value)}", "f").value == {"a": value}


@given(VALUES)
def test_json_is_read_as_yaml_would_be(value: Any) -> None:
    assert read_json(json.dumps({"a": value}), "f").value == {"a": value}
    assert read_json(json.dumps([value], ensure_ascii=False, indent=2), "f").value == [value]


def _place(read: Callable[[], object]) -> str:
    """Where reading was refused; empty where it was not."""
    try:
        read()
    except BadFile as refused:
        return refused.where
    return ""


@given(st.text('ab{}[]",:\\ntrue01.-e \n'))
def test_any_text_is_json_or_refused_with_a_place(text: str) -> None:
    place = _place(lambda: read_json(text, "f"))

    assert re.fullmatch(r"f:[1-9]\d*:[1-9]\d*", place) if place else json.loads(text) is not NotImplemented


@given(st.text("ab- *#1.)\n\t`|:<!>=_A", max_size=120))
def test_any_list_of_sentences_is_imported_or_refused(text: str) -> None:
    for file in ("x.md", "x.csv", "x.yaml"):
        assert re.fullmatch(r"|x\.\w+:[1-9]\d*:[1-9]\d*", _place(partial(_draft, text, file)))


NAMES = st.sampled_from([*ENTRY, *(name for names in ENTRY.values() for name in names), "examples", "extra", "odd",
                         "group", "verdict", "prompt", "response", "quote", "principles", "groups", "<"])  # fmt: skip
THINGS = st.recursive(
    st.sampled_from(["never", "Do not lie.", "a", "1.10", "", "violates", "x y z", "Private Life", "é"]) | st.none(),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(NAMES, inside, max_size=6), max_leaves=25,
)  # fmt: skip


@given(THINGS)
def test_whatever_fields_somebody_has_they_are_imported_or_refused(value: Any) -> None:
    place = _place(partial(_draft, json.dumps(value), "x.json"))

    assert re.fullmatch(r"|x\.json:[1-9]\d*:[1-9]\d*", place)


# The command.


@pytest.fixture
def say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Say:
    """Gives commands in this process, in an empty project with two prompts."""
    monkeypatch.delenv("CONSTITUTION_LEDGER", raising=False)
    monkeypatch.chdir(tmp_path)
    rows = '{"prompt": "Why does bread rise?"}\n{"prompt": "What is a mortgage?"}\n'
    (tmp_path / "prompts.jsonl").write_text(rows, encoding="utf-8")

    def said(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        told = capsys.readouterr()
        return code, told.out, told.err

    return said


@pytest.mark.parametrize(
    ("file", "text"),
    [("critiques.json", json.dumps(CRITIQUES)), ("swarm.json", json.dumps(SWARM)), ("rules.txt", SENTENCES)],
)
def test_what_is_imported_lints_without_an_error_and_runs(file: str, text: str, tmp_path: Path, say: Say) -> None:
    (tmp_path / file).write_text(text, encoding="utf-8")
    code, out, _ = say("principles", "import", file, "--name", "mine")

    assert (code, out.splitlines()[-1]) == (0, "next: constitution principles lint mine@draft")
    code, out, _ = say("principles", "lint", "mine@draft")
    assert (code, ": error" in out) == (0, False)
    assert say("run", "revise", "--principles", "mine", "--prompts", "prompts.jsonl", "--out", "out")[0] == 0


def test_principles_that_only_compare_are_refused_by_name_before_anything_is_asked(tmp_path: Path, say: Say) -> None:
    rows = [*QUESTIONS[:2], "Do not shout at people."]
    (tmp_path / "q.json").write_text(json.dumps(rows), encoding="utf-8")
    code, _, err = say("principles", "import", "q.json", "--name", "mine")
    assert (code, "2 of 3 principles hold only a preference_question" in err) == (0, True)

    ids = [p.id for p in read_constitution((tmp_path / "principles/mine/draft.yaml").read_text(), "x").principles]
    for verb in (["run", "revise", "--out", "out"], ["plan", "revise"]):
        code, _, err = say(*verb, "--principles", "mine", "--prompts", "prompts.jsonl")
        assert code == 2
        assert f"the principles {ids[0]} and {ids[1]} of mine hold only" in err
        assert "add a `rule:` to each" in err
        assert f"`critique: {{principles: [{ids[2]}]}}`" in err
    assert not (tmp_path / ".constitution").exists()
    assert not (tmp_path / "out").exists()


def test_one_principle_that_only_compares_is_refused_by_try_and_its_neighbour_is_not(tmp_path: Path, say: Say) -> None:
    (tmp_path / "q.json").write_text(json.dumps([QUESTIONS[0], "Do not shout at people."]), encoding="utf-8")
    say("principles", "import", "q.json", "--name", "mine")

    ids = [p.id for p in read_constitution((tmp_path / "principles/mine/draft.yaml").read_text(), "x").principles]
    code, _, err = say("try", f"mine#{ids[0]}", "--prompts", "prompts.jsonl")
    assert (code, f"the principle {ids[0]} of mine holds only a preference_question" in err) == (2, True)
    assert say("try", f"mine#{ids[1]}", "--prompts", "prompts.jsonl")[0] == 0


def test_a_draft_that_is_there_is_replaced_only_by_force(tmp_path: Path, say: Say) -> None:
    (tmp_path / "a.txt").write_text("Do not lie to people.\n", encoding="utf-8")
    (tmp_path / "b.txt").write_text("Be brief with people.\n", encoding="utf-8")
    draft = tmp_path / "principles" / "mine" / "draft.yaml"
    say("principles", "import", "a.txt", "--name", "mine")
    before = draft.read_text()

    code, _, err = say("principles", "import", "b.txt", "--name", "mine")
    assert (code, "type --force to replace it" in err) == (2, True)
    assert draft.read_text() == before
    code, out, err = say("principles", "import", "b.txt", "--name", "mine", "--dry-run")
    assert (code, "rule: Be brief with people." in out, draft.read_text()) == (0, True, before)
    assert read_constitution(out, "out").name == "mine"
    assert say("principles", "import", "b.txt", "--name", "mine", "--force")[0] == 0
    assert draft.read_text() == out
    assert [file.name for file in draft.parent.iterdir()] == ["draft.yaml"]


def test_the_document_says_what_the_notes_say(tmp_path: Path, say: Say) -> None:
    (tmp_path / "t.yaml").write_text(THEIRS, encoding="utf-8")
    code, out, err = say("principles", "import", "t.yaml", "--name", "mine", "--json")
    data = json.loads(out)["data"]

    assert code == 0
    assert (data["file"], data["shape"], data["written"]) == ("principles/mine/draft.yaml", "fields", True)
    assert len(data["unmapped"]) == err.count("not mapped: t.yaml:")
    assert data["lint"]["errors"] == 0
    code, out, _ = say("principles", "import", "t.yaml", "--name", "other", "--json", "--dry-run")
    assert read_constitution(json.loads(out)["data"]["text"], "x").name == "other"


@pytest.mark.parametrize(
    ("content", "file", "what"),
    [
        (None, "none.json", "none.json: cannot be read: No such file or directory"),
        (b"\xff\xfe- \x00a\x00", "x.txt", "x.txt:1:1: these bytes are not UTF-8"),
        (b"x" * 1_000_001, "x.md", "x.md:1:1: the file has 1000001 bytes"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(
    content: bytes | None, file: str, what: str, tmp_path: Path, say: Say
) -> None:
    if content is not None:
        (tmp_path / file).write_bytes(content)
    code, _, err = say("principles", "import", file, "--name", "mine")

    assert (code, what in err) == (2, True)
    assert not (tmp_path / "principles").exists()
