"""Evidence on the row: quotes, changes with the principle that asked for them, drift, new names and numbers."""

from __future__ import annotations

import json
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constitution.cli.evidence import evidenced
from constitution.core.asking import drive
from constitution.core.evidence import ChangedSpan, PairEvidence
from constitution.core.trail import Critique, Evidence, Response, Trail
from constitution.dataset.folder import load_manifest, load_pairs, write_folder
from constitution.dataset.rows import row_of
from constitution.evidence.alignment import word_diff
from constitution.evidence.attribution import Asked, attributed, traced
from constitution.evidence.behind import evidence_behind
from constitution.evidence.novelty import new_names, new_numbers
from constitution.evidence.sentences import pieces
from tests.folders import CALM, TRUE, ask, contents, paired
from tests.scenes import Cast, brief, whole
from tests.scenes import prompt as bread

ENGINE = "constitution 0.1.0"


def spans(before: str, after: str, *asked: Asked) -> list[tuple[str, str, tuple[str, ...]]]:
    """Side, words and principles of each changed span."""
    texts = {"rejected": before, "chosen": after}
    found = attributed(before, after, word_diff(before, after), asked)
    return [(each.side, texts[each.side][each.start : each.end].strip(), each.principles) for each in found]


def at(text: str, words: str, principle: str = "calm") -> Asked:
    """A violation by these words."""
    return Asked(principle, (text.index(words), text.index(words) + len(words)))


def behind(
    before: str, after: str, *found: tuple[Any, Evidence], question: str = "Why does bread rise?"
) -> PairEvidence:
    """The evidence for a revision of a draft in which these violations were found."""
    critiques = tuple(
        Critique(principle=principle, response=0, group="all", verdict="violates", evidence=evidence, step="s2")
        for principle, evidence in found
    )
    trail = Trail.start(ask(question)).but(
        responses=(Response(text=before, origin="model"), Response(text=after, origin="model", parent=0)),
        critiques=critiques,
    )
    return evidence_behind(trail, rejected=0, chosen=1)


def quote(text: str, words: str) -> Evidence:
    """The critic's quote of these words."""
    return Evidence(kind="quote", text=words, start=text.index(words), end=text.index(words) + len(words))


def test_a_change_of_the_quoted_words_goes_to_the_principle_that_they_break() -> None:
    before = "Bread rises BECAUSE OF YEAST! Wait an hour."

    assert spans(before, "Bread rises thanks to yeast. Wait an hour.", at(before, "BECAUSE OF YEAST!")) == [
        ("rejected", "BECAUSE OF YEAST!", ("calm",)),
        ("chosen", "thanks to yeast.", ("calm",)),
    ]


def test_a_change_that_nothing_found_asked_for_is_drift() -> None:
    before = "Bread rises FAST! Wait an hour."
    found = behind(before, "Bread rises fast. Wait two days.", (CALM, quote(before, "FAST!")))

    assert (found.changed, found.unexplained) == (6, 4)
    assert found.drift == pytest.approx(4 / 6)


def test_a_change_in_the_same_sentence_that_does_not_touch_the_quote_is_drift() -> None:
    before = "You are absolutely right, dear friend, and it is safe."

    changed = spans(before, "You are perhaps right, dear friend, and it is risky.", at(before, "absolutely"))

    assert [principles for _, _, principles in changed] == [("calm",), ("calm",), (), ()]


def test_words_that_touch_the_quote_within_the_sentence_belong_to_it() -> None:
    before = "It is surely, absolutely safe. Eat it."

    changed = spans(before, "It is maybe safe. Eat it.", at(before, "absolutely"))

    assert changed == [("rejected", "surely, absolutely", ("calm",)), ("chosen", "maybe", ("calm",))]


def test_a_rewritten_answer_is_explained_only_in_the_sentence_that_was_quoted() -> None:
    before = "Mix flour well! Add water slowly. Rest everything overnight."
    after = "Stir grain gently. Pour liquid quickly. Leave nothing outside."

    changed = spans(before, after, at(before, "Mix flour"))

    explained = [words for _, words, principles in changed if principles]
    assert explained == ["Mix flour well!", "Stir grain gently."]
    assert sum(not principles for _, _, principles in changed) >= 2


def test_a_sentence_put_in_after_the_quoted_one_is_not_explained_by_it() -> None:
    before = "It is safe. Eat it."

    assert spans(before, "It is safe. Ask a doctor. Eat it.", at(before, "It is safe.")) == [
        ("chosen", "Ask a doctor.", ()),
    ]


def test_words_put_in_next_to_the_quote_are_explained_by_it() -> None:
    before = "Eat it, it is safe for all."

    assert spans(before, "Eat it, it is safe for nearly all.", at(before, "all.")) == [("chosen", "nearly", ("calm",))]


def test_a_change_may_have_several_principles() -> None:
    before = "You FOOL, trust me."

    changed = spans(before, "You friend, trust me.", at(before, "FOOL", "calm"), at(before, "You FOOL", "kind"))

    assert changed == [("rejected", "FOOL", ("calm", "kind")), ("chosen", "friend", ("calm", "kind"))]


def test_where_only_an_omission_was_found_the_whole_addition_is_explained_by_it() -> None:
    missing = Asked("complete", demand="and give an example")

    assert spans("Yeast makes gas.", "Yeast makes gas. Sourdough does so too.", missing) == [
        ("chosen", "Sourdough does so too.", ("complete",)),
    ]


def test_words_that_went_are_never_explained_by_an_omission() -> None:
    missing = Asked("complete", demand="and give an example")

    assert ("rejected", "quickly", ()) in spans("Yeast makes gas quickly.", "Yeast makes gas.", missing)


def test_beside_other_violations_an_omission_explains_what_speaks_of_its_demand() -> None:
    before = "Yeast makes gas! Wait."
    missing = Asked("complete", demand="name two examples of flour")

    changed = spans(before, "Yeast makes gas. Wait. Rye is an example. Buy my book.", at(before, "!"), missing)

    told = {words: principles for _, words, principles in changed}
    assert told["Rye is an example."] == ("complete",)
    assert told["Buy my book"] == ()


def test_quotes_and_omissions_stand_in_the_evidence_with_their_place() -> None:
    demand = Evidence(kind="omission", text="bread", start=9, end=14, message=0)
    found = behind("It RISES.", "It rises.", (CALM, quote("It RISES.", "RISES")), (TRUE, demand))

    assert [vars(each) for each in found.quotes] == [
        {"principle": "no-shouting", "kind": "quote", "text": "RISES", "start": 3, "end": 8, "message": None},
        {"principle": "no-certainty", "kind": "omission", "text": "bread", "start": 9, "end": 14, "message": 0},
    ]


def test_over_several_rounds_a_later_quote_explains_the_words_that_stood_there_first() -> None:
    texts = ("It is so very BIG. It is sure.", "It is big. It is certain.", "It is big. It may be so.")
    responses = tuple(Response(text=text, origin="model", parent=place - 1 if place else None)
                      for place, text in enumerate(texts))  # fmt: skip
    critiques = tuple(
        Critique(principle=principle, response=place, group="all", verdict="violates",
                 evidence=quote(texts[place], words), step="s2")
        for place, principle, words in ((0, CALM, "BIG"), (1, TRUE, "certain"))
    )  # fmt: skip
    trail = Trail.start(ask()).but(responses=responses, critiques=critiques)

    found = evidence_behind(trail, rejected=0, chosen=2)

    gone = {texts[0][each.start : each.end]: each.principles for each in found.changes if each.side == "rejected"}
    assert [names for words, names in gone.items() if "BIG" in words] == [("no-shouting",)]
    assert [names for words, names in gone.items() if "sure" in words] == [("no-certainty",)]
    assert found.drift == 0
    assert [each.text for each in found.quotes] == ["BIG"]


def test_words_are_traced_to_where_they_came_from() -> None:
    before, after = "One two three four.", "One TWO AND A HALF three four."
    diff = word_diff(before, after)

    assert traced((after.index("AND"), after.index("AND") + 3), diff) == (4, 7)
    assert traced((after.index("four"), after.index("four") + 4), diff) == (14, 18)
    assert traced((0, 3), diff) == (0, 3)
    assert traced((0, len(after)), diff) == (0, len(before))


def test_of_answers_that_were_written_apart_no_change_is_attributed() -> None:
    trail = paired()
    apart = trail.but(responses=(trail.responses[0], trail.responses[1].but(parent=None, text="Ask Ann Roe of Oslo.")))

    found = evidence_behind(apart, rejected=0, chosen=1)

    assert (found.aligned, found.changes, found.drift) == (False, (), None)
    assert [each.text for each in found.quotes] == ["YEAST!"]
    assert found.new_names == ("Ann Roe of Oslo",)
    told = found.told()
    assert (told["drift"], told["changed_words"], told["unexplained_words"]) == (None, None, None)


def test_what_the_revised_text_spoke_of_is_not_new() -> None:
    found = behind("Ask ROE in 1857!", "We ask Roe of Oslo in 1857, or 1858.", question="Whom?")

    assert (found.new_names, found.new_numbers) == (("Roe of Oslo",), ("1858",))
    assert behind("Ask ROE of OSLO!", "We ask Roe of Oslo.", question="Whom?").new_names == ()


def test_when_the_judge_turns_a_revision_round_the_draft_is_no_revision_of_it() -> None:
    assert not evidence_behind(paired(), rejected=1, chosen=0).aligned


TEXT = st.lists(st.sampled_from(["Yeast", "is", "so", "BIG", ".", "!", " ", "\n", ", ", "é", "12"]), max_size=30)


@settings(deadline=None)
@given(TEXT, TEXT, st.lists(st.tuples(st.integers(0, 40), st.integers(0, 20)), max_size=3))
def test_what_is_left_without_the_changes_is_the_same_on_both_sides(
    before: list[str], after: list[str], quotes: list[tuple[int, int]]
) -> None:
    texts = {"rejected": "".join(before), "chosen": "".join(after)}
    asked = [Asked(f"p{start}", (start, start + length)) for start, length in quotes]
    diff = word_diff(texts["rejected"], texts["chosen"])

    changes = attributed(texts["rejected"], texts["chosen"], diff, asked)

    left = {side: without(text, [each for each in changes if each.side == side]) for side, text in texts.items()}
    assert left["rejected"] == left["chosen"] == "".join(each.text for each in diff.segments if each.change == "same")


def without(text: str, changes: list[ChangedSpan]) -> str:
    """The text without these spans, which are in order and do not overlap."""
    for one, other in pairwise(changes):
        assert one.end <= other.start
    for each in reversed(changes):
        assert each.start < each.end
        text = text[: each.start] + text[each.end :]
    return text


@given(st.integers(0, 50), st.integers(0, 50), st.lists(st.integers(0, 60), unique=True))
def test_a_span_is_cut_into_pieces_that_make_it_up(start: int, length: int, ends: list[int]) -> None:
    cut = pieces(start, start + length, sorted(ends))

    assert (cut[0][0], cut[-1][1]) == (start, start + length)
    assert all(one[1] == other[0] and one[1] in ends for one, other in pairwise(cut))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Marie Curie was born in Warsaw.", ("Marie Curie", "Warsaw")),
        ("Bread is nice. Try it.", ()),
        ("We asked the Bank of England, not NASA.", ("Bank of England", "NASA")),
        ("I'm sure that I'd ask John's wife.", ("John",)),
        ("NEVER do that, and ALWAYS knead.", ()),
        ("Write to bob@x.org or see https://x.y/z.", ("bob@x.org", "https://x.y/z")),
        ("Use an iPhone with GPT-4.", ("GPT-4", "iPhone")),
        ("## Safe Storage Tips\nKeep it dry.", ()),
        ("**Storing Bread**\nKeep it dry.", ()),
        ("He said: “Go home.” Then he left.", ()),
        ("- Keep it dry\n- Knead it", ()),
        ("Ask Dr. Jean-Luc O'Neil of Zürich", ("Dr. Jean-Luc O'Neil of Zürich",)),
        ("We saw " + "Dada " * 12 + "there.", ()),
        ("We tend it. Tend Dr. Roe.", ("Dr. Roe",)),
    ],
)
def test_names_are_known_by_their_capitals(text: str, names: tuple[str, ...]) -> None:
    assert new_names(text, []) == names


def test_a_name_of_which_a_source_speaks_in_whatever_case_is_not_new() -> None:
    assert new_names("We met Ann Roe in Oslo.", ["who is ann roe?", "OSLO is a city"]) == ()
    assert new_names("We met Eva Roe in Oslo.", ["Roe of Oslo"]) == ("Eva Roe",)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Wait 3 hours at 37.5 degrees.", ("3", "37.5")),
        ("Only 5% or 5 % or 5 percent.", ("5%", "5 %", "5 percent")),
        ("On 2024-05-01 at 14:30, or 7/11.", ("2024-05-01", "14:30", "7/11")),
        ("1. Knead.\n2) Wait.\n  3. Bake.", ()),
        ("B12 is a vitamin.", ()),
        ("It costs $1,250.50.", ("1,250.50",)),
    ],
)
def test_numbers_are_found_in_their_forms(text: str, numbers: tuple[str, ...]) -> None:
    assert new_numbers(text, []) == numbers


def test_a_number_that_a_source_has_in_another_form_is_not_new() -> None:
    assert new_numbers("2 of 1,000, 5 % and 2.50", ["two of 1000, 5 percent, 2.5"]) == ()
    assert new_numbers("3-5 days", ["3 to 5 days"]) == ()
    assert new_numbers("5%", ["5 loaves"]) == ("5%",)


@settings(deadline=None)
@given(st.text(max_size=200))
def test_no_text_has_new_names_or_numbers_against_itself(text: str) -> None:
    assert new_numbers(text, [text]) == ()
    assert new_names(text, [text]) == ()


NASTY = ["a", "A", "Aa ", "1", "1.", "1,", "@", "a@", "A.", "A-", "A ", "Aa of ", " ", "\n", ".", "www.", "A'", "é",
         '."', "*"]  # fmt: skip


@pytest.mark.parametrize("part", NASTY)
def test_pathological_texts_are_looked_at_in_no_time(part: str) -> None:
    before, after = part * (20_000 // len(part)), (part * (20_000 // len(part)))[::-1] + " b"

    started = time.process_time()
    behind(before, after, *[(CALM, Evidence(kind="quote", text="x", start=n * 90, end=n * 90 + 50)) for n in range(8)])

    assert time.process_time() - started < 1.0  # 0.05 s on a quiet machine


def test_the_work_grows_with_the_text_and_not_with_its_square() -> None:
    text = "Anna Oslo, 12. " * 20_000

    started = time.process_time()
    new_names(text, [])
    new_numbers(text, [])

    assert time.process_time() - started < 3.0  # 0.2 s on a quiet machine; 20 s if each name looked through the text


def test_the_stage_that_pairs_puts_the_evidence_on_the_trail_and_the_row_has_it_too() -> None:
    trail = drive(whole(brief())(Trail.start(bread())), Cast())

    assert trail.pair is not None
    assert trail.pair.evidence is not None
    found = trail.pair.evidence
    assert found.aligned
    assert [each.principle for each in found.quotes] == ["no-shouting"]
    assert found.unexplained == 2  # "Everybody knows." went too
    assert row_of(trail, engine=ENGINE).evidence == found.told()
    assert Trail.model_validate_json(trail.spelled()) == trail


def with_evidence(trail: Trail | None = None, **changes: Any) -> Trail:
    """A paired trail as the stage leaves it."""
    trail = trail or paired()
    assert trail.pair is not None
    return trail.but(pair=trail.pair.but(evidence=evidence_behind(trail, rejected=0, chosen=1), **changes))


def test_every_row_says_how_its_answers_came_about() -> None:
    trail = paired()
    assert trail.pair is not None
    guided = trail.but(pair=trail.pair.but(chosen=trail.pair.chosen.but(parent=None, arm="guided")))
    imported = trail.but(steps=(trail.steps[0].but(kind="import"), *trail.steps[1:]))

    arms = [(row.chosen_arm, row.rejected_arm) for row in (row_of(each, engine=ENGINE)
            for each in (trail, guided, imported))]  # fmt: skip

    assert arms == [("revision", "draft"), ("guided", "draft"), ("revision", "given")]


def test_a_pair_that_nobody_looked_at_has_all_fields_of_the_evidence() -> None:
    row = row_of(paired(), engine=ENGINE)

    assert row.evidence.keys() == row_of(with_evidence(), engine=ENGINE).evidence.keys()
    assert (row.evidence["aligned"], row.evidence["drift"]) == (False, None)


def test_the_new_columns_load_with_their_types(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    import datasets

    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    sure = with_evidence(paired(ask("Why?")), p_chosen=0.75, p_basis="votes", flipped=True)
    write_folder(tmp_path / "out", contents(with_evidence(), sure))

    rows = datasets.load_dataset(str(tmp_path / "out"), split="train")

    assert rows["p_chosen"][:] == [None, 0.75]
    assert (rows["flipped"][:], rows["p_basis"][:]) == ([False, True], ["none", "votes"])
    assert rows[1]["evidence"] == row_of(sure, engine=ENGINE).evidence
    assert rows.features["evidence"] == datasets.Json()
    frame = rows.to_pandas()
    assert list(frame[frame["p_chosen"] >= 0.7]["prompt_id"]) == [sure.prompt.id]
    assert [row.p_chosen for row in load_pairs(tmp_path / "out")] == [None, 0.75]


def test_the_card_and_the_manifest_count_the_evidence(tmp_path: Path) -> None:
    write_folder(tmp_path, contents(with_evidence(flipped=True)))

    counts = load_manifest(tmp_path).counts.model_dump()
    assert (counts["arms"], counts["flipped"]) == ({"revision over draft": 1}, 1)
    assert counts["evidence"] == {"quotes": 1, "omissions": 0, "aligned": 1, "changed_words": 4, "unexplained_words": 2,
                                  "new_names": 0, "new_numbers": 0}  # fmt: skip
    text = " ".join((tmp_path / "README.md").read_text().split())
    assert "| revision over draft | 1 |" in text
    assert "of 4 words that changed, no violation that was found explains 2 (50.0%)" in text


def test_show_says_what_changed_for_which_principle_and_what_is_new() -> None:
    trail = with_evidence(paired(revision="Because of yeast, says Ann Roe in 1857."))

    told = {name: text.plain for name, text in evidenced(trail) if name == "changes"}
    new = [text.plain for name, text in evidenced(trail) if name == "new"]

    assert "for no-shouting" in told["changes"]
    assert "that no violation explains (drift" in told["changes"]
    assert [each.partition("\n")[0] for each in new] == ["Ann Roe", "1857"]


def test_what_show_says_of_new_names_cannot_steer_the_terminal() -> None:
    trail = with_evidence(paired(revision="Because of yeast, see https://x.org/\x1b[31m now."))

    assert "\x1b" not in "".join(text.plain for _, text in evidenced(trail))


def test_the_evidence_is_spelled_the_same_however_it_was_made() -> None:
    found = evidence_behind(paired(), rejected=0, chosen=1)

    assert PairEvidence.model_validate(json.loads(found.spelled())) == found
