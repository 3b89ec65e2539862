"""Twins: prompts that look alike, one to be helped and one not; harm avoided is weighed against help lost."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from constitution.api import Order, prepare, run
from constitution.api.coverage.limits import FEW_TWINS
from constitution.api.coverage.twins import Balance, Twins, twins_of
from constitution.cli import main
from constitution.core.asking import Request, drive
from constitution.core.judgement import Verdict
from constitution.core.trail import Trail
from constitution.dataset.contents import ConstitutionFile
from constitution.dataset.folder import write_folder
from tests.folders import CALM as SHOUTING
from tests.folders import ask, contents, paired
from tests.scenes import DRAFT, Cast, asked_about, brief, constitution, finding, prompt, whole

EXAMPLES = Path(__file__).parent.parent / "examples"
CLEAN = "Knead it for ten minutes."


def trail(text: str, intent: str, group: str | None, draft: str, **rules: Any) -> Trail:
    """What becomes of a prompt of this intent and group whose draft is this."""
    start = Trail.start(prompt(text, intent=intent, group_id=group))
    return drive(whole(brief())(start), Cast(author=lambda request: draft, **rules))


def twins(number: int, *, harmful: str = DRAFT, benign: str = CLEAN, **rules: Any) -> tuple[Trail, Trail]:
    """A harmful prompt and its benign twin."""
    group = f"g{number}"
    return (trail(f"Harm, {number}?", "harmful", group, harmful, **rules),
            trail(f"Help, {number}?", "benign", group, benign, **rules))  # fmt: skip


def balance(found: Twins, name: str = "no-shouting") -> Balance:
    """Of one principle."""
    return next(each for each in found.balances if each.principle == name)


def test_harm_that_a_pair_mends_is_avoided_and_a_clean_twin_costs_nothing() -> None:
    found = twins_of(twins(1), constitution())
    calm = balance(found)

    assert found.groups == 1
    assert (calm.avoided.hits, calm.avoided.of) == (1, 1)
    assert (calm.lost.hits, calm.lost.of) == (0, 1)
    assert calm.standing == "insufficient"


def test_harm_without_a_pair_counts_as_avoided_only_where_the_last_answer_keeps_the_principle() -> None:
    torn = twins(1, judge=lambda request: Cast.prefer(request, "tie", "tie"))
    loud = twins(2, reviser=lambda request: "BECAUSE OF YEAST! Still.")

    assert torn[0].fate == loud[0].fate == "undecided"
    assert balance(twins_of(torn, constitution())).avoided.hits == 1
    assert balance(twins_of(loud, constitution())).avoided.hits == 0


def unkind(request: Request) -> str:
    """A critic that finds the draft shouting, and the revision unkind."""
    if "YEAST!" in asked_about(request):
        return Cast.critique(
            request, finding("no-shouting", "violates", "YEAST!"), finding("no-certainty"), finding("be-kind")
        )
    rude = finding("no-certainty", "violates", "Knead it")
    return Cast.critique(request, finding("no-shouting"), rude, finding("be-kind"))


def test_harm_is_not_avoided_where_mending_it_broke_something_else() -> None:
    calm = balance(twins_of(twins(1, critic=unkind), constitution()))

    assert (calm.avoided.hits, calm.avoided.of) == (0, 1)


def test_a_principle_that_fires_on_the_benign_twin_costs_help() -> None:
    calm = balance(twins_of(twins(1, benign=DRAFT), constitution()))

    assert (calm.lost.hits, calm.lost.of) == (1, 1)


@pytest.mark.parametrize(
    ("changes", "lost"),
    [({}, 0), ({"declines": "chosen"}, 1), ({"declines": "both"}, 0), ({"helps": ("a", "tie")}, 1),
     ({"helps": ("tie", "a"), "flipped": True}, 0), ({"helps": ("b", "tie"), "flipped": True}, 1)],
)  # fmt: skip
def test_a_chosen_answer_that_declines_or_helps_less_costs_help(changes: dict[str, Any], lost: int) -> None:
    """Also where no critic was asked and the judge alone compared."""
    made = paired(ask("Help?", intent="benign", group_id="g"))
    assert made.pair is not None
    first, second = changes.get("helps", ("tie", "tie"))
    claim = {"strategy": "x", "rejected": 0, "chosen": 1, "principles": [SHOUTING.as_json()]}
    verdicts = (Verdict(a=0, b=1, order="a_first", principles="b", helpfulness=first, step="s5"),
                Verdict(a=0, b=1, order="b_first", principles="b", helpfulness=second, step="s6"))  # fmt: skip
    who = changes.get("declines", "")
    pair = made.pair.but(
        chosen=made.pair.chosen.but(declines=bool(who)),
        rejected=made.pair.rejected.but(declines=who == "both"),
        flipped=changes.get("flipped", False),
    )
    told = Trail.model_validate({**made.as_json(), "claim": claim, "critiques": []}).but(verdicts=verdicts, pair=pair)
    harm = paired(ask("Harm?", intent="harmful", group_id="g"))

    assert (balance(twins_of([told, harm], constitution())).lost.hits) == lost


def test_only_groups_that_hold_both_kinds_count() -> None:
    alone = (trail("Harm?", "harmful", "g1", DRAFT), trail("Help?", "benign", "g2", CLEAN))
    loose = (trail("Harm?", "harmful", None, DRAFT), trail("Help?", "benign", None, CLEAN))

    assert twins_of((*alone, *loose), constitution()) == Twins(groups=0)


def test_both_sides_must_be_many_enough_to_be_weighed() -> None:
    many = [each for number in range(FEW_TWINS) for each in twins(number)]

    assert balance(twins_of(many[:-2], constitution())).standing == "insufficient"
    assert balance(twins_of(many, constitution())).standing == "enough"


ENDS = (("harmful", DRAFT), ("benign", DRAFT), ("borderline", CLEAN), ("benign", CLEAN), ("borderline", DRAFT))
CASES = [trail(f"Case {n}?", intent, f"g{n % 2}", draft) for n, (intent, draft) in enumerate(ENDS)]


@given(st.lists(st.sampled_from(CASES), max_size=8))
def test_no_share_exceeds_its_whole_and_the_order_of_prompts_does_not_matter(trails: list[Trail]) -> None:
    found = twins_of(trails, constitution())

    assert found == twins_of(trails[::-1], constitution())
    for each in found.balances:
        assert 0 <= each.avoided.hits <= each.avoided.of <= len(trails)
        assert 0 <= each.lost.hits <= each.lost.of <= len(trails)


def test_show_by_principle_prints_what_twins_show(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = yaml.safe_dump(constitution().as_json() | {"version": "1.0.0"}, default_style='"').encode()
    file = ConstitutionFile(ref="small@1.0.0", name="small", version="1.0.0", content=text)
    every = (*twins(1), *twins(2, benign=DRAFT))
    write_folder(tmp_path / "out", contents(*every, constitution=file))
    assert main(("show", "out", "--by", "principle")) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert main(("show", "out", "--by", "principle", "--principle", "no-shouting", "--json")) == 0
    data = json.loads(capsys.readouterr().out)["data"]["twins"]

    assert "twins: 2 groups with a benign prompt and a harmful or borderline one" in told
    assert "no-shouting must 2 of 2 (0.34–1.00) 1 of 2 (0.09–0.91) insufficient" in told
    assert (data["groups"], data["floor"]) == (2, FEW_TWINS)
    assert [each["principle"] for each in data["principles"]] == ["no-shouting"]
    assert data["principles"][0]["harm_avoided"]["hits"] == 2


def test_the_example_twins_are_pairs_of_prompts_of_which_one_may_be_helped(tmp_path: Path) -> None:
    prepared = prepare(Order(prompts=EXAMPLES / "twins.jsonl", root=tmp_path))
    groups: dict[str | None, list[str]] = defaultdict(list)
    for each in prepared.prompts:
        groups[each.group_id].append(each.intent or "")

    assert len(groups) == 8
    assert all(sorted(intents)[0] == "benign" and len(intents) == 2 for intents in groups.values())
    found = twins_of(run(prepared).trails, prepared.shelved.constitution)
    assert found.groups == 8
    assert any(each.avoided.of for each in found.balances)
