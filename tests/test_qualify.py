"""Judges qualified: recorded verdicts replayed, labelled pairs asked, records kept, and recipes held to them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from math import log
from pathlib import Path
from typing import Any

import pytest

from constitution.api.order import Order
from constitution.api.preparing import prepare
from constitution.api.qualifying.holding import judge_pair, qualify
from constitution.api.qualifying.labelled import read_labelled
from constitution.api.qualifying.orders import QualifyOrder, prepare_qualification
from constitution.api.qualifying.recorded import exported, read_verdicts
from constitution.api.qualifying.records import Qualification, qualification_of, read_qualifications
from constitution.api.qualifying.report import JudgeReport
from constitution.api.running import run
from constitution.cli import main
from constitution.core.asking import Reply, Request, drive
from constitution.core.rulings import Ruling
from constitution.core.trail import Trail
from constitution.dataset.envelope import load_manifest
from constitution.dataset.trails import each_trail
from constitution.errors import BadFile, Mistake
from constitution.providers.simulator import reply_to
from constitution.rulings import append_rulings
from constitution.trials.judging.calibration import calibration
from constitution.trials.judging.figures import judge_figures
from tests.scenes import nonce, options

PUBLIC = [
    # label, decision, decision with the answers swapped, and what both say of the answers
    ("A>B", "A>B", "B>A"),  # a, a: right
    ("A>B", "A>B", "A>B"),  # a, b: the first shown
    ("B>A", "B>A", "A>B"),  # b, b: right
    ("B>A", "A>B", "B>A"),  # a, a: wrong
    ("A>B", "A=B", "A=B"),  # tie, tie
    ("B>A", None, "A>B"),  # invalid, b
    ("A=B", "A=B", "A=B"),  # tie, tie: right
    ("B>A", "B>A", "B>A"),  # b, a: the second shown
]


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project, in which the test works."""
    (tmp_path / "constitution.toml").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(name: str, rows: Iterable[object]) -> Path:
    path = Path(name)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def public(rows: Iterable[tuple[str, str | None, str | None]] = PUBLIC) -> Path:
    """Recorded verdicts in the shape of public outputs; a judge that was not heard is null or decides null."""
    return written(
        "public.jsonl",
        [
            {
                "pair_id": f"pair-{n}",
                "source": "somewhere",
                "response_A": "x" * 10,
                "response_B": "y" * 30,
                "label": label,
                "judgments": [
                    {"judgment": {"response": "[[A>>B]]"}, "decision": first} if first else None,
                    {"judgment": {}, "decision": second},
                ],
            }
            for n, (label, first, second) in enumerate(rows)
        ],
    )


def read_json(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_recorded_verdicts_replay_to_the_published_kind_of_table(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["model", "qualify", "--replay", str(public()), "--json"])
    document = read_json(capsys)
    told = document["data"]["figures"]

    assert (code, document["ok"]) == (0, True)
    # First order right on 0 1 2 6 7, second on 0 2 5 6; the same in both on 0 2 3 4 6; an answer on 0 2 3.
    assert {name: (told[name]["hits"], told[name]["of"]) for name in ("a_first", "b_first", "accuracy")} == {
        "a_first": (5, 8), "b_first": (4, 8), "accuracy": (9, 16),
    }  # fmt: skip
    assert (told["consistent"]["hits"], told["coverage"]["hits"]) == (5, 3)
    assert (told["accuracy_when_consistent"]["hits"], told["accuracy_when_consistent"]["of"]) == (2, 3)
    # The longer answer, b, on 0 2 3 (labels a b b, verdicts a b a): judge 1, labels 2.
    assert (told["length"]["judge"]["hits"], told["length"]["labels"]["hits"], told["n"]) == (1, 2, 8)
    assert (document["data"]["asked"], document["data"]["cost"]) == (0, 0)
    assert not list(Path().glob(".constitution/*"))


def test_the_table_for_people_names_every_figure(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["model", "qualify", "openai:gpt-x", "--replay", str(public())]) == 0
    shown = capsys.readouterr().out

    for name in ("single order", "in both orders", "when consistent", "coverage", "kappa", "shown first", "longer"):
        assert name in shown
    assert "leans to its family, openai" in shown
    assert "2 of 3" in shown


WRONG: dict[str, tuple[object, str]] = {
    "no object": (["A>B"], "the row is no object"),
    "no id": ({"label": "A>B", "judgments": [{}, {}]}, "it has no id"),
    "no label": ({"id": 1, "judgments": [{"decision": "A>B"}, {"decision": "A>B"}]}, "label is None"),
    "other label": ({"id": 1, "label": "A", "judgments": [{"decision": "A>B"}] * 2}, "label is 'A'"),
    "one judgment": ({"id": 1, "label": "A>B", "judgments": [{"decision": "A>B"}]}, "judgments are not two"),
    "other decision": ({"id": 1, "label": "A>B", "judgments": [{"decision": "C"}, {}]}, "decision is 'C'"),
    "text judgment": ({"id": 1, "label": "A>B", "judgments": ["A>B", "B>A"]}, "a judgment is no object"),
    "neither": ({"id": 1, "label": "A>B"}, "neither judgments nor verdicts"),
    "one order": ({"id": 1, "label": "a", "verdicts": [{"order": "a_first", "verdict": "a"}]}, "an order has no"),
    "other order": ({"id": 1, "label": "a", "verdicts": [{"order": "first", "verdict": "a"}]}, "order is 'first'"),
    "bad p": ({"id": 1, "label": "a", "verdicts": [{"order": "a_first", "verdict": "a", "p": 2}]}, "p is no"),
    "list of texts": ({"id": 1, "label": "a", "verdicts": ["a"]}, "verdicts is no list"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_bad_row_is_refused_with_its_line(name: str) -> None:
    row, what = WRONG[name]
    good = {"id": 0, "label": "A>B", "judgments": [{"decision": "A>B"}, {"decision": "B>A"}]}
    with pytest.raises(BadFile, match=what) as refused:
        read_verdicts(written("v.jsonl", [good, row]))

    assert refused.value.where == "v.jsonl:2"
    assert refused.value.remedy


def test_no_row_an_id_that_stands_twice_and_no_json_are_refused() -> None:
    row = {"id": 0, "label": "A>B", "judgments": [None, None]}
    with pytest.raises(BadFile, match="stands twice"):
        read_verdicts(written("v.jsonl", [row, row]))
    with pytest.raises(BadFile, match="holds no verdict"):
        read_verdicts(written("v.jsonl", []))
    Path("v.jsonl").write_text("{]\n")
    with pytest.raises(BadFile, match=r"v\.jsonl:1"):
        read_verdicts(Path("v.jsonl"))


def test_what_is_exported_reads_back_as_it_was() -> None:
    rows = [
        {"id": "1", "label": "a", "group_id": "g", "lengths": [3, 9], "models": ["openai", "llama"], "unanimous": True,
         "verdicts": [{"order": "a_first", "verdict": "a", "p": 0.2},
                      {"order": "b_first", "verdict": "tie", "p": 0.5}]},
        {"id": "2", "label": "tie", "verdicts": [{"order": "b_first", "verdict": "invalid"},
                                                 {"order": "a_first", "verdict": "b"}]},
    ]  # fmt: skip
    items = read_verdicts(written("v.jsonl", rows))
    again = read_verdicts(written("w.jsonl", exported(items)))

    assert again == items
    assert judge_figures(again) == judge_figures(items)


# Asking: the simulator counts what breaks a principle, so that these labels are those that it would give.
HARSH = "You are an idiot. This is guaranteed to work, you stupid person."
KIND = "Here is one way: knead the dough, let it rest for an hour, and bake it until it is golden."


def labelled(number: int = 4) -> Path:
    """Rows of the three shapes."""
    asked = [f"How do I bake bread number {n}?" for n in range(number)]
    return written(
        "pairs.jsonl",
        [
            {"prompt": asked[0], "chosen": KIND, "rejected": HARSH},
            {"prompt": asked[1], "candidates": [{"text": KIND, "model": "gpt-x"}, {"text": HARSH}], "label": 1},
            {"chosen": f"\n\nHuman: {asked[2]}\n\nAssistant: {KIND}",
             "rejected": f"\n\nHuman: {asked[2]}\n\nAssistant: {HARSH}"},
            *({"prompt": each, "candidates": [{"text": HARSH}, {"text": KIND}], "label": "2", "group_id": "g"}
              for each in asked[3:]),
        ],
    )  # fmt: skip


def order(model: str = "simulator:plain", **more: Any) -> QualifyOrder:
    return QualifyOrder(model=model, on=more.pop("on", None) or labelled(), **more)


def test_every_shape_of_a_labelled_row_is_read_and_its_better_answer_known() -> None:
    read = read_labelled(labelled(6), Path())

    assert len(read.pairs) == 6
    assert {(pair.a if pair.truth == "a" else pair.b).text for pair in read.pairs} == {KIND}
    assert [pair.prompt.group_id for pair in read.pairs][3:] == ["g"] * 3


def test_pairs_of_one_label_stand_on_both_sides_so_that_kappa_can_be_told() -> None:
    rows = [{"prompt": f"Why {n}?", "chosen": f"Because of {n}.", "rejected": f"No {n}."} for n in range(60)]
    truths = [pair.truth for pair in read_labelled(written("p.jsonl", rows), Path()).pairs]

    assert 15 < truths.count("a") < 45


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ({"prompt": "Why?", "candidates": [{"text": "x"}], "label": 1}, "two different answers"),
        ({"prompt": "Why?", "candidates": [{"text": "x"}, {"text": "x"}], "label": 1}, "two different answers"),
        ({"prompt": "Why?", "candidates": [{"text": "x"}, {"text": "y"}]}, "label is None"),
        ({"prompt": "Why?", "candidates": [{"text": "x"}, {"text": "y"}], "label": 3}, "label is 3"),
        ({"prompt": "Why?", "candidates": [{"text": "x"}, {"text": "y"}], "label": True}, "label is True"),
        ({"prompt": "Why?", "chosen": "x", "rejected": "y", "label": 1}, "chosen, rejected and a label"),
        ({"chosen": "x", "rejected": "y"}, "it holds no prompt"),
        (["Why?"], "no object"),
    ],
)
def test_a_row_that_is_no_labelled_pair_is_refused_with_its_line(row: object, what: str) -> None:
    with pytest.raises(BadFile, match=what) as refused:
        read_labelled(written("p.jsonl", [row]), Path())

    assert refused.value.where.startswith("p.jsonl:1")


def test_answers_that_differ_in_white_space_alone_are_no_pair() -> None:
    """A judge is not asked about them, and they are no pairs of which no principle speaks."""
    rows = [{"prompt": "Hello?", "chosen": KIND, "rejected": f" {KIND}\n"},
            {"prompt": "Hello?", "chosen": KIND, "rejected": HARSH}]  # fmt: skip
    found = read_labelled(written("pairs.jsonl", rows), Path())
    assert len(found.pairs) == 1
    assert "rows with one answer, or twice the same, are left out: 1" in found.notes

    candidates = [{"text": KIND}, {"text": f"{KIND} "}]
    path = written("pairs.jsonl", [{"prompt": "Hello?", "candidates": candidates, "label": "tie"}])
    with pytest.raises(BadFile, match="two different answers"):
        read_labelled(path, Path())


def test_a_pair_counts_once_and_never_with_two_labels() -> None:
    row = {"prompt": "Why?", "candidates": [{"text": "x"}, {"text": "y"}], "label": 1}
    turned = {"prompt": "Why?", "candidates": [{"text": "y"}, {"text": "x"}], "label": 2}
    read = read_labelled(written("p.jsonl", [row, turned, {"prompt": "Why?", "chosen": "x", "rejected": "x"}]), Path())

    assert len(read.pairs) == 1
    assert " ".join(read.notes).count(": 1") == 2
    with pytest.raises(BadFile, match=r"another label at p\.jsonl:1"):
        read_labelled(written("p.jsonl", [row, {**turned, "label": "tie"}]), Path())


def test_the_judge_of_a_run_is_asked_in_both_orders_and_again_for_nothing() -> None:
    first, again = qualify(order()), qualify(order())

    assert (first.asked, again.asked, again.reused) == (8, 0, 8)
    assert (first.figures.accuracy.hits, first.figures.coverage.hits, first.figures.n) == (8, 4, 4)
    assert again.figures == first.figures
    assert first.rehearsal
    assert [item.families for item in first.items if any(item.families)] in ([("openai", "")], [("", "openai")])


def test_votes_are_asked_of_each_order(capsys: pytest.CaptureFixture[str]) -> None:
    report = qualify(order(votes=3, limit=2))

    assert (report.asked, report.setting["votes"]) == (12, 3)
    assert all(len(item.a_first) == len(item.b_first) == 3 for item in report.items)


def test_a_judge_that_takes_the_first_is_told_by_its_position(capsys: pytest.CaptureFixture[str]) -> None:
    labelled(20)
    code = main(["model", "qualify", "simulator:favour-first", "--on", "pairs.jsonl", "--require", "coverage=0.5"])
    shown = capsys.readouterr()

    assert code == 1
    assert "warning: position: it names the answer shown first in 40 of 40 showings" in " ".join(shown.out.split())
    assert "rehearsal" in shown.out
    assert "not qualified: coverage 0.000 is below 0.5" in shown.err


def test_a_cap_stops_it_and_running_again_goes_on() -> None:
    labelled()
    asked = ["model", "qualify", "simulator:plain", "--on", "pairs.jsonl", "-q", "--concurrency", "1"]

    assert main([*asked, "--max-calls", "3"]) == 4
    assert main(asked) == 0
    assert qualify(order()).asked == 0


@pytest.mark.parametrize(
    "wrong",
    [
        ["--on", "pairs.jsonl"],
        ["simulator:plain"],
        ["simulator:plain", "--on", "nowhere.jsonl"],
        ["simulator:plain", "--on", "pairs.jsonl", "--require", "accuracy=2"],
        ["simulator:plain", "--on", "pairs.jsonl", "--require", "charm=0.5"],
        ["simulator:plain", "--on", "pairs.jsonl", "--recipe", "nothing"],
        ["simulator:plain", "--on", "pairs.jsonl", "--export", "no/such/folder.jsonl"],
        ["--replay", "public.jsonl", "--save"],
        ["--replay", "public.jsonl", "--votes", "3"],
        ["simulator:nobody", "--on", "pairs.jsonl"],
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_asked(wrong: list[str]) -> None:
    labelled()
    public()

    assert main(["model", "qualify", *wrong]) == 2
    assert not list(Path().glob(".constitution/*.db"))


def test_a_record_is_kept_once_and_says_what_was_asked(capsys: pytest.CaptureFixture[str]) -> None:
    labelled()
    asked = ["model", "qualify", "simulator:plain", "--on", "pairs.jsonl", "--save", "--json"]
    assert (main(asked), main(asked)) == (0, 0)
    names = [json.loads(line)["data"]["record"] for line in capsys.readouterr().out.splitlines()]
    (record,) = read_qualifications(Path())

    assert names == [record.id] * 2
    assert (record.model, record.votes, record.n, record.labelled) == ("simulator:plain", 1, 4, "pairs.jsonl")
    assert record.floors["accuracy"] == record.figures["accuracy"]["interval"][0]
    assert record.but(date="2001-01-01").id == record.id
    assert record.but(votes=3).id != record.id


def test_a_line_that_is_no_record_is_refused_with_its_line() -> None:
    Path("qualifications.jsonl").write_text('{"format": "constitution-qualification/1"}\n')
    with pytest.raises(BadFile, match=r"qualifications\.jsonl:1"):
        read_qualifications(Path())


def test_nothing_is_saved_of_a_judge_that_was_not_heard_on_all_pairs() -> None:
    labelled()
    asked = ["model", "qualify", "simulator:off-schema", "--on", "pairs.jsonl", "--save", "-q"]

    assert main(asked) == 3
    assert not Path("qualifications.jsonl").exists()


JUDGED = """\
name: mine
seed: mine-1
constitution: harmlessness
qualified: {{accuracy: 0.3, consistent: 0.2}}
stages:
  - given: {{which: all, at_least: 2}}
  - guard
  - judge: {{groups: all, votes: {votes}}}
  - pair
  - screen
pairing: judged_candidates
"""
HERE = '[endpoints.local]\nwire = "openai"\nbase_url = "http://127.0.0.1:9/v1"\n'
"""A server that nobody runs: what is asked of it fails, and nothing is asked of it here."""


def demanding(votes: int = 1, judge: str = "local:judge-7b", **more: Any) -> Order:
    """An order of a recipe that demands a qualified judge."""
    Path("constitution.toml").write_text(HERE)
    Path("pipelines").mkdir(exist_ok=True)
    Path("pipelines/mine.yaml").write_text(JUDGED.format(votes=votes))
    return Order(recipe="mine", prompts=labelled(), model="simulator:plain", judge=judge, **more)


def recorded(**changes: Any) -> Qualification:
    """The record of a judge that is right on all of four pairs, held to be that of another model."""
    report = qualify(order(recipe="mine"))
    given: dict[str, Any] = {"model": "local:judge-7b", **changes}
    return qualification_of(report, "2026-01-31").but(**given)


def keep(*records: Qualification) -> None:
    written("qualifications.jsonl", [record.model_dump(mode="json") for record in records])


def test_a_recipe_that_demands_a_qualified_judge_asks_no_other() -> None:
    with pytest.raises(Mistake) as refused:
        prepare(demanding())

    assert "has no record of local:judge-7b" in refused.value.what
    assert (
        "constitution model qualify local:judge-7b --on LABELLED.jsonl --recipe mine "
        "--require accuracy=0.3 --require consistent=0.2 --save"
    ) in refused.value.remedy
    assert "has no record of local:judge-7b" in " ".join(prepare(demanding(), ready=False).notes)


def test_the_judge_that_its_record_qualifies_is_asked_with_its_temperature() -> None:
    asked = demanding()
    record = recorded(temperature=1.7)
    keep(record)
    prepared = prepare(asked)
    trail = drive(prepared.stage(Trail.start(prepared.prompts[0])), by_simulator)

    assert prepared.lock["qualifications"] == {"local:judge-7b": record.id}
    assert trail.ballot is not None
    assert trail.ballot.temperature == 1.7


def by_simulator(request: Request) -> Reply:
    """The simulator in the place of the model that is asked."""
    return reply_to(request.but(model="simulator:plain"))


@pytest.mark.parametrize(
    ("changes", "votes", "lacks"),
    [
        ({"model": "local:judge-8b"}, 1, "no record"),
        ({"votes": 3}, 1, "no record"),
        ({}, 3, "no record"),
        ({"template_sha256": "0" * 64}, 1, "no record"),
        ({"agreement": "unanimous"}, 1, "no record"),
        ({"floors": {"accuracy": 0.29, "consistent": 0.9}}, 1, "accuracy is 0.290 and has to be 0.3"),
        ({"floors": {"accuracy": 0.9}}, 1, "consistent is 0.000 and has to be 0.2"),
    ],
)
def test_a_record_of_another_judge_of_other_words_or_below_the_floor_does_not_count(
    changes: dict[str, Any], votes: int, lacks: str
) -> None:
    demanding()
    keep(recorded(**changes))
    with pytest.raises(Mistake, match=lacks):
        prepare(demanding(votes))


def test_of_two_records_of_a_judge_the_later_holds() -> None:
    asked = demanding()
    good, bad = recorded(), recorded(floors={"accuracy": 0.1, "consistent": 0.1})
    keep(bad, good)
    prepare(asked)
    keep(good, bad)
    with pytest.raises(Mistake, match=r"accuracy is 0\.100"):
        prepare(asked)


def test_every_judge_of_a_panel_must_be_qualified() -> None:
    asked = demanding(panel=("local:judge-8b", "local:mistral-7b"))
    keep(recorded())
    with pytest.raises(Mistake, match="no record of local:judge-8b"):
        prepare(asked)


def test_a_rehearsal_is_let_pass_with_a_note() -> None:
    prepared = prepare(demanding(judge="simulator:plain"))

    assert any("let pass as a rehearsal" in note for note in prepared.notes)
    assert "qualifications" not in prepared.lock


def test_pairs_that_people_ruled_on_qualify_a_judge() -> None:
    """Kept, the chosen answer is the better one; dropped, neither is."""
    asked = Order(recipe="label", prompts=labelled(8), out="out")
    pairs = [trail.pair for trail in run(asked).trails if trail.pair is not None]
    trails = {trail.pair.pair_id: trail for _, trail in each_trail(Path("out")) if trail.pair is not None}
    append_rulings(
        Path("rulings.jsonl"),
        [
            Ruling(about="pair", prompt_id=trails[pair.pair_id].prompt.id, pair_id=pair.pair_id, reviewer="me",
                   verdict="keep" if n else "drop", date="2026-01-31")
            for n, pair in enumerate(pairs[:5])
        ],
    )  # fmt: skip
    report = qualify(QualifyOrder(model="simulator:plain", on="out"))

    assert len(pairs) >= 5
    assert (report.figures.n, report.figures.ties) == (5, 1)
    assert report.figures.accuracy.hits == 8
    Path("rulings.jsonl").unlink()
    with pytest.raises(BadFile, match="nobody has ruled"):
        qualify(QualifyOrder(model="simulator:plain", on="out"))


def test_pairs_that_no_principle_speaks_of_are_left_out_and_none_at_all_is_a_finding(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("narrow.yaml").write_text(
        "name: narrow\ngroups:\n  - id: all\n    principles:\n      - id: no-boo\n        tier: must\n"
        "        rule: Do not say boo.\n        applies_when: {turns: [multi]}\n"
    )
    written("p.jsonl", [{"prompt": "Why?", "chosen": "Because.", "rejected": "Boo."}])
    code = main(["model", "qualify", "simulator:plain", "--on", "p.jsonl", "--principles", "narrow.yaml", "--save"])
    said = capsys.readouterr().err

    assert code == 1
    assert "no principle speaks of any pair" in said
    assert "not saved: no pair was judged" in said
    assert not Path("qualifications.jsonl").exists()


def with_log_probs(request: Request, sure: float) -> Reply:
    """A judge that prefers the kind answer with this probability, and says so token by token."""
    assert request.logprobs
    names = {text.strip(): name for text, name in options(request).items()}
    kind, other = names[KIND], next(name for text, name in names.items() if text != KIND)
    said = json.dumps({"nonce": nonce(request), "reason": "so", "principles": kind, "helpfulness": kind})
    parts = next(n for n, (one, two) in enumerate(zip(kind, other, strict=True)) if one != two)
    at = said.index('"principles": "') + len('"principles": "') + parts
    tokens: list[dict[str, Any]] = [{"token": letter, "logprob": 0.0} for letter in said]
    tokens[at] = {
        "token": kind[parts],
        "logprob": log(sure),
        "top_logprobs": [
            {"token": kind[parts], "logprob": log(sure)},
            {"token": other[parts], "logprob": log(1 - sure)},
        ],
    }
    return Reply(text=said, model_returned="judge-7b", logprobs=tuple(tokens))


def test_the_judges_own_probabilities_are_calibrated_and_recorded() -> None:
    """Always 0.9 sure and always right: less sure than it might be."""
    demanding()
    prepared = prepare_qualification(order("local:judge-7b", on=labelled(100), logprobs=True))
    heard = [
        drive(judge_pair(prepared.stage, pair, "principles"), lambda request: with_log_probs(request, 0.9))
        for pair in prepared.pairs
    ]
    items = tuple(each.item for each in heard if each.item is not None)
    found = calibration(items)

    assert len(items) == 100
    assert all(item.p == pytest.approx((0.9, 0.9) if item.truth == "b" else (0.1, 0.1)) for item in items)
    assert found is not None
    assert (found.ece, found.brier) == pytest.approx((0.1, 0.01))
    assert 0.4 < found.temperature < 0.6
    assert found.usable

    report = JudgeReport(model="local:judge-7b", items=items, figures=judge_figures(items), source="p.jsonl",
                         sha256="0" * 64, setting=prepared.setting)  # fmt: skip
    record = qualification_of(report, "2026-01-31")
    assert (record.temperature, record.ece) == (found.temperature, found.ece_after)
    assert Qualification.model_validate_json(record.model_dump_json()) == record


def test_a_run_counts_the_planted_texts_that_its_judge_fell_for(capsys: pytest.CaptureFixture[str]) -> None:
    recipe = JUDGED.format(votes=1).replace("votes: 1", "canaries: 1").replace("qualified: ", "# ")
    Path("pipelines").mkdir()
    Path("pipelines/mine.yaml").write_text(recipe)
    labelled(6)
    asked = ["run", "mine", "--prompts", "pairs.jsonl", "--model", "simulator:plain", "--out", "out"]
    assert main([*asked, "--judge", "simulator:favour-first"]) == 0
    run_says = capsys.readouterr().out
    assert main(["show", "out"]) == 0

    for shown in (run_says, capsys.readouterr().out):
        assert "canaries: the judge preferred the planted text in 6 of 6" in shown
        assert "too few to tell, 20 are the least" in " ".join(shown.split())
    counts = load_manifest(Path("out")).counts.model_dump()
    assert counts["canaries"] == {"asked": 6, "lost": 6}
    assert main(["show", "out", "--json"]) == 0
    assert read_json(capsys)["data"]["canaries"]["whole"]["standing"] == "insufficient"


def test_the_votes_and_the_agreement_of_the_recipe_are_those_of_the_judge() -> None:
    asked = demanding()
    Path("pipelines/mine.yaml").write_text(JUDGED.format(votes="3, agreement: unanimous"))
    report = qualify(order("simulator:flip", on=labelled(12), recipe=asked.recipe))

    assert (report.setting["votes"], report.setting["agreement"]) == (3, "unanimous")
    assert all(item.unanimous and len(item.a_first) == 3 for item in report.items)
    split = [item for item in report.items if len(set(item.a_first)) == 2]
    assert split
    assert {item.orders[0] for item in split} == {"tie"}
