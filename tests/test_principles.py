"""Principle files: reading, the published schema, and what ships."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from constitution.core.places import problems_of
from constitution.core.published import DIALECT
from constitution.errors import BadFile
from constitution.principles.model import Case
from constitution.principles.reading import read_constitution
from constitution.principles.schema import published, schema

SHELF = Path(__file__).parent.parent / "principles"
SHIPPED = sorted(SHELF.glob("*/*.yaml"))

BY_HAND = """\
name: house
groups:
  - id: privacy
    principles:
      - id: no-doxxing
        rule: Do not help find where a private person lives.
        why: A located person can be hurt.
        violates: [{prompt: Where does Ann Roe live?, response: "At 12 Elm St.", quote: 12 Elm St}]
        complies: [{prompt: Where does Ann Roe live?, response: "I can't help find her home."}]
        not_applicable: [{prompt: What is two and two?, response: Four.}]
"""


def _read(text: str) -> None:
    read_constitution(text, "p.yaml")


def test_a_principle_by_hand_is_read() -> None:
    constitution = read_constitution(BY_HAND, "p.yaml")
    (principle,) = constitution.principles

    assert (constitution.name, constitution.version) == ("house", "")
    assert (principle.id, principle.tier, principle.rules) == ("no-doxxing", "must", ())
    assert principle.violates == (Case(prompt="Where does Ann Roe live?", response="At 12 Elm St.", quote="12 Elm St"),)


def test_every_field_is_read_as_the_schema_types_it() -> None:
    text = """\
name: "1"
title: 1.10
version: 1.10.0
language: no
groups:
  - id: g
    principles:
      - id: p
        title: yes
        tier: never
        rule: >
          One line
          and another.
        exceptions: [on, 12:30:00]
        applies_when: {tags: [medical], intents: [benign], languages: [en], turns: [multi]}
        rules: [{max_words: 120}, {forbid: [as an AI, 404]}, {require_any: [maybe]}]
        violates:
          - prompt:
              - {role: system, content: Be brief.}
              - {role: user, content: 1}
            response: 2024-01-01
        owner: safety team
        tags: [a.b, c_d]
"""
    constitution = read_constitution(text, "p.yaml")
    (principle,) = constitution.principles

    assert (constitution.title, constitution.version, constitution.language) == ("1.10", "1.10.0", "no")
    assert (principle.title, principle.rule) == ("yes", "One line and another.")
    assert principle.exceptions == ("on", "12:30:00")
    assert [rule.max_words for rule in principle.rules] == [120, None, None]
    assert principle.rules[1].forbid == ("as an AI", "404")
    assert [message.content for message in principle.violates[0].messages] == ["Be brief.", "1"]
    assert principle.violates[0].response == "2024-01-01"


@pytest.mark.parametrize(
    ("was", "now", "sentence"),
    [
        ("why:", "whi:", "p.yaml:7:9: groups[0].principles[0].whi: unknown field; did you mean 'why'?"),
        ("quote:", "qoute:",
         "p.yaml:8:82: groups[0].principles[0].violates[0].qoute: unknown field; did you mean 'quote'?"),
        ("quote: 12 Elm St", "quote: 13 Elm St",
         "p.yaml:8:89: groups[0].principles[0].violates[0].quote: these words are not in the case's response"),
        ("quote: 12 Elm St", "quote:\n                                       13 Elm St",
         "p.yaml:9:40: groups[0].principles[0].violates[0].quote: these words are not in the case's response"),
        ("name: house", "name: House",
         "p.yaml:1:7: name: must be 1 to 64 lower-case letters, digits, dots, dashes and underscores, not 'House'"),
        ("name: house", "name: ../house",
         "p.yaml:1:7: name: must be 1 to 64 lower-case letters, digits, dots, dashes and underscores, "
         "not '../house'"),
        ("name: house", "name: house\nversion: 1.0",
         "p.yaml:2:10: version: must be three numbers with dots between them, like 1.2.0, not '1.0'"),
        ("name: house\n", "", "p.yaml:1:1: lacks the field 'name'; add `name:`"),
        ("        why:", "        tier: always\n        why:",
         "p.yaml:7:15: groups[0].principles[0].tier: must be 'never', 'must' or 'should', not 'always'"),
        ("rule: Do not help find where a private person lives.", "critique_request: Does it tell where she lives?",
         "p.yaml:5:9: groups[0].principles[0]: needs rule, or critique_request with revision_request, "
         "or preference_question"),
        ("rule: Do not help find where a private person lives.", "rule:",
         "p.yaml:5:9: groups[0].principles[0]: needs rule, or critique_request with revision_request, "
         "or preference_question"),
        ("rule: Do not help find where a private person lives.", "rule: ''",
         "p.yaml:6:15: groups[0].principles[0].rule: must not be empty"),
        ("        why:", "        rules: [{max_words: 3, forbid: [x]}]\n        why:",
         "p.yaml:7:17: groups[0].principles[0].rules[0]: a rule holds exactly one of: forbid, require_any, max_words"),
        ("        why:", "        rules: [{max_words: 0}]\n        why:",
         "p.yaml:7:29: groups[0].principles[0].rules[0].max_words: must be 1 or more, not '0'"),
        ("        why:", "        rules: [{max_words: few}]\n        why:",
         "p.yaml:7:29: groups[0].principles[0].rules[0].max_words: must be a whole number, not 'few'"),
        ("        why:", "        rules: [{regex: .*}]\n        why:",
         "p.yaml:7:18: groups[0].principles[0].rules[0].regex: unknown field; "
         "known fields: forbid, require_any, max_words"),
        ("prompt: What is two and two?", "prompt: [{role: usr, content: x}]",
         "p.yaml:10:43: groups[0].principles[0].not_applicable[0].prompt[0].role: "
         "must be 'system', 'user', 'assistant' or 'tool', not 'usr'"),
        ("prompt: What is two and two?", "prompt: []",
         "p.yaml:10:35: groups[0].principles[0].not_applicable[0].prompt: must have 1 or more items"),
        ("prompt: What is two and two?", "prompt: {role: user}",
         "p.yaml:10:35: groups[0].principles[0].not_applicable[0].prompt: must be text, not fields"),
        ("response: Four.", "answer: Four.",
         "p.yaml:10:26: groups[0].principles[0].not_applicable[0]: lacks the field 'response'; add `response:`"),
        ("  - id: privacy\n    principles:", "  - id: privacy\n    principles: []\n  - id: privacy\n    principles:",
         "p.yaml:4:17: groups[0].principles: must have 1 or more items"),
        ("      - id: no-doxxing", "      - {id: no-doxxing, rule: x}\n      - id: no-doxxing",
         "p.yaml:6:13: groups[0].principles[1].id: another principle has the id 'no-doxxing' already"),
        ("  - id: privacy", "  - {id: privacy, principles: [{id: x, rule: y}]}\n  - id: privacy",
         "p.yaml:4:9: groups[1].id: another group has the id 'privacy' already"),
        ("groups:\n", "groups:\n  - {id: many, principles: ["
         + ", ".join(f"{{id: p{n}, rule: x}}" for n in range(9)) + "]}\n",
         "p.yaml:3:28: groups[0].principles: must have 8 items at most"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place(was: str, now: str, sentence: str) -> None:
    assert was in BY_HAND
    with pytest.raises(BadFile) as refused:
        _read(BY_HAND.replace(was, now, 1))

    assert sentence in [problem.sentence for problem in problems_of(refused.value)]
    assert refused.value.exit_code == 2


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "1:1"),
        ("- a\n", "1:1"),
        ("word\n", "1:1"),
        ("name: a\nname: b\ngroups: []\n", "2:1"),
        ("name: &a b\ngroups: *a\n", "1:7"),
        ("name: a\ngroups: null\n", "2:9"),
        ("name: a\ngroups: []\n", "2:9"),
        ("name: a\ngroups:\n", "2:8"),
        ("name: a\ngroups: {}\n", "2:9"),
        ("name: a\ngroups: [null]\n", "2:10"),
        ("name: a\ngroups: [[[]]]\n", "2:10"),
        ("name: a\ngroups: [{id: g, principles: [{id: p, rule: [x]}]}]\n", "2:45"),
        ("name: a\ngroups: [{id: g, principles: [{id: p, rule: x, violates: {prompt: a, response: b}}]}]\n", "2:58"),
        ("name: a\ngroups: [{id: g, principles: [{id: p, rule: x, applies_when: {turns: [3]}}]}]\n", "2:71"),
        ("name: a\ngroups: [{id: g, principles: [{id: p, rule: x, applies_when:}]}]\n", "2:60"),
        ("name: a\ngroups: [{id: g, principles: [{id: p, rule: " + "x" * 4001 + "}]}]\n", "2:45"),
        ("name: a\n<<: {groups: []}\n", "2:1"),
        ('name: "\\ud800"\n', "1:10"),
        ("name: a\0\n", "1:8"),
    ],
)
def test_what_is_no_principle_file_is_refused_at_its_place(text: str, place: str) -> None:
    with pytest.raises(BadFile) as refused:
        _read(text)

    assert refused.value.where == f"p.yaml:{place}"


def test_the_published_schema_is_the_models_schema() -> None:
    remedy = "publish it again: python -m constitution.principles.schema > principles/constitution.schema.json"

    assert (SHELF / "constitution.schema.json").read_text(encoding="utf-8") == published(), remedy


def test_the_schema_is_a_valid_one_and_describes_its_fields() -> None:
    made = schema()
    jsonschema.Draft202012Validator.check_schema(made)

    assert made["$schema"] == DIALECT
    assert made["$id"]
    assert made["$defs"]["Principle"]["properties"]["why"]["description"] == "The reason; models are told it."


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_what_ships_fits_the_published_schema_as_an_editor_sees_it(file: Path) -> None:
    published_schema = json.loads((SHELF / "constitution.schema.json").read_text(encoding="utf-8"))
    seen = YAML(typ="safe", pure=True).load(file)

    assert [error.json_path for error in jsonschema.Draft202012Validator(published_schema).iter_errors(seen)] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "a"},
        {"name": "A", "groups": [{"id": "g", "principles": [{"id": "p", "rule": "x"}]}]},
        {"name": "a", "groups": [{"id": "g", "principles": [{"id": "p"}]}]},
        {"name": "a", "groups": [{"id": "g", "principles": [{"id": "p", "rule": "x", "rules": [{}]}]}]},
        {"name": "a", "groups": [{"id": "g", "principles": [{"id": "p", "rule": "x", "colour": "red"}]}]},
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(wrong: dict[str, Any]) -> None:
    assert not jsonschema.Draft202012Validator(schema()).is_valid(wrong)
    with pytest.raises(BadFile):
        _read(json.dumps(wrong))


def test_two_constitutions_ship() -> None:
    assert {file.parent.name for file in SHIPPED} >= {"harmlessness", "plain-answers"}


def test_a_note_changes_no_meaning_and_a_rule_does() -> None:
    before = read_constitution(BY_HAND, "p.yaml").principles[0].meaning
    noted = read_constitution(BY_HAND.replace("        why:", "        owner: me\n        why:"), "p.yaml")
    changed = read_constitution(BY_HAND.replace("lives.", "lives or works."), "p.yaml")

    assert noted.principles[0].meaning == before
    assert changed.principles[0].meaning != before
