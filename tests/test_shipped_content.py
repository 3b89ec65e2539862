"""What ships is fit to show: both constitutions, the example prompts, and what their READMEs say of them."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections import Counter
from difflib import SequenceMatcher
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest

from constitution.core.records import Prompt
from constitution.principles.likeness import folded
from constitution.principles.lint import Around, lint
from constitution.principles.model import Case, Constitution, Principle
from constitution.principles.reading import read_constitution
from constitution.principles.rules import hits
from constitution.shelf import Shelf
from constitution.sources.jsonl import read

ROOT = Path(__file__).parent.parent
NAMES = ("harmlessness", "plain-answers")
EXAMPLES = ROOT / "examples" / "prompts.jsonl"


def _file(name: str, version: str = "1.0.1") -> Path:
    return ROOT / "principles" / name / f"{version}.yaml"


@cache
def _constitution(name: str, version: str = "1.0.1") -> Constitution:
    return read_constitution(_file(name, version).read_text(encoding="utf-8"), f"{name}/{version}.yaml")


@cache
def _prompts() -> tuple[Prompt, ...]:
    return tuple(read(EXAMPLES)[0])


def _cases(principle: Principle) -> tuple[Case, ...]:
    return (*principle.violates, *principle.complies, *principle.not_applicable)


def _without_cases(constitution: Constitution) -> Constitution:
    groups = tuple(
        group.but(
            principles=tuple(
                principle.but(violates=(), complies=(), not_applicable=()) for principle in group.principles
            )
        )
        for group in constitution.groups
    )
    return constitution.but(groups=groups)


EVERY = [(name, principle) for name in NAMES for principle in _constitution(name).principles]
PRINCIPLES = [pytest.param(principle, id=f"{name}.{principle.id}") for name, principle in EVERY]
RULED = [pytest.param(principle, id=f"{name}.{principle.id}") for name, principle in EVERY if principle.rules]


@pytest.mark.parametrize("version", ["1.0.0", "1.0.1"])
@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_constitution_is_taken_from_the_shelf_as_approved(name: str, version: str) -> None:
    assert Shelf(ROOT).constitution(f"{name}@{version}").constitution == _constitution(name, version)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_alone_means_the_latest_release(name: str) -> None:
    assert Shelf(ROOT).constitution(name).ref == f"{name}@1.0.1"


@pytest.mark.parametrize("name", NAMES)
def test_the_second_release_adds_cases_and_changes_nothing(name: str) -> None:
    before, after = _constitution(name, "1.0.0"), _constitution(name)

    assert _without_cases(after).but(version="1.0.0") == _without_cases(before)
    assert [p.meaning for p in after.principles] == [p.meaning for p in before.principles]
    for old, new in zip(before.principles, after.principles, strict=True):
        for kind in ("violates", "complies", "not_applicable"):
            assert getattr(new, kind)[: len(getattr(old, kind))] == getattr(old, kind)


@pytest.mark.parametrize("name", NAMES)
def test_lint_finds_no_error_and_only_two_kinds_of_weak_spot(name: str) -> None:
    """Few cases, and rivals in different groups: both are so on purpose."""
    around = Around(prompts=frozenset(folded(prompt.messages[-1].content) for prompt in _prompts()))
    found = lint(_file(name).read_text(encoding="utf-8"), name, around)

    assert {problem.code for problem in found} == {"W204", "W402"}
    assert len(found) <= 4


def test_the_constitutions_have_the_promised_size() -> None:
    assert len(_constitution("harmlessness").principles) >= 12
    assert len(_constitution("plain-answers").principles) >= 6
    assert all(len(group.principles) <= 8 for name in NAMES for group in _constitution(name).groups)


def test_harmlessness_uses_every_tier_and_is_not_a_list_of_refusals() -> None:
    principles = _constitution("harmlessness").principles

    assert {principle.tier for principle in principles} == {"never", "must", "should"}
    assert {principle.id for principle in principles if "over-refusal" in principle.tags} == {
        "harmless-part-helped",
        "no-lecturing",
    }


@pytest.mark.parametrize("principle", PRINCIPLES)
def test_every_principle_says_why_and_whose_it_is(principle: Principle) -> None:
    assert principle.title
    assert principle.rule
    assert principle.why
    assert principle.owner == "maintainers"


@pytest.mark.parametrize("principle", PRINCIPLES)
def test_every_principle_has_cases_of_each_kind(principle: Principle) -> None:
    assert len(principle.violates) >= 2
    assert len(principle.complies) >= 2
    assert len(principle.not_applicable) >= 1


@pytest.mark.parametrize("principle", PRINCIPLES)
def test_every_violation_is_quoted_from_its_response_and_nothing_else_is(principle: Principle) -> None:
    for case in principle.violates:
        assert case.quote
        assert case.quote in case.response
    assert not any(case.quote for case in (*principle.complies, *principle.not_applicable))


@pytest.mark.parametrize("principle", PRINCIPLES)
def test_no_answer_of_a_principle_is_on_both_sides(principle: Principle) -> None:
    answers = [case.response for case in _cases(principle)]

    assert len(set(answers)) == len(answers)


@pytest.mark.parametrize("principle", PRINCIPLES)
def test_a_bad_answer_stands_beside_a_good_one_to_the_same_prompt(principle: Principle) -> None:
    assert {case.messages for case in principle.violates} & {case.messages for case in principle.complies}


@pytest.mark.parametrize("principle", PRINCIPLES)
def test_no_quote_of_a_violation_occurs_in_an_answer_that_complies(principle: Principle) -> None:
    for bad in principle.violates:
        assert not any(f"{bad.quote}" in good.response for good in principle.complies)


@pytest.mark.parametrize("name", NAMES)
def test_conflicts_name_other_principles_of_the_file(name: str) -> None:
    constitution = _constitution(name)
    known = {principle.id for principle in constitution.principles}
    named = [(principle.id, other) for principle in constitution.principles for other in principle.conflicts_with]

    assert named
    assert all(other in known and other != own for own, other in named)


@pytest.mark.parametrize("name", NAMES)
def test_no_two_principles_have_nearly_the_same_rule(name: str) -> None:
    rules = [principle.rule or "" for principle in _constitution(name).principles]

    assert all(_alike(one, other) < 0.75 for one, other in combinations(rules, 2))


def test_some_principles_are_also_checked_by_a_program() -> None:
    assert sum(bool(principle.rules) for principle in _constitution("plain-answers").principles) >= 4


@pytest.mark.parametrize("principle", RULED)
def test_a_deterministic_rule_agrees_with_its_own_cases(principle: Principle) -> None:
    assert all(hits(principle, case.response) for case in principle.violates)
    assert not any(hits(principle, case.response) for case in (*principle.complies, *principle.not_applicable))


@pytest.mark.parametrize("principle", RULED)
def test_a_deterministic_rule_faults_no_good_answer_of_another_principle(principle: Principle) -> None:
    others = [other for _, other in EVERY if other.id != principle.id]

    assert [case.response for other in others for case in other.complies if hits(principle, case.response)] == []


def test_the_examples_are_many_and_all_different() -> None:
    prompts = _prompts()

    assert len(prompts) >= 60
    assert len({prompt.id for prompt in prompts}) == len(prompts)
    assert len({prompt.source_id for prompt in prompts}) == len(prompts)
    last = [prompt.messages[-1].content for prompt in prompts]
    assert all(_alike(one, other) < 0.8 for one, other in combinations(last, 2))


def test_every_key_of_an_example_is_read() -> None:
    assert not read(EXAMPLES)[1]


def test_every_example_says_what_it_is_and_who_wrote_it() -> None:
    for prompt in _prompts():
        assert prompt.tags
        assert prompt.intent
        assert prompt.language
        assert (prompt.origin, prompt.source, prompt.license) == ("model", "constitution examples", "Apache-2.0")


def test_the_examples_hold_all_intents_in_the_wished_measure() -> None:
    counts = Counter(prompt.intent for prompt in _prompts())
    shares = {intent: count / len(_prompts()) for intent, count in counts.items()}

    assert shares == pytest.approx({"benign": 0.60, "borderline": 0.25, "harmful": 0.15}, abs=0.05)


def test_the_examples_hold_every_shape_of_row() -> None:
    rows = [json.loads(line) for line in EXAMPLES.read_text(encoding="utf-8").splitlines()]
    shapes = [{"prompt", "messages", "instruction"} & row.keys() for row in rows]

    assert {len(shape) for shape in shapes} == {1}
    assert set().union(*shapes) == {"prompt", "messages", "instruction"}


def test_the_examples_hold_conversations_of_all_roles() -> None:
    longer = [prompt for prompt in _prompts() if len(prompt.messages) >= 3]

    assert len(longer) >= 10
    assert {message.role for prompt in longer for message in prompt.messages} == {"system", "user", "assistant", "tool"}


def test_each_tool_result_follows_the_call_that_it_answers() -> None:
    for prompt in _prompts():
        for before, message in zip(prompt.messages, prompt.messages[1:], strict=False):
            if message.role == "tool":
                assert message.tool_call_id in [call["id"] for call in before.tool_calls]


def test_the_examples_speak_more_than_one_language() -> None:
    assert {prompt.language for prompt in _prompts()} >= {"en", "de", "es", "fr"}


def test_every_shipped_principle_is_asked_of_some_example() -> None:
    for name in NAMES:
        groups = _constitution(name).groups
        asked = {each.id for prompt in _prompts() for group in groups for each in group.in_scope(prompt)}

        assert asked == {principle.id for principle in _constitution(name).principles}


def test_no_example_prompt_is_the_case_of_a_principle() -> None:
    cases = [case for _, principle in EVERY for case in _cases(principle)]
    theirs = {case.messages[-1].content for case in cases}

    near = [
        (ours.messages[-1].content, other)
        for ours in _prompts()
        for other in theirs
        if _alike(ours.messages[-1].content, other) >= 0.8
    ]
    assert near == []


def test_the_constitutions_in_the_readme_can_be_read() -> None:
    text = (ROOT / "principles" / "README.md").read_text(encoding="utf-8")
    small, whole = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)

    assert len(read_constitution(small, "README").principles) == 1
    assert {problem.code for problem in lint(whole, "README")} == {"W102", "W204"}


def test_the_examples_readme_shows_a_real_row_and_the_real_counts() -> None:
    text = (ROOT / "examples" / "README.md").read_text(encoding="utf-8")
    (row,) = re.findall(r"```json\n(.*?)\n```", text)
    command, shown = re.findall(r"\$ (python .*?)\n(.*?)\n```", text, re.DOTALL)[0]
    words = [sys.executable, *shlex.split(command)[1:]]
    printed = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True, timeout=30).stdout

    assert row in EXAMPLES.read_text(encoding="utf-8").splitlines()
    assert printed.splitlines() == shown.splitlines()
    assert f"holds {len(_prompts())} prompts" in text


def _alike(one: str, other: str) -> float:
    """How much two texts share, from 0 to 1, by words; in a fixed order, since the measure is not symmetric."""
    first, second = sorted((one.casefold().split(), other.casefold().split()))
    return SequenceMatcher(None, first, second, autojunk=False).ratio()
