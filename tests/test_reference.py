"""The tables that are read instead of the code: columns, arms, fates, and the parts of a recipe with their settings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from constitution.api import Order, run
from constitution.checks import CHECKS
from constitution.cli.fates import ordered
from constitution.core.fates import FATES, SCREENED, meaning_of
from constitution.dataset.columns import ARMS, COLUMNS
from constitution.dataset.markdown import table
from constitution.pairing import STRATEGIES
from constitution.recipe.described import ORDER, described
from constitution.stages import STAGES

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
RECIPES = (ROOT / "pipelines" / "README.md").read_text()
EVERY = {**FATES, **{f"screened:{word}": meaning for word, meaning in SCREENED.items()}}


def block(text: str, name: str) -> str:
    """What stands between two marks."""
    found = re.search(rf"<!-- {name} -->\n(.*?)\n<!-- /{name} -->", text, re.S)
    assert found is not None, name
    return found.group(1)


@pytest.mark.parametrize(
    ("name", "heads", "told"),
    [
        ("columns", ("column", "what it says"), COLUMNS),
        ("arms", ("arm", "how its answers come about"), ARMS),
        ("fates", ("fate", "what it means"), EVERY),
    ],
)
def test_the_readme_has_every_column_arm_and_fate(name: str, heads: tuple[str, str], told: dict[str, str]) -> None:
    wanted = table(heads, told.items(), words=True)

    assert block(README, name) == wanted, f"refresh the block {name}: {wanted}"


@pytest.mark.parametrize("name", ["stages", "strategies", "checks"])
def test_the_parts_of_recipes_stand_with_the_settings_that_they_take(name: str) -> None:
    remedy = "refresh the block: python -m constitution.recipe.described"

    assert block(RECIPES, name) == described()[name], remedy


def test_no_part_of_a_recipe_is_left_out() -> None:
    told = described()
    named = {kind: re.findall(r"^\| `(\w+)` \| \S", text, re.MULTILINE) for kind, text in told.items()}

    assert named == {"stages": list(ORDER), "strategies": list(STRATEGIES), "checks": list(CHECKS)}
    assert sorted(ORDER) == sorted(STAGES)
    assert "| `votes: 1`<br>" not in told["stages"]
    assert "<br>`votes: 1`<br>`agreement: majority` or `unanimous`<br>" in told["stages"]


def test_the_recipe_in_the_readme_runs(tmp_path: Path) -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", RECIPES, re.S)
    (tmp_path / "pipelines").mkdir()
    (tmp_path / "pipelines" / "stricter.yaml").write_text(text)
    made = run(Order(recipe="stricter", prompts=[{"prompt": "How does bread rise?"}], root=tmp_path))

    assert sum(made.fates.values()) == 1
    assert not any(fate.startswith("fault") for fate in made.fates)


def test_every_fate_that_the_code_gives_has_its_meaning() -> None:
    code = "".join(path.read_text() for path in (ROOT / "constitution").rglob("*.py"))
    given = set(re.findall(r'\.ends\(\s*"([a-z_:]+)"', code))

    assert {"undecided", "screened:select", "paired"} <= given
    assert not {fate for fate in given if fate not in EVERY and not fate.startswith("fault:")}


def test_a_fate_of_a_check_names_it_and_an_unknown_one_says_nothing() -> None:
    assert meaning_of("screened:length_ratio") == "the check length_ratio turned it away"
    assert meaning_of("fault:timeout") == FATES["fault"]
    assert meaning_of("") == meaning_of("elsewhere") == ""


def test_fates_are_shown_in_the_order_of_their_table() -> None:
    assert list(ordered({"elsewhere": 1, "fault:x": 1, "screened:b": 1, "screened:a": 1, "paired": 1})) == [
        "paired", "screened:a", "screened:b", "fault:x", "elsewhere"
    ]  # fmt: skip
