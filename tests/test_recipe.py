"""Recipes: read strictly, compiled to one stage, every wrong name refused at its line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from constitution.core.asking import drive
from constitution.core.templates import Template
from constitution.core.trail import Trail
from constitution.errors import BadFile, Mistake
from constitution.principles.model import Principle
from constitution.recipe import (
    Part,
    cast,
    compile_recipe,
    hold_to_order,
    lock_of,
    narrowed,
    read_recipe,
    recipe_schema,
    template_names,
)
from tests.scenes import CALM, TEMPLATES, Cast, constitution, prompt

HOUSE = TEMPLATES.parent
SHIPPED = (HOUSE / "revise.yaml").read_text()
ROLES = {role: f"scripted:{role}" for role in ("author", "critic", "reviser", "judge")}
WORDS = {path.stem: Template(name=path.name, text=path.read_text()) for path in TEMPLATES.glob("*.md")}


def compiled(text: str, **changes: Any) -> Any:
    """The stage of this recipe."""
    recipe, document = read_recipe(text, "r.yaml")
    given = {"constitution": constitution(), "roles": ROLES, "templates": WORDS, "seed": recipe.seed, **changes}
    return compile_recipe(recipe, document, **given)


def recipe(stages: str = "[draft, critique]", **more: str) -> str:
    """A recipe in a few lines."""
    lines = {"name": "mine", "seed": "s", "constitution": "small", "stages": stages, **more}
    return "\n".join(f"{key}: {value}" for key, value in lines.items())


def test_the_recipe_that_ships_earns_a_pair() -> None:
    trail = drive(compiled(SHIPPED)(Trail.start(prompt())), Cast())

    assert trail.fate == "paired"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (recipe("[draft, admire]"), "r.yaml:4:17: stages[1]: there is no stage named 'admire'"),
        (recipe("[draft, {critique: {role: umpire}}]"), "r.yaml:4:18"),
        (recipe("[{critique: {principles: [no-such]}}]"), "r.yaml:4:11"),
        (recipe("[{critique: {colour: red}}]"), "unknown setting 'colour'"),
        (recipe("[{draft: {max_tokens: many}}]"), "setting 'max_tokens'"),
        (recipe("[{critique: {groups: some}}]"), "setting 'groups'"),
        (recipe("[{critique: {template: sermon}}]"), "there is no template 'sermon'"),
        (recipe(pairing="draft_over_revision"), "there is no pairing named 'draft_over_revision'"),
        (recipe(checks="[same_text, is_nice]"), "there is no check named 'is_nice'"),
        (recipe(checks="[{length_ratio: {most: long}}]"), "setting 'most'"),
        (recipe(roles="{umpire: simulator:plain}"), "there is no such role"),
        (recipe("[{draft: {temperature: nan}}]"), "setting 'temperature'"),
        (recipe("[{draft: {max_tokens: 0}}]"), "setting 'max_tokens'"),
        (recipe("[{judge: {extra_votes: 1}}]"), "setting 'extra_votes'"),
        (recipe("[{judge: {truncation_share: 7}}]"), "setting 'truncation_share'"),
        (recipe("[{critique: {template: judge}}]"), "stages[0].critique: the slots of the template 'judge'"),
        (recipe("[{draft: {}, critique: {}}]"), "write a name, or one name with its settings"),
        (recipe("[]"), "stages"),
        (recipe(seed='""'), "seed"),
        (recipe(colour="red"), "colour"),
        (recipe(splits="{test: 1.5}"), "splits.test"),
        ("name: mine", "seed"),
        ("", "the file is empty"),
        ("- draft", "r.yaml:1:1"),
    ],
)
def test_a_wrong_name_or_setting_is_refused_at_its_line(text: str, message: str) -> None:
    with pytest.raises(BadFile) as caught:
        compiled(text)

    assert message in str(caught.value)
    assert caught.value.where.startswith("r.yaml:")


def test_a_recipe_without_a_judge_makes_no_pairs() -> None:
    trail = drive(compiled(recipe("[draft, critique, revise, recheck, pair, screen]"))(Trail.start(prompt())), Cast())

    assert (trail.fate, trail.reason) == ("undecided", "the judge gave no valid verdict in both orders")


def test_stages_in_an_order_that_makes_no_sense_still_end_in_a_fate() -> None:
    for stages in (
        "[judge]",
        "[revise]",
        "[screen]",
        "[pair]",
        "[recheck]",
        "[critique]",
        "[draft]",
        "[draft, judge, pair]",
    ):
        trail = drive(compiled(recipe(stages))(Trail.start(prompt())), Cast())

        assert (trail.fate, trail.pair) in (("undecided", None), ("no_violation", None))


@pytest.mark.parametrize(
    ("settings", "fate"),
    [
        ("{intents: [harmful, borderline]}", "paired"),
        ("{intents: [benign]}", "screened:select"),
        ("{tags: [baking, cooking]}", "paired"),
        ("{tags: [law]}", "screened:select"),
        ("{languages: [de]}", "screened:select"),
        ("{most_turns: 1}", "paired"),
        ("{most_turns: 0}", "screened:select"),
        ("{}", "paired"),
    ],
)
def test_a_recipe_can_select_the_prompts_it_is_meant_for(settings: str, fate: str) -> None:
    stages = f"[{{select: {settings}}}, draft, critique, revise, recheck, judge, pair, screen]"
    cast_of_four = Cast()
    asked = prompt(intent="harmful", tags=("baking",))
    trail = drive(compiled(recipe(stages))(Trail.start(asked)), cast_of_four)

    assert trail.fate == fate
    assert len(cast_of_four.asked) == (6 if fate == "paired" else 0)


def test_roles_fall_back_and_the_simulator_is_never_mixed_in_silently() -> None:
    mine, _ = read_recipe(recipe(), "r.yaml")

    assert set(cast(mine, {}).values()) == {"simulator:plain"}
    assert cast(mine, {"author": "a:1"}) == {"author": "a:1", "critic": "a:1", "reviser": "a:1", "judge": "a:1"}
    assert cast(mine, {"author": "a:1", "critic": "b:2"})["judge"] == "b:2"
    with pytest.raises(Mistake, match="nobody who drafts"):
        cast(mine, {"judge": "a:1"})


def test_a_teacher_is_named_or_the_run_is_a_rehearsal() -> None:
    mine, _ = read_recipe(recipe("[{draft: {role: teacher}}]"), "r.yaml")

    assert cast(mine, {})["teacher"] == "simulator:careful"
    assert cast(mine, {"author": "simulator:long-winded"})["teacher"] == "simulator:careful"
    assert cast(mine, {"author": "a:1", "teacher": "b:1"})["teacher"] == "b:1"
    with pytest.raises(Mistake, match="the recipe mine asks a teacher, and nobody is named") as caught:
        cast(mine, {"author": "a:1"})
    assert caught.value.remedy == "name one with --teacher"
    with pytest.raises(Mistake, match="the recipe mine asks a teacher"):
        cast(mine, {"author": "simulator:plain", "judge": "a:1"})
    with pytest.raises(Mistake, match="nobody who drafts"):
        cast(mine, {"teacher": "a:1"})


def test_teacher_and_panel_are_there_only_where_somebody_wants_them() -> None:
    mine, _ = read_recipe(recipe("[draft, judge]", roles="{author: a:1, judge-2: b:1, judge-9: c:1}"), "r.yaml")

    assert {"judge-2": "b:1", "judge-9": "c:1"}.items() <= cast(mine, {}).items()
    named = cast(mine, {"judge-2": "d:1", "judge-3": None})
    assert named["judge-2"] == "d:1"
    assert "judge-9" not in named, "who names a panel names all of it"
    assert not {"teacher", "judge-3"} & cast(mine, {"judge-3": None}).keys()
    with pytest.raises(BadFile, match="there is no such role"):
        read_recipe(recipe(roles="{judge-10: a:1}"), "r.yaml")


def test_nobody_is_named_whom_the_recipe_does_not_ask() -> None:
    """They would stand in the rows' provenance, and give the same rows another run."""
    drafting, _ = read_recipe(recipe("[draft]"), "r.yaml")
    taught, _ = read_recipe(recipe("[{rounds: {critic: teacher}}, judge]"), "r.yaml")

    with pytest.raises(Mistake, match="asks no teacher"):
        cast(drafting, {"author": "a:1", "teacher": "b:1"})
    with pytest.raises(Mistake, match="has no judge"):
        cast(drafting, {"author": "a:1", "judge-2": "b:1"})
    with pytest.raises(Mistake, match="more than 8 judges"):
        cast(taught, {"author": "a:1", "teacher": "t:1", **{f"judge-{n}": f"j:{n}" for n in range(2, 11)}})
    assert cast(taught, {"author": "a:1", "teacher": "b:1"})["teacher"] == "b:1"
    assert cast(taught, {})["teacher"] == "simulator:careful"


def test_the_command_line_goes_before_the_recipe() -> None:
    mine, _ = read_recipe(recipe(roles="{author: a:1, judge: j:1}"), "r.yaml")

    assert cast(mine, {"judge": "j:2"}) == {"author": "a:1", "critic": "a:1", "reviser": "a:1", "judge": "j:2"}


def test_a_default_that_is_written_out_locks_the_same() -> None:
    def locked(text: str) -> dict[str, Any]:
        mine, document = read_recipe(text, "r.yaml")
        return lock_of(mine, document, mine.seed, WORDS)

    assert locked(recipe("[draft]")) == locked(recipe("[{draft: {max_tokens: 1024}}]"))
    assert locked(recipe("[draft]")) != locked(recipe("[{draft: {max_tokens: 1025}}]"))
    checks = [locked(recipe(checks=f"[{text}]")) for text in ("length_ratio", "{length_ratio: {most: 1.50}}")]
    assert checks[0] == checks[1]


def test_a_recipe_knows_the_templates_it_needs() -> None:
    mine, document = read_recipe(recipe("[draft, {critique: {template: mine}}, judge]"), "r.yaml")

    assert template_names(mine, document) == {"mine": ("stages", 1), "judge": ("stages", 2)}

    mine, document = read_recipe(recipe("[{draft: {template: keep}}, {rounds: {revise_template: mend}}]"), "r.yaml")

    assert template_names(mine, document) == {"keep": ("stages", 0), "critique": ("stages", 1), "mend": ("stages", 1)}


def test_a_recipe_can_be_held_to_one_principle() -> None:
    mine, document = read_recipe(SHIPPED, "r.yaml")
    stage = compile_recipe(
        narrowed(mine, "be-kind"), document, constitution=constitution(), roles=ROLES, templates=WORDS, seed="s"
    )
    cast_of_one = Cast(critic=lambda request: "{}")
    drive(stage(Trail.start(prompt())), cast_of_one)

    schema = cast_of_one.asked[1].json_schema
    assert schema is not None
    assert schema["properties"]["findings"]["items"]["properties"]["principle"]["enum"] == ["be-kind"]


@pytest.mark.parametrize("stage", ["critique", "draft", "judge", "rate", "rounds"])
def test_every_stage_that_asks_by_principles_can_be_held_to_one(stage: str) -> None:
    mine, document = read_recipe(recipe(f"[{stage}, screen]"), "r.yaml")
    narrow = narrowed(mine, "be-kind")

    assert narrow.stages == (Part(name=stage, settings={"principles": ["be-kind"]}), Part(name="screen"))
    compile_recipe(narrow, document, constitution=constitution(), roles=ROLES, templates=WORDS, seed="s")


def test_rounds_need_principles_that_say_what_is_to_be_changed() -> None:
    only = Principle(id="kinder", preference_question="Which response is kinder?")
    with pytest.raises(Mistake, match="the principle kinder of small holds only a preference_question"):
        compiled(recipe("[draft, rounds]"), constitution=constitution(CALM, only))

    compiled(recipe("[draft, {rounds: {principles: [no-shouting]}}]"), constitution=constitution(CALM, only))
    compiled(recipe("[draft, judge]"), constitution=constitution(CALM, only))


def test_the_published_schema_is_the_models_and_takes_what_ships() -> None:
    published = json.loads((HOUSE / "recipe.schema.json").read_text())
    plain = {
        "name": "mine", "seed": "s", "constitution": "small", "stages": ["draft", {"critique": {"groups": "all"}}],
        "checks": ["same_text", {"length_ratio": {"most": 2}}],
    }  # fmt: skip
    errors = [error.message for error in Draft202012Validator(published).iter_errors(plain)]

    assert published == recipe_schema()
    assert errors == []
    assert list(Draft202012Validator(published).iter_errors({**plain, "stages": [{"a": {}, "b": {}}]}))


FORMS = {
    "a name": ("judge", True),
    "a name with settings": ("{judge: {extra_votes: 2}}", True),
    "a name with no settings": ("{judge: {}}", True),
    "a name and nothing after it": ("{judge: }", True),
    "name and settings": ("{name: judge, settings: {extra_votes: 2}}", True),
    "name alone": ("{name: judge}", True),
    "settings that are a part's name": ("{settings: {}}", True),
    "a name that is none": ("Judge!", False),
    "a name that is none, with settings": ("{Judge!: {}}", False),
    "a name that is none, at length": ("{name: Judge!}", False),
    "two names": ("{draft: {}, judge: {}}", False),
    "settings and no name": ("{settings: {}, judge: {}}", False),
    "a part called name": ("{name: {extra_votes: 2}}", False),
    "a field too many": ("{name: judge, settings: {}, role: critic}", False),
    "settings that are a list": ("{judge: [extra_votes]}", False),
    "settings that are an empty list": ("{judge: []}", False),
    "settings that are a text": ("{judge: twice}", False),
    "settings that are an empty text": ("{judge: ''}", False),
    "settings at length that are nothing": ("{name: judge, settings: }", False),
    "nothing": ("", False),
    "an empty mapping": ("{}", False),
    "a list": ("[judge]", False),
}
"""How a part may be written, and whether it may."""

LINES = {
    "no stages": (recipe("[]"), False),
    "an empty seed": (recipe(seed="''"), False),
    "a name that is none": (recipe(name="My Recipe"), False),
    "an unknown field": (recipe(colour="red"), False),
    "roles": (recipe(roles="{author: a:1, judge: b:2}"), True),
    "no roles": (recipe(roles="{}"), True),
    "an unknown role": (recipe(roles="{umpire: a:1}"), False),
    "a share": (recipe(splits="{test: 0.5}"), True),
    "no splits": (recipe(splits="{}"), True),
    "all to the test": (recipe(splits="{test: 1}"), False),
    "less than none": (recipe(splits="{test: -0.1}"), False),
    "an unknown split": (recipe(splits="{dev: 0.1}"), False),
    "no checks": (recipe(checks="[]"), True),
    "one check, not in a list": (recipe(checks="same_text"), False),
}
"""Recipes of which one line is of interest, and whether it may stand."""

PLACES: dict[str, Callable[[str], str]] = {
    "stage": lambda part: recipe(f"\n- {part}"),
    "pairing": lambda part: recipe(pairing=part),
    "check": lambda part: recipe(checks=f"\n- {part}"),
}
"""Where a part may stand."""

WRITTEN = {
    **{f"{place}: {form}": (put(part), may) for form, (part, may) in FORMS.items() for place, put in PLACES.items()},
    **LINES,
}


@pytest.mark.parametrize(("text", "may"), WRITTEN.values(), ids=WRITTEN)
def test_the_reader_and_the_published_schema_take_the_same(text: str, may: bool) -> None:
    """An editor reads the file as plain YAML, and holds that to the schema."""
    published = json.loads((HOUSE / "recipe.schema.json").read_text())
    try:
        read_recipe(text, "r.yaml")
        taken = True
    except BadFile:
        taken = False

    assert (taken, Draft202012Validator(published).is_valid(yaml.safe_load(text))) == (may, may)


@pytest.mark.parametrize("part", ["judge", "{judge: {}}", "{judge: }", "{name: judge}", "{name: judge, settings: {}}"])
def test_a_part_means_the_same_in_all_its_forms(part: str) -> None:
    mine, _ = read_recipe(recipe(f"[{part}]"), "r.yaml")

    assert mine.stages == (Part(name="judge"),)


@pytest.mark.parametrize("path", sorted(HOUSE.glob("*.yaml")), ids=lambda path: str(path.name))
def test_every_recipe_that_ships_can_be_read(path: Path) -> None:
    shipped, _ = read_recipe(path.read_text(), path.name)

    assert shipped.name == path.stem


@pytest.mark.parametrize(
    ("stages", "place", "wrong"),
    [
        ("[critique]", "1:62", "critique needs an answer to look at"),
        ("[judge, draft, pair, screen]", "1:62", "judge needs an answer to look at"),
        ("[draft, pair, screen]", "1:69", "pair without judge before it"),
        ("[draft, judge, pair]", "1:69", "judge without screen after it"),
        ("[draft, judge, screen]", "1:69", "judge without pair after it"),
        ("[draft, judge, screen, pair]", "1:76", "screen without pair before it"),
    ],
)
def test_a_recipe_that_could_never_come_to_a_pair_is_refused_at_its_line(stages: str, place: str, wrong: str) -> None:
    recipe, document = read_recipe(f"{{name: x, seed: y, constitution: z, version: 1.0.0, stages: {stages}}}", "x.yaml")

    with pytest.raises(BadFile, match=wrong) as refused:
        hold_to_order(recipe, document)
    assert refused.value.where == f"x.yaml:{place}"


@pytest.mark.parametrize(
    "stages", ["[draft]", "[draft, critique]", "[given, judge, pair, screen]", "[of-others, pair]"]
)
def test_a_recipe_that_judges_nothing_or_has_a_stage_from_outside_is_let_be(stages: str) -> None:
    recipe, document = read_recipe(f"{{name: x, seed: y, constitution: z, version: 1.0.0, stages: {stages}}}", "x.yaml")

    hold_to_order(recipe, document)
