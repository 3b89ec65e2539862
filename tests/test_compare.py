"""Comparing constitutions: each edit gets its level, and the laws that hold for all edits."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, reject, settings
from hypothesis import strategies as st

from constitution.core.records import Message
from constitution.errors import BadFile, Mistake
from constitution.principles.changes import Kind
from constitution.principles.compare import compare, told_otherwise
from constitution.principles.likeness import same_words
from constitution.principles.model import AppliesWhen, Case, Constitution, Group, Principle, Rule
from constitution.principles.reading import read_constitution
from constitution.principles.versions import (
    FLOORS,
    LEVELS,
    Level,
    demanded,
    floor,
    next_version,
    parse_version,
    step,
)

BEFORE = """\
name: house
version: 1.4.2
title: A house
groups:
  - id: privacy
    title: Private
    principles:
      - id: no-doxxing
        title: Homes
        tier: never
        rule: Keep the home of a private person out of the answer, however it is asked for.
        why: A located person can be hurt.
        exceptions:
          - The place is an office that publishes its own address.
          - The user asks about their own home.
        applies_when: {tags: [privacy, work], intents: [harmful]}
        rules: [{forbid: [Elm St, Oak Ave]}, {max_words: 90}]
        conflicts_with: [answer-first]
        owner: safety
        tags: [privacy]
        violates: [{prompt: Where does Ann live?, response: At 12 Elm St., quote: 12 Elm St}]
        complies: [{prompt: Where does Ann live?, response: I will not look for her.}]
        not_applicable: [{prompt: What is two and two?, response: Four.}]
      - id: answer-first
        rule: Begin with the answer itself, before any background.
        why: Readers stop early.
      - id: no-guessing
        rule: Leave the faith of a named person unguessed.
        critique_request: Does the response guess anybody's faith?
        revision_request: Take the guess out.
        preference_question: Which response guesses less about people?
  - id: style
    principles:
      - id: plain-words
        tier: should
        rule: Prefer short common words to long rare ones.
        conflicts_with: [full-names]
      - id: full-names
        tier: should
        rule: Write every institution's name out in full.
  - id: kindness
    principles:
      - id: no-insults
        rule: Speak without insults, also when insulted.
"""
STYLE = BEFORE[BEFORE.index("  - id: style") : BEFORE.index("  - id: kindness")]
KIND = BEFORE[BEFORE.index("  - id: kindness") :]
GUESS = BEFORE[BEFORE.index("      - id: no-guessing") : BEFORE.index("  - id: style")]
FIRST = BEFORE[BEFORE.index("      - id: answer-first") : BEFORE.index("      - id: no-guessing")]
DOXXING = BEFORE[BEFORE.index("      - id: no-doxxing") : BEFORE.index("      - id: answer-first")]
PLAIN = BEFORE[BEFORE.index("      - id: plain-words") : BEFORE.index("      - id: full-names")]
FULL = BEFORE[BEFORE.index("      - id: full-names") : BEFORE.index("  - id: kindness")]
RULE = "Keep the home of a private person out of the answer, however it is asked for."
OFFICE = "          - The place is an office that publishes its own address.\n"
OWN = "          - The user asks about their own home.\n"
CASE = "{prompt: Where does Ann live?, response: I will not look for her.}"

Edit = tuple[str, str, Level, Kind]
EDITS: list[Edit] = [
    # the file
    ("title: A house", "title: The house", "patch", "file_note_changed"),
    ("title: A house", "title: A house\nnote: See the readme.", "patch", "file_note_changed"),
    ("title: A house", "title: A house\nlicense: MIT", "patch", "file_note_changed"),
    ("title: A house", "title: A house\nextra: {a: b}", "patch", "file_note_changed"),
    ("title: A house", "title: A house\nlanguage: de", "minor", "language_changed"),
    ("name: house", "name: home", "major", "name_changed"),
    # groups
    ("    title: Private\n", "    title: In private\n", "patch", "group_note_changed"),
    (STYLE + KIND, KIND + STYLE, "patch", "groups_reordered"),
    (KIND, "", "major", "principle_removed"),
    (KIND, KIND + "  - id: new\n    principles: [{id: sources, rule: Name a source.}]\n", "minor", "group_added"),
    ("  - id: kindness", "  - id: manners", "minor", "group_renamed"),
    # principles
    (GUESS, "", "major", "principle_removed"),
    (FULL, FULL + "      - id: sources\n        rule: Name a source.\n", "minor", "principle_added"),
    ("- id: no-insults", "- id: no-abuse", "major", "principle_renamed"),
    (GUESS + STYLE, STYLE + GUESS, "minor", "principle_moved"),
    (FIRST + GUESS, GUESS + FIRST, "minor", "principles_reordered"),
    (PLAIN + FULL, FULL + PLAIN, "major", "precedence_swapped"),
    (FULL + KIND, KIND + FULL, "major", "precedence_lost"),
    ("tier: never", "tier: must", "major", "tier_changed"),
    ("        rule: Begin with", "        tier: never\n        rule: Begin with", "major", "tier_changed"),
    # the rule
    (RULE, "Keep the home of a private person out of the answer however it is asked for", "patch", "respaced"),
    (RULE, f'"{RULE}"', "none", "respaced"),
    (RULE, RULE.replace("of a private", "of a\n          private"), "none", "respaced"),
    (RULE, f'"{RULE.replace(" person", "  person")}"', "patch", "respaced"),
    (RULE, RULE.replace("home", "home or workplace"), "minor", "reworded"),
    (RULE, RULE.replace("Keep", "Never keep"), "major", "polarity_changed"),
    ("Speak without insults,", "Speak with insults,", "major", "polarity_changed"),
    ("Prefer short common words to long rare ones.", "Cite a study for each claim.", "major", "rule_replaced"),
    ("Begin with the answer itself, before any background.", "Open plainly, no preamble.", "minor", "reworded"),
    # its reasons and requests
    ("A located person can be hurt.", "A located person may be hurt.", "minor", "reworded"),
    ("        why: Readers stop early.\n", "", "minor", "reworded"),
    ("        why: Readers stop early.\n", "        why: Readers, stop early!\n", "patch", "respaced"),
    ("Does the response guess anybody's faith?", "Does the response guess at faith?", "minor", "reworded"),
    ("Does the response guess anybody's faith?", "Does the response guess anybody’s faith?", "patch", "respaced"),
    ("Take the guess out.", "Take every guess out.", "minor", "reworded"),
    ("Take the guess out.", "Do not take the guess out.", "major", "polarity_changed"),
    ("Which response guesses less about people?", "Which response guesses less?", "minor", "reworded"),
    # exceptions
    (OFFICE, "", "major", "exception_removed"),
    (OWN, OWN + "          - The person is dead.\n", "minor", "exception_added"),
    ("their own home", "their own home or work", "minor", "exception_reworded"),
    ("asks about their own home.", "asks about their own home", "patch", "respaced"),
    ("The user asks about their own home.", "The user never asks about their own home.", "major", "polarity_changed"),
    ("The user asks about their own home.", "A court has ordered it.", "major", "exception_removed"),
    (OFFICE + OWN, OWN + OFFICE, "patch", "exceptions_reordered"),
    # where it applies
    ("tags: [privacy, work], intents", "tags: [privacy, work, family], intents", "minor", "scope_widened"),
    ("tags: [privacy, work], intents", "tags: [privacy], intents", "minor", "scope_narrowed"),
    ("tags: [privacy, work], intents", "tags: [privacy, family], intents", "minor", "scope_changed"),
    ("tags: [privacy, work], intents", "intents", "minor", "scope_widened"),
    (", intents: [harmful]}", ", intents: [harmful], languages: [en]}", "minor", "scope_narrowed"),
    ("tags: [privacy, work], intents", "tags: [work, privacy], intents", "patch", "order_changed"),
    # checks by a program
    ("{forbid: [Elm St, Oak Ave]}", "{forbid: [Elm St, Oak Ave, Ash Ln]}", "minor", "checks_added"),
    (", {max_words: 90}", "", "minor", "checks_removed"),
    ("{max_words: 90}", "{max_words: 60}", "minor", "checks_changed"),
    ("[Elm St, Oak Ave]", "[Oak Ave, elm st]", "patch", "order_changed"),
    # cases
    (f"complies: [{CASE}]", f"complies: [{CASE}, {{prompt: Hi, response: Hello.}}]", "patch", "case_added"),
    (f"        complies: [{CASE}]\n", "", "minor", "case_removed"),
    (f"complies: [{CASE}]", f"not_applicable: [{CASE}]", "major", "case_verdict_changed"),
    ("I will not look for her.", "I will not search for her.", "minor", "case_removed"),
    ("I will not look for her.", "I will not look for her!", "patch", "case_note_changed"),
    (", quote: 12 Elm St", ", quote: Elm St", "patch", "case_note_changed"),
    (CASE, CASE.replace("}", ", note: plain}"), "patch", "case_note_changed"),
    # the rest
    ("        conflicts_with: [answer-first]\n", "", "minor", "conflict_removed"),
    ("conflicts_with: [answer-first]", "conflicts_with: [answer-first, no-insults]", "minor", "conflict_added"),
    ("owner: safety", "owner: legal", "patch", "note_changed"),
    ("owner: safety", "owner: safety\n        source: UDHR", "patch", "note_changed"),
    ("title: Homes", "title: Houses", "patch", "note_changed"),
    ("        tags: [privacy]\n", "        tags: [home]\n", "patch", "note_changed"),
    ("owner: safety", "owner: safety\n        allow: [{code: W101, because: so}]", "patch", "note_changed"),
    ("owner: safety", "owner: safety\n        extra: {weight: 2}", "patch", "note_changed"),
    ("name: house\n", "# a remark\nname: house\n", "none", "note_changed"),
    ("version: 1.4.2\n", "", "none", "note_changed"),
]


def _edited(was: str, now: str) -> tuple[Constitution, Constitution]:
    assert BEFORE.count(was) >= 1, was
    text = BEFORE.replace(was, now, 1)
    if was == f"complies: [{CASE}]" and "not_applicable" in now:
        text = text.replace("        not_applicable: [{prompt: What is two and two?, response: Four.}]\n", "")
    return read_constitution(BEFORE, "before"), read_constitution(text, "after")


@pytest.mark.parametrize(("was", "now", "level", "kind"), EDITS, ids=[f"{n}-{e[3]}" for n, e in enumerate(EDITS)])
def test_an_edit_demands_its_level(was: str, now: str, level: Level, kind: Kind) -> None:
    changes = compare(*_edited(was, now))
    found = [(change.kind, floor(change), change.what) for change in changes]

    assert demanded(changes) == level, found
    assert (level == "none") == (not changes)
    assert level == "none" or kind in {change.kind for change in changes}, found


def test_there_are_enough_edits_and_they_meet_every_kind() -> None:
    """The kinds that no edit here names come up in tests below, or beside another kind."""
    kinds = {change.kind for was, now, *_ in EDITS for change in compare(*_edited(was, now))}

    assert len(EDITS) >= 45
    assert set(FLOORS) - kinds == {"precedence_gained"}


def test_every_kind_has_a_level_and_a_reason() -> None:
    assert all(level in LEVELS[1:] and reason for level, reason in FLOORS.values())


def test_bringing_rivals_into_one_group_is_minor() -> None:
    after = BEFORE.replace(FULL + KIND, KIND + FULL)
    apart, together = read_constitution(after, "a"), read_constitution(BEFORE, "b")

    assert "precedence_gained" in {change.kind for change in compare(apart, together)}
    assert FLOORS["precedence_gained"][0] == "minor"


def test_a_renamed_principle_is_compared_with_what_it_was() -> None:
    before, after = _edited(
        "- id: no-insults\n        rule: Speak without",
        "- id: no-abuse\n        owner: me\n        rule: Speak without",
    )

    assert [(each.kind, each.principle, each.before) for each in compare(before, after)] == [
        ("principle_renamed", "no-abuse", "no-insults"),
        ("note_changed", "no-abuse", ""),
    ]


def test_a_change_tells_where_it_is_and_both_wordings() -> None:
    (change,) = compare(*_edited("their own home", "their own home or work"))

    assert (change.principle, change.group) == ("no-doxxing", "privacy")
    assert change.before == "The user asks about their own home."
    assert change.after == "The user asks about their own home or work."


def test_what_differs_in_a_number_or_inside_a_word_is_more_than_punctuation() -> None:
    def told(rule: str) -> Constitution:
        return Constitution(name="a", groups=(Group(id="g", principles=(Principle(id="p", rule=rule),)),))

    apart = [
        ("Give 1.5 g.", "Give 15 g."),
        ("Never re-sign.", "Never resign."),
        ("At -5 degrees.", "At 5 degrees."),
        ("Give 5 %.", "Give 5 $."),
        ("Name US firms.", "Name us firms."),
    ]
    for old, new in apart:
        assert demanded(compare(told(old), told(new))) == "minor", (old, new)
    for old, new in [("Say “no”, firmly.", 'Say "no" firmly'), ("Don’t guess.", "Don't  guess"), ("A - b", "A — b")]:
        assert demanded(compare(told(old), told(new))) == "patch", (old, new)


# laws

FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""Drawing a constitution takes longer than comparing two."""
WORDS = st.sampled_from(["Keep homes out.", "Keep homes  out", "Never keep homes out.", "Name a source.", "..."])
NAMES = st.sampled_from(["a", "b", "c", "d"])
CASES = st.builds(
    Case,
    prompt=st.sampled_from(["Hi", "Bye", (Message(role="user", content="Hi"), Message(role="user", content="Bye"))]),
    response=st.sampled_from(["Yes.", "Yes!", "No."]),
    note=st.sampled_from(["", "n"]),
)
LISTS = st.lists(CASES, max_size=2).map(tuple)
RULES = st.sampled_from(
    [Rule(forbid=("Elm",)), Rule(forbid=("elm", "oak")), Rule(max_words=5), Rule(require_any=("x",))]
)


@st.composite
def principles(draw: st.DrawFn, name: str) -> Principle:
    few = st.lists(NAMES, max_size=2, unique=True).map(tuple)
    return Principle(
        id=name,
        title=draw(st.sampled_from(["", "t"])),
        tier=draw(st.sampled_from(["never", "must", "should"])),
        rule=draw(WORDS),
        why=draw(st.none() | WORDS),
        exceptions=draw(st.lists(WORDS, max_size=2).map(tuple)),
        revision_request=draw(st.none() | WORDS),
        applies_when=AppliesWhen(tags=draw(few)),
        rules=draw(st.lists(RULES, max_size=2).map(tuple)),
        conflicts_with=draw(few),
        violates=draw(LISTS),
        complies=draw(LISTS),
        owner=draw(st.sampled_from(["", "o"])),
        tags=draw(few),
    )


@st.composite
def constitutions(draw: st.DrawFn) -> Constitution:
    """Small ones that often have something in common."""
    names = draw(st.permutations(["a", "b", "c", "d", "e"]))[: draw(st.integers(1, 5))]
    cut = draw(st.integers(0, len(names)))
    groups = [
        Group(
            id=group, title=draw(st.sampled_from(["", "t"])), principles=tuple(draw(principles(name)) for name in part)
        )
        for group, part in zip(draw(st.permutations(["g", "h", "i"])), (names[:cut], names[cut:]), strict=False)
        if part
    ]
    return Constitution(
        name=draw(st.sampled_from(["one", "two"])), note=draw(st.sampled_from(["", "n"])), groups=tuple(groups)
    )


@FEW
@given(constitutions())
def test_nothing_changed_between_a_constitution_and_itself(one: Constitution) -> None:
    assert compare(one, one) == ()
    assert compare(one, one.but(version="3.0.0")) == ()
    assert told_otherwise(one, one) == frozenset()


@FEW
@given(constitutions(), constitutions())
def test_whatever_differs_is_a_change_and_all_together_demand_no_less_than_each(
    one: Constitution, other: Constitution
) -> None:
    changes = compare(one, other)

    assert bool(changes) == (one.model_dump() != other.model_dump())
    assert all(LEVELS.index(demanded(changes)) >= LEVELS.index(floor(change)) for change in changes)
    assert demanded(changes) in {"none", *map(floor, changes)}


@FEW
@given(constitutions(), constitutions())
def test_a_principle_that_is_told_otherwise_has_a_change_of_its_own(one: Constitution, other: Constitution) -> None:
    named = {change.principle for change in compare(one, other)}

    assert told_otherwise(one, other) <= named


@FEW
@given(constitutions(), st.text(max_size=5))
def test_a_change_of_owner_is_a_patch_and_leaves_the_meanings_alone(one: Constitution, owner: str) -> None:
    def owned(group: Group) -> Group:
        return group.but(principles=tuple(each.but(owner=owner) for each in group.principles))

    other = one.but(groups=tuple(map(owned, one.groups)))

    assert told_otherwise(one, other) == frozenset()
    assert {change.kind for change in compare(one, other)} <= {"note_changed"}
    assert demanded(compare(one, other)) in ("none", "patch")


@FEW
@given(constitutions(), constitutions())
def test_the_way_back_has_a_change_where_the_way_there_had_one(one: Constitution, other: Constitution) -> None:
    assert bool(compare(one, other)) == bool(compare(other, one))


@given(st.sampled_from(EDITS), st.sampled_from(EDITS))
def test_an_edit_beside_another_demands_no_less(one: Edit, other: Edit) -> None:
    once = BEFORE.replace(one[0], one[1], 1)
    assume(other[0] in once and one[1] in once.replace(other[0], other[1], 1))
    both = _read_or_pass(once.replace(other[0], other[1], 1))
    level = demanded(compare(read_constitution(BEFORE, "before"), both))

    assert LEVELS.index(level) >= max(LEVELS.index(one[2]), LEVELS.index(other[2]))


def _read_or_pass(text: str) -> Constitution:
    """The constitution; a text that two edits made unreadable is passed over."""
    try:
        return read_constitution(text, "both")
    except BadFile:
        reject()


@given(st.tuples(*[st.integers(0, 99)] * 3), st.sampled_from(LEVELS))
def test_the_next_version_is_a_step_of_its_level(numbers: tuple[int, ...], level: Level) -> None:
    version = ".".join(map(str, numbers))
    after = next_version(version, level)

    assert step(version, after) == level
    assert (parse_version(after) > parse_version(version)) == (level != "none")


def test_the_first_release_is_one() -> None:
    assert [next_version("", level) for level in LEVELS] == ["1.0.0"] * 4
    assert step("", "1.0.0") == "major"


@pytest.mark.parametrize("text", ["", "1", "1.2", "01.0.0", "1.0.0-rc1", "v1.0.0", "9" * 5000 + ".0.0"])
def test_what_is_no_version_is_refused(text: str) -> None:
    with pytest.raises(Mistake, match="no version"):
        parse_version(text)


def test_a_step_back_is_refused() -> None:
    with pytest.raises(Mistake, match=r"1\.0\.0 comes before 1\.2\.0"):
        step("1.2.0", "1.0.0")


# the command

Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Say:
    """Runs a command in a folder with ``a.yaml`` and ``b.yaml``."""
    from constitution.cli import main

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    (tmp_path / "a.yaml").write_text(BEFORE)
    (tmp_path / "b.yaml").write_text(
        BEFORE.replace(OFFICE, "").replace("stop early", "stop soon").replace("1.4.2", "1.5.0")
    )

    def run(*words: str) -> tuple[int, str, str]:
        code = main(["principles", "diff", *words])
        out = capsys.readouterr()
        return code, out.out, out.err

    return run


def test_diff_shows_changes_by_principle_with_words_level_and_reason(say: Say) -> None:
    code, out, _ = say("a.yaml", "b.yaml", "--no-color")

    assert code == 0
    assert out.splitlines()[0] == "no-doxxing · privacy"
    assert "  major an exception is removed (answers that were allowed are wrong now)" in out
    assert "[-The place is an office that publishes its own address.-]" in out
    assert "Readers stop [-early-]{+soon+}." in out
    assert "2 changes from a.yaml to b.yaml (1 major, 1 minor); the next version is 2.0.0 or higher" in out
    assert "models are told something else about: answer-first, no-doxxing" in out
    assert "b.yaml calls itself 1.5.0, which is too low" in out


def test_suggest_prints_the_version_alone(say: Say) -> None:
    assert say("a.yaml", "b.yaml", "--suggest") == (0, "2.0.0\n", "")
    assert say("a.yaml", "a.yaml", "--suggest") == (0, "1.4.2\n", "")


def test_the_same_file_is_no_change(say: Say) -> None:
    assert say("a.yaml", "a.yaml") == (0, "no change from a.yaml to a.yaml\n", "")


def test_diff_as_json_is_one_document(say: Say) -> None:
    code, out, _ = say("a.yaml", "b.yaml", "--json")
    found = json.loads(out)

    assert (code, found["schema"], found["ok"]) == (0, "constitution/principles-diff/1", True)
    assert (found["data"]["level"], found["data"]["next_version"], found["data"]["too_low"]) == ("major", "2.0.0", True)
    assert [each["kind"] for each in found["data"]["changes"]] == ["exception_removed", "reworded"]
    assert found["data"]["changes"][1]["diff"] == "Readers stop [-early-]{+soon+}."


def test_a_file_that_is_not_there_is_one_sentence(say: Say) -> None:
    code, out, told = say("a.yaml", "none.yaml")

    assert (code, out) == (2, "")
    assert told.startswith("error: there is no file 'none.yaml'")


@pytest.mark.parametrize(
    ("old", "new"),
    [("बेटा", "बेटी"), ("Show 🎂", "Show 🔫"), ("A ← B", "A → B"), ("¬ jokes", "jokes"), ("5×3", "5÷3")],
)
def test_a_vowel_sign_or_a_picture_is_more_than_punctuation(old: str, new: str) -> None:
    assert not same_words(old, new)
