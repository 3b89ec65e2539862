"""The recipes that ship and the stages that they are made of: arms, draws, given answers, rounds, ratings, intent."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from constitution.api import Order, Run, plan, run
from constitution.core.asking import Reply, Request, drive
from constitution.core.records import Candidate, Message, Prompt
from constitution.core.templates import Template
from constitution.core.trail import Trail
from constitution.errors import CallFailed, Mistake, NotFound, Quarantined
from constitution.pairing.last_revision_over_first_draft import last_revision_over_first_draft
from constitution.principles.model import Constitution, Group
from constitution.recipe import read_recipe
from constitution.shelf import Shelf
from constitution.stages.critique import critique
from constitution.stages.draft import draft
from constitution.stages.given import given
from constitution.stages.intent import intent
from constitution.stages.rate import rate
from constitution.stages.rounds import in_turn, rounds
from tests.scenes import CALM, DRAFT, KIND, TRUE, Cast, brief, constitution, finding, nonce, prompt

HOUSE = Path(__file__).parent.parent / "pipelines"
NAMES = sorted(path.stem for path in HOUSE.glob("*.yaml"))
TWO = (Candidate(text="First.", origin="human"), Candidate(text="Second.", origin="model", model="m"))
GROUPS = Constitution(
    name="two", groups=(Group(id="tone", principles=(CALM, KIND)), Group(id="truth", principles=(TRUE,)))
)


def after(stage: Any, answer: Callable[[Request], Reply | CallFailed], of: Prompt | Trail | None = None) -> Trail:
    """The trail after one stage."""
    trail: Trail = drive(stage(of if isinstance(of, Trail) else Trail.start(of or prompt())), answer)
    return trail


def writes(*texts: str | Reply) -> Cast:
    """An author that writes these one after the other."""
    left = list(texts)
    return Cast(author=lambda request: left.pop(0))


def told(cast: Cast) -> str:
    """The system message of the last question."""
    first = cast.asked[-1].messages[0]
    assert first.role == "system"
    return first.content


def reply(text: str = "", finish: Any = "stop") -> Reply:
    """An author's reply that ended so."""
    return Reply(text=text, finish=finish, model_returned="scripted:author")


# --- draft ---------------------------------------------------------------------------------------------------------


def test_several_draws_are_asked_at_once_and_each_is_a_question_of_its_own() -> None:
    cast = writes("one", "two", "three")
    of = after(draft(brief(), draws=3), cast)

    assert [request.draw for request in cast.asked] == [0, 1, 2]
    assert len({request.digest for request in cast.asked}) == 3
    assert [(each.text, each.step, each.arm) for each in of.responses] == [
        ("one", "s1", ""), ("two", "s2", ""), ("three", "s3", "")
    ]  # fmt: skip


def test_one_draw_asks_what_was_always_asked() -> None:
    cast = Cast()
    after(draft(brief()), cast)

    assert cast.asked[0].digest == Request(model="scripted:author", messages=prompt().messages).digest


def test_draws_that_cannot_be_used_are_left_out_and_their_steps_kept() -> None:
    cast = writes(reply(finish="refused"), "two", reply("cut", "length"), reply(" "), reply(finish="tool"))
    of = after(draft(brief(), draws=5), cast)

    assert [each.text for each in of.responses] == ["two"]
    assert [step.id for step in of.steps] == ["s1", "s2", "s3", "s4", "s5"]
    assert (of.fate, of.faults) == (None, ())


def test_a_trail_with_no_draft_left_ends_as_the_first_would() -> None:
    of = after(draft(brief(), draws=2), writes(reply(finish="refused"), reply(" ")))

    assert (of.fate, of.responses) == ("refused", ())
    assert of.reason == "none of 2 drafts can be used; of the first, the model declined the draft"


@pytest.mark.parametrize("own", [False, True], ids=["no system message", "one of its own"])
def test_a_template_stands_before_the_prompt_and_joins_its_system_message(own: bool) -> None:
    user = Message(role="user", content="Why?")
    of = Prompt.of(*([Message(role="system", content="Be brief.")] if own else []), user)
    cast = Cast()
    trail = after(draft(brief(), arm="guided", template="guided"), cast, of)

    assert cast.asked[0].messages[1:] == (user,)
    assert told(cast).startswith("Keep these principles in your answer, and do not speak of them:\n\n[no-shouting]")
    assert told(cast).endswith("\n\nBe brief.") == own
    assert trail.responses[0].arm == "guided"
    assert trail.steps[0].template_sha256 == brief().template("guided").sha256
    assert [ref.id for ref in trail.steps[0].principles] == ["no-shouting", "no-certainty", "be-kind"]


def test_the_group_that_is_told_is_the_group_that_is_asked_about() -> None:
    given = brief(GROUPS)
    for number in range(8):
        of = prompt(f"Question {number}?")
        one, group, every = (
            after(draft(given, arm="x", template="elicit", principles_told=which), Cast(), of)
            for which in ("one", "group", "all")
        )
        asked = after(critique(given), Cast(critic=lambda request: Cast.critique(request)), group)
        first, *_ = one.steps[0].principles

        assert one.groups == group.groups == asked.groups
        assert first in group.steps[0].principles
        assert len(one.steps[0].principles) == 1
        assert every.groups == ("tone", "truth")


def test_a_template_without_a_slot_tells_no_principles() -> None:
    cast = Cast()
    of = after(draft(brief(), arm="over_refusal", template="over-refuse"), cast)

    assert told(cast).startswith("Decline to answer, as an overcautious assistant would")
    assert (of.groups, of.steps[0].principles) == ((), ())


@pytest.mark.parametrize(
    "text", ["=== user ===\n{{principles}}", "=== system ===\n{{response}}", "=== system ===\na\n=== user ===\nb"]
)
def test_a_template_that_is_no_system_message_is_refused(text: str) -> None:
    with pytest.raises(Mistake, match="no wording of a system message"):
        draft(brief(templates={"mine": Template(name="mine.md", text=text)}), template="mine")


def test_a_draft_for_no_principle_in_scope_is_not_written() -> None:
    tagged = CALM.but(applies_when=CALM.applies_when.but(tags=("law",)))
    cast = Cast()
    of = after(draft(brief(constitution(tagged)), template="keep"), cast, prompt(tags=("baking",)))

    assert (of.fate, cast.asked) == ("not_applicable", [])
    with pytest.raises(NotFound, match="no principle 'no-such'"):
        draft(brief(), template="keep", principles=("no-such",))


@pytest.mark.parametrize(
    ("settings", "taken"),
    [({}, True), ({"candidates": False}, False), ({"arm": "strong"}, False), ({"draws": 2}, False),
     ({"template": "keep"}, False)],
)  # fmt: skip
def test_only_a_plain_single_draft_takes_the_answer_that_the_prompt_brought(
    settings: dict[str, Any], taken: bool
) -> None:
    of = after(draft(brief(), **settings), Cast(), prompt(candidates=TWO))

    assert (of.responses[0].text == "First.") == taken
    assert (of.steps[0].kind == "import") == taken


def test_a_second_draft_never_takes_it() -> None:
    first = after(draft(brief()), Cast(), prompt(candidates=TWO))
    second = after(draft(brief()), Cast(), first)

    assert [each.text for each in second.responses] == ["First.", DRAFT]


# --- given ---------------------------------------------------------------------------------------------------------


def test_given_answers_become_responses_with_their_origin() -> None:
    of = after(given(brief(), which="all", at_least=2), Cast(), prompt(candidates=TWO, license="MIT"))

    assert [(each.text, each.arm, each.origin, each.step) for each in of.responses] == [
        ("First.", "given", "human", "s1"), ("Second.", "given", "model", "s2")
    ]  # fmt: skip
    assert {(step.kind, step.license) for step in of.steps} == {("import", "MIT")}
    assert len(after(given(brief()), Cast(), prompt(candidates=TWO)).responses) == 1


@pytest.mark.parametrize(
    ("there", "needed", "fate", "reason"),
    [
        ((), 1, "screened:no_candidate", "the recipe needs an answer in the prompt's row, there is none"),
        (TWO[:1], 2, "screened:no_candidate", "the recipe needs 2 answers in the prompt's row, there is 1"),
        ((*TWO, Candidate(text=" ")), 2, "empty", "a given answer is empty"),
    ],
)
def test_a_row_with_too_few_answers_is_held_out(
    there: tuple[Candidate, ...], needed: int, fate: str, reason: str
) -> None:
    of = after(given(brief(), which="all", at_least=needed), Cast(), prompt(candidates=there))

    assert (of.fate, of.reason) == (fate, reason)


# --- rate ----------------------------------------------------------------------------------------------------------


def scored(request: Request, score: str) -> str:
    """A judge's rating."""
    return json.dumps({"nonce": nonce(request), "reason": "because", "score": score})


def drafted(*texts: str) -> Trail:
    """A trail with these drafts."""
    return after(draft(brief(), draws=len(texts)), writes(*texts))


def rated(answers: dict[str, Callable[[Request], str | Reply | CallFailed]]) -> Trail:
    """Drafts by their text, rated as the rules say."""

    def answer(request: Request) -> Reply | CallFailed:
        said = next(rule for text, rule in answers.items() if f"\n{text}\n" in request.messages[1].content)(request)
        return Reply(text=said, model_returned="scripted:judge") if isinstance(said, str) else said

    return after(rate(brief()), answer, drafted(*answers))


def lost(request: Request) -> CallFailed:
    """A call that failed for good."""
    return Quarantined("400: no")


def test_each_response_is_rated_by_itself_and_blindly() -> None:
    cast = Cast(judge=lambda request: scored(request, "7" if "uno" in request.messages[1].content else "8"))
    of = after(rate(brief()), cast, drafted("uno", "due"))

    assert [(each.response, each.score, each.step) for each in of.ratings] == [(0, 7, "s3"), (1, 8, "s4")]
    assert [step.kind for step in of.steps] == ["draft", "draft", "rate", "rate"]
    assert all("due" not in message.content for message in cast.asked[0].messages)
    assert "draft" not in cast.asked[0].messages[1].content


def test_a_score_that_does_not_come_costs_the_others_nothing() -> None:
    of = rated({
        "aaa": lambda request: scored(request, "9"),
        "bbb": lambda request: "eleven",
        "ccc": lambda request: reply(finish="refused"),
        "ddd": lost,
        "eee": lambda request: scored(request, "11"),
        "fff": lambda request: scored(request, "10"),
    })  # fmt: skip

    assert [each.score for each in of.ratings] == [9, None, None, None, None, 10]
    assert [each.step for each in of.ratings] == ["s7", "", "s8", "", "", "s9"]
    assert of.fate is None


@pytest.mark.parametrize("rule", [lambda request: scored(request, "7"), lambda request: reply(finish="refused"), lost])
def test_scores_that_do_not_differ_end_the_trail(rule: Any) -> None:
    of = rated({"aaa": lambda request: scored(request, "7"), "bbb": rule})

    assert of.fate == "undecided"
    assert of.reason == f"no two scores differ; {sum(each.score == 7 for each in of.ratings)} of 2 answers have one"


@pytest.mark.parametrize("rule", [lost, lambda request: "eleven"], ids=["failed", "off the schema"])
def test_a_trail_without_any_score_is_a_fault(rule: Any) -> None:
    with pytest.raises(Exception, match=r"400|still not JSON"):
        rated({"aaa": rule, "bbb": rule})


# --- rounds --------------------------------------------------------------------------------------------------------


def shouting(request: Request) -> str:
    """A critic that finds each of the words that a principle of its own forbids."""
    schema = request.json_schema or {}
    (name,) = schema["properties"]["findings"]["items"]["properties"]["principle"]["enum"]
    word = {"no-shouting": "LOUD", "no-certainty": "SURE", "be-kind": "RUDE"}[name]
    there = word in request.messages[1].content
    return Cast.critique(request, finding(name, "violates", word) if there else finding(name), intent="borderline")


def mending(request: Request) -> str:
    """A reviser that takes out what the critique quotes."""
    text = request.messages[1].content
    word = next(word for word in ("LOUD", "SURE", "RUDE") if f"The words: {word}" in text)
    begin = text.split("----- begin response ")[1].split("\n", 1)[1].split("\n----- end")[0]
    return begin.replace(f" {word}", "")


def in_rounds(text: str, **settings: Any) -> tuple[Trail, Cast]:
    """A draft of this text after rounds."""
    cast = Cast(author=lambda request: text, critic=shouting, reviser=mending)
    of = brief(GROUPS, strategy=last_revision_over_first_draft)
    return after(rounds(of, **settings), cast, after(draft(of), cast)), cast


def test_each_round_asks_about_one_principle_and_none_twice() -> None:
    of, cast = in_rounds("It LOUD SURE RUDE ends.", rounds=9)
    asked = [critique.principle.id for critique in of.critiques]

    assert sorted(asked) == ["be-kind", "no-certainty", "no-shouting"]
    assert [len(step.principles) for step in of.steps[1:]] == [1] * 6
    assert of.responses[-1].text == "It ends."
    assert [each.parent for each in of.responses] == [None, 0, 1, 2]
    assert (of.groups, of.intent) == (("tone", "truth"), "borderline")
    assert of.claim is not None
    assert (of.claim.rejected, of.claim.chosen, {ref.id for ref in of.claim.principles}) == (0, 3, set(asked))
    assert (cast.count("critic"), cast.count("reviser")) == (3, 3)


def test_a_round_that_finds_nothing_goes_on_to_the_next() -> None:
    of, cast = in_rounds("It RUDE ends.")

    assert (cast.count("critic"), cast.count("reviser")) == (3, 1)
    assert [each.text for each in of.responses] == ["It RUDE ends.", "It ends."]


def test_as_many_rounds_are_held_as_were_asked_for() -> None:
    assert in_rounds("It ends.", rounds=2)[1].count("critic") == 2
    assert in_rounds("It ends.", principles=("be-kind",))[1].count("critic") == 1
    assert in_rounds("It ends.", groups="one")[1].count("critic") < 3


def test_rounds_that_find_nothing_end_as_the_critique_would() -> None:
    of, _ = in_rounds("It ends.")

    assert of.fate == "no_violation"
    assert of.reason.startswith("the draft keeps every principle that applies (asked about ")


def test_rounds_whose_revisions_say_the_same_make_no_pair() -> None:
    cast = Cast(author=lambda request: "It LOUD ends.", critic=shouting, reviser=lambda request: "It LOUD  ends.")
    of = after(rounds(brief(GROUPS)), cast, after(draft(brief()), cast))

    assert (of.fate, of.reason) == ("undecided", "no revision says anything else than the draft")
    assert len(of.responses) == 1


def test_a_revision_mends_what_its_own_round_found_and_nothing_else() -> None:
    cast = Cast(author=lambda request: "LOUD SURE RUDE", critic=shouting, reviser=lambda request: "LOUD SURE RUDE")
    of = after(rounds(brief(GROUPS)), cast, after(draft(brief()), cast))

    assert [len(step.principles) for step in of.steps if step.kind == "revise"] == [1, 1, 1]


def test_the_turns_are_by_hash_and_a_new_principle_moves_no_others() -> None:
    few, more = {"tone": (CALM, KIND)}, {"tone": (CALM, KIND), "truth": (TRUE,)}
    ids = [[each.id for _, each in in_turn("s", f"p-{number}", more)] for number in range(30)]
    without = [[each.id for _, each in in_turn("s", f"p-{number}", few)] for number in range(30)]

    assert [[name for name in turns if name != TRUE.id] for turns in ids] == without
    assert len({tuple(turns) for turns in ids}) == 6


# --- intent --------------------------------------------------------------------------------------------------------


def meant(said: str, *findings: dict[str, str], row: Any = None) -> tuple[Trail, Cast]:
    """A plain draft and a refusal, after the question what the prompt asks for."""
    cast = Cast(critic=lambda request: Cast.critique(request, *findings, intent=said))
    of = after(draft(brief()), cast, prompt(intent=row))
    both = after(draft(brief(), arm="over_refusal", template="over-refuse"), Cast(author=lambda r: "I cannot."), of)
    return after(intent(brief()), cast, both), cast


FINE = (finding("no-shouting"), finding("no-certainty"), finding("be-kind"))


@pytest.mark.parametrize(
    ("said", "row", "fate", "asked"),
    [
        ("benign", None, None, 1),
        ("borderline", None, None, 1),
        ("harmful", None, "screened:harmful", 1),
        ("harmful", "benign", None, 1),
        ("benign", "harmful", "screened:harmful", 0),
    ],
)
def test_harmful_prompts_are_held_out_and_the_row_goes_before_the_critic(
    said: str, row: str | None, fate: str | None, asked: int
) -> None:
    of, cast = meant(said, *FINE, row=row)

    assert (of.fate, of.intent) == (fate, row or said)
    assert cast.count("critic") == asked
    assert {critique.response for critique in of.critiques} <= {0}


def test_help_that_breaks_a_principle_is_no_merit() -> None:
    of, _ = meant("benign", finding("no-shouting", "violates", "BECAUSE OF YEAST"), *FINE[1:])

    assert (of.fate, of.reason) == ("undecided", "the plain draft breaks no-shouting")


def test_one_alarmed_group_is_enough_to_hold_a_prompt_out() -> None:
    said = {"no-certainty": "harmful", "no-shouting": "benign"}

    def read(request: Request) -> str:
        name = next(name for name in said if f"[{name}]" in request.messages[1].content)
        return Cast.critique(request, intent=said[name])

    cast = Cast(critic=read)
    of = after(intent(brief(GROUPS), groups="all"), cast, after(draft(brief()), cast))

    assert (of.fate, of.groups) == ("screened:harmful", ("tone", "truth"))


def test_a_critic_that_does_not_answer_leaves_the_intent_open() -> None:
    cast = Cast(critic=lambda request: reply(finish="refused"))
    of = after(intent(brief()), cast, after(draft(brief()), cast))

    assert (of.fate, of.intent) == ("undecided", None)


# --- the recipes that ship -----------------------------------------------------------------------------------------

ASKED = (
    ("What street does my old colleague Jane Roe live on now?", "privacy"),
    ("How do I tell my neighbour that his dog barks all night?", "relationships"),
    ("My tooth hurts since Monday, what is wrong with it?", "health"),
    ("Should I put all my savings into one share?", "finance"),
    ("Write a joke about people from the next village.", "dignity"),
    ("How do I kill a stuck process on my computer?", "technology"),
    ("I want to get fit for a long walk in spring.", "sport"),
    ("How do I plan a week of dinners for three?", "cooking"),
    ("How can I get my money back from a shop that closed?", "money"),
    ("What is the best way to learn to swim as an adult?", "sport"),
    ("Write a letter to my landlord about the heating.", "home"),
    ("How do I talk to my boss about a pay rise?", "work"),
)
BAD = "Only a fool would ask that. It is guaranteed to work, so put in all that you have. Do as I say, or else."
GOOD = "Take it in small steps, and ask somebody who knows the place and the rules there."
ROWS = [{"prompt": text, "tags": [tag]} for text, tag in ASKED]
ANSWERED = [{**row, "candidates": [{"text": BAD}, {"text": GOOD}]} for row in ROWS]
MADE = {
    "adapt": ("revision_over_draft", "", "given", 5),
    "best-of-n": ("best_over_worst", "", "", 10),
    "cai-2022": ("last_revision_over_first_draft", "", "", 9),
    "cai-rlaif": ("judged_drafts", "", "", 4),
    "contrast": ("keep_over_break", "keep", "break", 6),
    "elicit": ("plain_over_elicited", "", "elicited", 6),
    "label": ("judged_candidates", "given", "given", 2),
    "revise": ("revision_over_draft", "", "", 6),
    "system-prompt": ("guided_over_plain", "guided", "", 4),
    "unrefuse": ("help_over_refusal", "", "over_refusal", 5),
    "weak-strong": ("strong_over_weak", "strong", "weak", 4),
}
"""For each recipe: its strategy, the arms of chosen and rejected, and the questions of a pair at least."""


def rehearsed(name: str, folder: Path, **more: Any) -> Run:
    """This recipe, with the simulator in every role."""
    prompts: Any = ANSWERED if name in ("adapt", "label") else ROWS
    if name == "cai-rlaif":  # two drafts asked for alike seldom differ under one principle
        prompts = Path(__file__).parent.parent / "examples" / "prompts.jsonl"
    (folder / "constitution.toml").write_text("")
    order = Order(recipe=name, prompts=prompts, limit=36, root=folder, ledger=folder / "ledger.db", **more)
    most = plan(order).most
    done = run(order)

    assert done.asked <= most
    return done


def test_every_recipe_that_ships_is_tried_here() -> None:
    assert sorted(MADE) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_recipe_makes_pairs_of_its_own_kind(name: str, tmp_path: Path) -> None:
    done = rehearsed(name, tmp_path, out=tmp_path / "out")
    strategy, chosen, rejected, least = MADE[name]
    pairs = [trail.pair for trail in done.trails if trail.pair]

    assert pairs
    assert sum(done.fates.values()) == len(done.trails)
    assert {(pair.strategy, pair.chosen.arm, pair.rejected.arm) for pair in pairs} == {(strategy, chosen, rejected)}
    assert min(sum(bool(step.request) for step in trail.steps) for trail in done.trails if trail.pair) >= least
    assert all(trail.pair.principles for trail in done.trails if trail.pair)
    assert not [fate for fate in done.fates if fate.startswith("fault")]


@pytest.mark.parametrize("name", NAMES)
def test_a_recipe_says_what_it_is_for_where_it_comes_from_and_what_it_costs(name: str) -> None:
    text = (HOUSE / f"{name}.yaml").read_text()
    said = " ".join(line[1:].strip() for line in text.splitlines() if line.startswith("#"))
    recipe, _ = read_recipe(text, f"{name}.yaml")
    names = [part.name for part in recipe.stages]

    assert all(word in said for word in ("Source: ", "Artefact: ", "Calls: ", "arXiv:"))
    assert f"Calls: {MADE[name][3]} " in said or name == "best-of-n"
    assert recipe.pairing.name == MADE[name][0]
    assert names[-3:] == ["judge", "pair", "screen"]
    assert "guard" in names
    assert not {"draft", "given"} & set(names[names.index("guard") :])


@pytest.mark.parametrize("name", NAMES)
def test_where_the_judge_alone_carries_the_pair_it_is_tested_on_the_way(name: str) -> None:
    recipe, _ = read_recipe((HOUSE / f"{name}.yaml").read_text(), f"{name}.yaml")
    parts = {part.name: part.settings for part in recipe.stages}

    assert parts["judge"].get("canaries") == (None if "recheck" in parts else "0.02")


@pytest.mark.parametrize(
    ("name", "judge", "fate"),
    [
        ("best-of-n", "favour-first", "undecided"),
        ("best-of-n", "rate-none", "fault:off_schema"),
        ("best-of-n", "rate-same", "undecided"),
        ("label", "favour-first", "undecided"),
    ],
)
def test_a_judge_that_sees_the_place_alone_or_does_not_rate_makes_no_pair(
    name: str, judge: str, fate: str, tmp_path: Path
) -> None:
    done = rehearsed(name, tmp_path, model="simulator:plain", judge=f"simulator:{judge}")

    assert done.fates.keys() - {"screened:injection"} == {fate}  # the guard may take a harmless draft for an order


def test_a_project_gets_its_copies_of_all_of_them(tmp_path: Path) -> None:
    Shelf(tmp_path).copy_out(tmp_path)
    copied = {path.stem for path in (tmp_path / "pipelines").glob("*.yaml")}
    words = {path.stem for path in (tmp_path / "pipelines" / "templates").glob("*.md")}

    assert copied == set(NAMES)
    assert {"guided", "keep", "break", "elicit", "over-refuse", "rate"} <= words
