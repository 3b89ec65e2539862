"""Who goes first where two principles pull apart, and how the critic hears of it."""

from __future__ import annotations

import pytest

from constitution.core.asking import Reply, Request, drive
from constitution.core.trail import Response, Trail
from constitution.errors import CallFailed
from constitution.principles.model import Principle
from constitution.principles.precedence import conflicting, told_together
from constitution.stages.holding import hold
from tests.courtroom import always
from tests.scenes import CALM, KIND, TRUE, brief, constitution, prompt


def named(name: str, tier: str = "must", *against: str) -> Principle:
    """A principle that conflicts with these."""
    return Principle.model_validate({"id": name, "rule": f"Be {name}.", "tier": tier, "conflicts_with": against})


def test_without_a_conflict_the_principles_are_all_that_is_told() -> None:
    assert told_together([CALM, TRUE]) == f"{CALM.told_critic}\n\n{TRUE.told_critic}"


def test_a_line_for_each_pair_ends_the_list() -> None:
    told = told_together([named("a", "must", "b"), named("b"), named("c", "never", "a")])

    assert told.endswith(
        "Be c.\n\n"
        "Where [a] and [b] cannot both be kept, [a] goes first, and [b] is not broken by giving way.\n"
        "Where [c] and [a] cannot both be kept, [c] goes first, and [a] is not broken by giving way."
    )


@pytest.mark.parametrize(
    ("first", "second", "wins"),
    [
        (named("a", "should", "b"), named("b", "never"), "b"),
        (named("a", "never"), named("b", "must", "a"), "a"),
        (named("a", "must"), named("b", "must", "a"), "a"),
        (named("a", "must", "b"), named("b", "must", "a"), "a"),
    ],
)
def test_the_higher_tier_goes_first_then_the_file_and_it_matters_not_which_of_them_says_so(
    first: Principle, second: Principle, wins: str
) -> None:
    ((winner, other),) = conflicting([first, second])

    assert (winner.id, other.id) == (wins, "b" if wins == "a" else "a")


def test_one_that_is_not_asked_about_is_not_spoken_of() -> None:
    assert "goes first" not in told_together([named("a", "must", "elsewhere"), named("b")])


def test_the_critic_is_told_in_its_own_question_and_each_draw_has_a_step() -> None:
    calm = CALM.but(conflicts_with=("be-kind",))
    given = brief(constitution(calm, TRUE, KIND))
    trail = Trail.start(prompt()).plus(responses=(Response(text="Hush.", origin="human"),))
    asked: list[Request] = []

    def answer(request: Request) -> Reply | CallFailed:
        asked.append(request)
        return always("complies")(request)

    principles = given.constitution.principles
    conversation = hold(
        given, trail, 0, {"all": principles}, role="critic", template="critique", max_tokens=99, broken=False,
        draws=(0, 1, 2),
    )  # fmt: skip
    longer, _ = drive(conversation, answer)

    assert [request.draw for request in asked] == [0, 1, 2]
    assert len({request.digest for request in asked}) == 3
    assert all("Where [no-shouting] and [be-kind] cannot" in request.messages[1].content for request in asked)
    assert [critique.step for critique in longer.critiques] == ["s1"] * 3 + ["s2"] * 3 + ["s3"] * 3
    assert [step.params.get("draw", 0) for step in longer.steps] == [0, 1, 2]
