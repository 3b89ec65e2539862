"""The verb review: a sheet goes out, rulings come back, the next run applies them, and the models are measured."""

from __future__ import annotations

import csv
import json
import re
import shlex
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from constitution import api
from constitution.api.reviewing.cells import LONGEST, fitting, guarded, tidy, unguarded
from constitution.api.reviewing.decisions import COLUMNS, read_decisions, write_decisions
from constitution.api.reviewing.desk import Desk, open_desk
from constitution.api.reviewing.measures import measure
from constitution.api.reviewing.outlook import outlooks
from constitution.api.reviewing.subjects import Subject, chosen_subjects, subjects_of
from constitution.cli import main
from constitution.core.rulings import Ruling, Rulings
from constitution.dataset.folder import load_trails
from constitution.errors import BadFile, NotFound
from constitution.rulings import append_rulings, read_rulings
from constitution.stages.quoting import locate

ROOT = Path(__file__).parent.parent
DAY = "2026-11-21"
Say = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with the example prompts and a rehearsed dataset; nothing may change in it."""
    home = tmp_path_factory.mktemp("made")
    main(["init", str(home)])
    order = api.Order(prompts=home / "prompts.jsonl", out=home / "out", principles="harmlessness@draft", root=home)
    api.run(order)
    return home


@pytest.fixture
def project(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, as the working folder."""
    import shutil

    home = tmp_path / "project"
    shutil.copytree(made, home)
    monkeypatch.chdir(home)
    monkeypatch.delenv("CONSTITUTION_LEDGER", raising=False)
    return home


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Gives commands in this process."""

    def told(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main(words)
        out, err = capsys.readouterr()
        return code, out, err

    return told


def filled(path: Path, fill: Callable[[dict[str, str]], Mapping[str, str]], **how: Any) -> None:
    """The CSV sheet with these cells written into its rows, as a person would."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    with path.open("w", encoding=how.pop("encoding", "utf-8-sig"), newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), **how)
        writer.writeheader()
        writer.writerows({**row, **fill(row)} for row in rows)


def faulted_drafts(rulings: tuple[Ruling, ...]) -> set[str]:
    """The prompts whose drafts were ruled to violate something, where the critic had not said so."""
    return {each.prompt_id for each in rulings if each.verdict == "violates" and each.said != "violates"}


def twenty(row: dict[str, str], count: Counter[str]) -> dict[str, str]:
    """Twenty verdicts: violations cleared, clean drafts faulted, pairs kept and dropped, one said yes to."""
    wanted: dict[str, str] = {}
    if row["about"] == "pair":
        free = count["pair"] < 4 and not count[row["prompt_id"]]
        wanted = {"verdict": " Drop" if count["pair"] < 2 else "keep"} if free else {}
        count["pair"] += free
    elif row["model_says"] == "violates" and count["cleared"] < 6:
        wanted = {"verdict": "Complies", "their_reason": "=not that bad"}
        count.update(["cleared", row["prompt_id"]])
    elif row["model_says"] == "violates" and count["agreed"] < 1:
        wanted = {"verdict": "violates", "their_reason": "Yes."}
        count["agreed"] += 1
    elif row["model_says"] == "not_applicable" and count["neither"] < 5:
        wanted = {"verdict": "not applicable"}
        count["neither"] += 1
    elif row["model_says"] == "complies" and count["faulted"] < 4 and not count[row["prompt_id"]]:
        first = row["answer"].split(".")[0].removeprefix("'")
        wanted = {"verdict": "VIOLATES", "their_quote": first, "their_reason": "It does."}
        count.update(["faulted", row["prompt_id"]])
    return wanted


def test_twenty_rulings_change_the_fates_they_speak_of_and_touch_no_other_row(project: Path, say: Say) -> None:
    before = {trail.prompt.id: trail for _, trail in load_trails(project / "out")}
    say("review", "out", "--export", "decisions.csv")
    count: Counter[str] = Counter()
    filled(project / "decisions.csv", lambda row: twenty(row, count))
    code, told, _ = say("review", "out", "--import", "decisions.csv", "--reviewer", "ann", "--date", DAY)
    rulings = read_rulings(project / "rulings.jsonl").every

    assert (code, len(rulings)) == (0, 20)
    assert "20 rulings read, 20 new" in told
    expected = {each.prompt_id: each.then for each in outlooks(open_desk(project / "out"))}
    again = shlex.split(re.findall("^next: constitution (run .*)$", told, re.M)[0])
    code, document, _ = say(*again, "--json", "-q")
    after = {trail.prompt.id: trail for _, trail in load_trails(project / "out")}
    data = json.loads(document)["data"]
    touched = {ruling.prompt_id for ruling in rulings}

    assert code == 0
    assert sum(data["fates"].values()) == len(before)
    assert all(after[name] == trail for name, trail in before.items() if name not in touched)
    asking = {name for name, fate in expected.items() if not fate}
    new = {step.request for name in after for step in after[name].steps if step.request} - {
        step.request for name in before for step in before[name].steps
    }
    assert data["asked"] == len(new)
    assert len(asking) == 4
    assert asking == faulted_drafts(rulings)
    assert all({s.request for s in after[name].steps} & new for name in asking)
    assert not any({s.request for s in after[name].steps} & new for name in after if name not in asking)
    assert all(after[name].fate == fate for name, fate in expected.items() if fate)
    assert Counter(after[name].fate for name in after)["ruled_out"] == 2
    assert "ruled_out" in (project / "out" / "README.md").read_text().replace("\\", "")
    assert not list(outlooks(open_desk(project / "out")))


def test_rulings_alone_ask_nothing_where_they_only_clear_and_drop(project: Path, say: Say) -> None:
    desk = open_desk(project / "out")
    append_rulings(project / "rulings.jsonl", [
        ruled(each, "drop" if each.about == "pair" else "complies")
        for each in subjects_of(desk.trails, desk.rulings)
        if each.about == "pair" or each.said == "violates"
    ])  # fmt: skip
    command = ("revise", "--prompts", "prompts.jsonl", "--principles", "harmlessness@draft", "--json", "-q")
    planned = json.loads(say("plan", *command)[1])["data"]
    data = json.loads(say("run", *command, "--out", "out")[1])["data"]

    assert (planned["rows"], planned["ask"]) == (0, {"min": 0, "max": 0})
    assert data["asked"] == 0
    assert "paired" not in data["fates"]
    assert sum(data["fates"].values()) == data["prompts"]


def test_a_plan_knows_that_a_faulted_draft_asks_for_a_revision(project: Path, say: Say) -> None:
    subject = next(each for each in answers(project) if each.trail.fate == "no_violation" and each.said == "complies")
    append_rulings(project / "rulings.jsonl", [ruled(subject, "violates", reason="It does.")])
    command = ("revise", "--prompts", "prompts.jsonl", "--principles", "harmlessness@draft", "--json", "-q")
    planned = json.loads(say("plan", *command)[1])["data"]
    data = json.loads(say("run", *command, "--out", "other")[1])["data"]

    assert planned["touched"] == [subject.trail.prompt.id]
    assert planned["ask"]["min"] == 1
    assert planned["ask"]["min"] <= data["asked"] <= planned["ask"]["max"]


def test_a_reworded_principle_makes_its_rulings_stale_and_the_critic_decides_again(project: Path, say: Say) -> None:
    subject = next(each for each in answers(project) if each.said == "violates")
    append_rulings(project / "rulings.jsonl", [ruled(subject, "complies")])
    command = ("run", "--prompts", "prompts.jsonl", "--principles", "harmlessness@draft", "--out", "out")
    say(*command)
    cleared = next(t for _, t in load_trails(project / "out") if t.prompt.id == subject.trail.prompt.id)
    reworded(project / "principles/harmlessness/draft.yaml", subject.principle)
    code, told, _ = say("review", "out")
    say("review", "out", "--export", "before.csv")
    _, _, notes = say(*command)
    say("review", "out", "--export", "after.csv")
    again = next(t for _, t in load_trails(project / "out") if t.prompt.id == subject.trail.prompt.id)

    assert code == 0
    assert f"stale: 1 ruling on {subject.principle}" in told
    assert f"1 ruling on {subject.principle} is stale" in notes
    assert (cleared.fate, again.fate) == ("no_violation", subject.trail.fate)
    assert not again.rulings
    assert "complies, by ann, 2026-11-21, under other words" in (project / "after.csv").read_text()
    assert "under other words" not in (project / "before.csv").read_text()


def reworded(file: Path, principle: str) -> None:
    """The draft gives another reason for this principle."""
    text = file.read_text()
    start = text.index(f"id: {principle}\n")
    at = text.index("why: ", start)
    file.write_text(text[:at] + "why: Another reason. " + text[at:].removeprefix("why: ").removeprefix(">-\n").lstrip())


def answers(project: Path) -> list[Subject]:
    """What may be ruled on in the project's dataset, but for pairs."""
    desk = open_desk(project / "out")
    return [each for each in subjects_of(desk.trails, desk.rulings) if each.about == "response"]


def ruled(subject: Subject, verdict: str, **more: str) -> Ruling:
    """What ann says of it."""
    named = {"about": subject.about, "prompt_id": subject.trail.prompt.id, "pair_id": subject.pair_id,
             "response": subject.response, "principle": subject.principle, "meaning": subject.meaning}  # fmt: skip
    return Ruling.model_validate(
        {**named, "verdict": verdict, "said": subject.said, "reviewer": "ann", "date": DAY, **more}
    )


WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30).map(tidy)


@st.composite
def decided(draw: st.DrawFn, subject: Subject) -> Ruling:
    """Any ruling on this subject."""
    words = ["keep", "drop"] if subject.about == "pair" else ["violates", "complies", "not_applicable"]
    verdict = draw(st.sampled_from(words))
    quote = ""
    if verdict == "violates" and subject.answer and draw(st.booleans()):
        start = draw(st.integers(0, len(subject.answer) - 1))
        place = locate(tidy(subject.answer[start : start + draw(st.integers(1, 60))]), subject.answer)
        quote = subject.answer[slice(*place)] if place else ""
    who = draw(st.sampled_from(["ann", "bob-2", "x.y_z"]))
    return ruled(subject, verdict, quote=quote, reason=draw(WORDS), reviewer=who)


@pytest.mark.parametrize("kind", [".csv", ".xlsx"])
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_goes_out_in_a_sheet_comes_back_as_the_same_rulings(
    made: Path, tmp_path: Path, kind: str, data: Any
) -> None:
    desk = open_desk(made / "out", root=made)
    every = list(subjects_of(desk.trails, Rulings()))
    some = data.draw(st.lists(st.sampled_from(range(len(every))), unique=True, min_size=1, max_size=8))
    rulings = [data.draw(decided(every[place])) for place in sorted(some)]
    held = Desk(**{**vars(desk), "rulings": Rulings(tuple(rulings))})
    sheet = tmp_path / f"decisions{kind}"
    shown = [each for each in subjects_of(held.trails, held.rulings) if each.held is not None or each.key[1] < "3"]
    write_decisions(sheet, held, shown)
    back = read_decisions(sheet, held, reviewer="somebody-else", date=DAY)

    assert back.problems == ()
    assert list(back.rulings) == rulings


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_the_guard_against_formulas_is_taken_off_again(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t"))


def test_a_text_too_long_for_a_cell_is_cut_and_says_so() -> None:
    shown = fitting("😀" * 40_000, "look there")

    assert len(shown.encode("utf-16-le")) // 2 < LONGEST
    assert shown.endswith("[cut: 40,000 characters in all; look there]")


def test_no_cell_of_a_sheet_is_a_formula(project: Path, say: Say) -> None:
    from openpyxl import load_workbook

    evil = '{"prompt": "=HYPERLINK(\\"http://example.org\\") \\u0007"}\n{"prompt": "@SUM(1)"}\n'
    (project / "evil.jsonl").write_text(evil)
    say("run", "--prompts", "evil.jsonl", "--out", "evil", "-q")
    for name in ("d.csv", "d.xlsx"):
        assert say("review", "evil", "--export", name)[0] == 0
    book = load_workbook(project / "d.xlsx")
    cells = [cell for row in book["decisions"].iter_rows() for cell in row]

    assert not any(str(cell.value or "").startswith(("=", "+", "-", "@")) or cell.data_type == "f" for cell in cells)
    with (project / "d.csv").open(encoding="utf-8-sig", newline="") as file:
        assert not any(cell.startswith(("=", "+", "-", "@")) for row in csv.reader(file) for cell in row)


@pytest.mark.parametrize(
    "how", [{"delimiter": ";"}, {"delimiter": "\t", "encoding": "utf-16"}, {"lineterminator": "\n"}]
)
def test_sheets_that_spreadsheets_saved_in_their_own_way_are_read(how: dict[str, str], project: Path, say: Say) -> None:
    say("review", "out", "--export", "d.csv", "--sample", "3")
    filled(project / "d.csv", lambda row: {"verdict": "keep" if row["about"] == "pair" else "complies"}, **how)

    assert say("review", "out", "--import", "d.csv", "--reviewer", "ann")[0] == 0
    assert len(read_rulings(project / "rulings.jsonl").every) == 3


def wrong_rows() -> Iterator[tuple[str, dict[str, str], str]]:
    """Cells that cannot be taken over, and what is said of them."""
    yield "verdict", {"verdict": "maybe"}, "'maybe' is no verdict on an answer"
    yield "pair verdict", {"verdict": "keep"}, "is no verdict on an answer"
    yield "quote", {"verdict": "violates", "their_quote": "words that nobody wrote"}, "not in the answer"
    yield "mangled", {"verdict": "complies", "response": "1.23E+45"}, "response is not as it was exported"
    yield "other prompt", {"verdict": "complies", "prompt_id": "p-" + "0" * 32}, "this prompt is not in"
    yield "other answer", {"verdict": "complies", "response": "0" * 64}, "this answer is no longer in"
    yield "other words", {"verdict": "complies", "meaning": "0" * 64}, "reworded since"
    yield "no verdict", {"their_reason": "because"}, "no verdict"
    yield "name", {"verdict": "complies", "reviewer": "Ann Roe"}, "no pseudonym"


@pytest.mark.parametrize(("cells", "told"), [(cells, told) for _, cells, told in wrong_rows()],
                         ids=[name for name, _, _ in wrong_rows()])  # fmt: skip
def test_one_wrong_row_keeps_all_rulings_out_and_is_named(
    cells: dict[str, str], told: str, project: Path, say: Say
) -> None:
    say("review", "out", "--export", "d.csv", "--principle", answers(project)[0].principle)
    first = answers(project)[0].trail.prompt.id
    filled(project / "d.csv", lambda row: cells if row["prompt_id"] == first else {"verdict": "complies"})
    code, _, errors = say("review", "out", "--import", "d.csv", "--reviewer", "ann")

    assert code == 2
    assert f"d.csv:2: {told}" in errors or told in errors
    assert re.search(r"^error: d\.csv:2: ", errors, re.M)
    assert "nothing was taken over" in errors
    assert not (project / "rulings.jsonl").exists()


def test_a_row_that_says_nobody_needs_a_reviewer(project: Path, say: Say) -> None:
    say("review", "out", "--export", "d.csv", "--sample", "1")
    filled(project / "d.csv", lambda row: {"verdict": "keep" if row["about"] == "pair" else "complies"})
    code, _, errors = say("review", "out", "--import", "d.csv")

    assert code == 2
    assert "--reviewer" in errors


def test_whoever_changes_an_exported_ruling_is_named_for_it(project: Path, say: Say) -> None:
    subject = answers(project)[0]
    append_rulings(project / "rulings.jsonl", [ruled(subject, "complies")])
    say("review", "out", "--export", "d.csv")
    mine = {"verdict": "not_applicable"}
    filled(project / "d.csv", lambda row: mine if row["verdict"] else {})
    say("review", "out", "--import", "d.csv", "--reviewer", "bob")

    assert [(each.verdict, each.reviewer) for each in read_rulings(project / "rulings.jsonl").every] == [
        ("complies", "ann"), ("not_applicable", "bob"),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["decisions.csv", "decisions.xlsx"])
def test_a_file_that_is_no_sheet_is_refused_in_a_sentence(name: str, project: Path, say: Say) -> None:
    (project / name).write_bytes(b"about,verdict\nresponse,complies\n")
    code, _, errors = say("review", "out", "--import", name, "--reviewer", "ann")

    assert code == 2
    assert name in errors
    assert "Traceback" not in errors


def test_rulings_and_sheets_are_kept_out_of_dataset_folders(project: Path, say: Say) -> None:
    code, _, errors = say("review", "out", "--export", "out/d.csv")
    assert (code, "would be lost" in errors) == (2, True)
    code, _, errors = say("review", "out", "--rulings", "out/rulings.jsonl")
    assert (code, "would be lost" in errors) == (2, True)


def test_rulings_that_were_named_must_be_there(project: Path, say: Say) -> None:
    code, _, errors = say("plan", "--prompts", "prompts.jsonl", "--rulings", "nowhere.jsonl")

    assert code == 2
    assert "nowhere.jsonl" in errors


def test_a_broken_line_of_rulings_stops_a_run_before_anything_is_asked(project: Path, say: Say) -> None:
    (project / "rulings.jsonl").write_text('{"about": "pair"}\n')
    for command in (("run", "--prompts", "prompts.jsonl", "--out", "new"), ("review", "out")):
        code, _, errors = say(*command)

        assert code == 2
        assert "rulings.jsonl:1:1" in errors
    assert not (project / "new").exists()


def test_a_sample_is_drawn_by_hash_and_a_larger_one_holds_it(made: Path) -> None:
    desk = open_desk(made / "out", root=made)
    every = tuple(subjects_of(desk.trails, desk.rulings))
    few, more = (chosen_subjects(every, sample=number) for number in (5, 9))

    assert (len(few), len(more)) == (5, 9)
    assert {each.key for each in few} < {each.key for each in more}
    assert few == chosen_subjects(reversed(every), sample=5)[::-1]


def test_filters_choose_what_is_exported(project: Path, say: Say) -> None:
    said = json.loads(say("review", "out", "--export", "d.csv", "--fate", "paired", "--json")[1])["data"]
    code, _, errors = say("review", "out", "--export", "d.csv", "--fate", "nowhere")

    assert said["pairs"] == len({t.prompt.id for _, t in load_trails(project / "out") if t.fate == "paired"})
    assert code == 2
    assert "no_violation" in errors
    assert say("review", "out", "--principle", "x")[0] == 2


def test_the_critic_and_the_judge_are_measured_against_people(project: Path, say: Say) -> None:
    desk = open_desk(project / "out")
    every = list(subjects_of(desk.trails, desk.rulings))
    flagged = [each for each in every if each.said == "violates"][:4]
    pairs = [each for each in every if each.about == "pair"][-3:]
    append_rulings(project / "rulings.jsonl", [
        *(ruled(each, "complies" if place == 0 else "violates") for place, each in enumerate(flagged)),
        *(ruled(each, "drop" if place == 0 else "keep") for place, each in enumerate(pairs)),
    ])  # fmt: skip
    before = json.loads(say("review", "out", "--json")[1])["data"]
    say("run", "--prompts", "prompts.jsonl", "--principles", "harmlessness@draft", "--out", "out")
    after = json.loads(say("review", "out", "--json")[1])["data"]

    for data in (before, after):
        assert data["critic"][-1]["name"] == "all principles"
        assert (data["critic"][-1]["precision"]["hits"], data["critic"][-1]["precision"]["of"]) == (3, 4)
        assert data["critic"][-1]["error"]["value"] == 0.25
        assert (data["judge"]["precision"]["hits"], data["judge"]["precision"]["of"]) == (2, 3)
    assert (before["applied"], before["waiting"], after["applied"], after["waiting"]) == (0, 7, 7, 0)
    assert before["changes"]
    assert after["changes"] == []


def test_error_and_abstention_are_told_apart() -> None:
    said = [("violates", "violates"), ("cannot_tell", "violates"), ("complies", "violates"), ("complies", "complies")]
    found = measure("x", "violates", said)

    assert (found.recall.hits, found.recall.of) == (1, 3)
    assert (found.error.hits, found.abstention.hits, found.ruled) == (1, 1, 4)


def test_rulings_become_cases_once(project: Path, say: Say) -> None:
    draft = project / "principles/harmlessness/draft.yaml"
    draft.write_text(draft.read_text() + "# the last words\n")
    violation = next(each for each in answers(project) if each.said == "violates")
    other = next(each for each in answers(project) if each.said == "complies")
    neither = next(each for each in answers(project) if each.said == "not_applicable")
    append_rulings(project / "rulings.jsonl", [
        ruled(violation, "violates", reason="It does."), ruled(other, "complies"), ruled(neither, "not_applicable"),
    ])  # fmt: skip
    lines = draft.read_text().splitlines()
    code, told, _ = say("review", "out", "--to-cases")
    after = draft.read_text()
    _, again, notes = say("review", "out", "--to-cases")

    assert (code, "3 new cases" in told) == (0, True)
    assert after.endswith("# the last words\n")
    assert not Counter(lines) - Counter(after.splitlines())
    assert "0 new cases" in again
    assert notes.count("stands there already") == 3
    assert draft.read_text() == after


def test_stale_rulings_become_no_cases(project: Path, say: Say) -> None:
    subject = answers(project)[0]
    append_rulings(project / "rulings.jsonl", [ruled(subject, "violates")])
    draft = project / "principles/harmlessness/draft.yaml"
    reworded(draft, subject.principle)
    before = draft.read_text()
    _, told, notes = say("review", "out", "--to-cases")

    assert "0 new cases" in told
    assert "stale" in notes
    assert draft.read_text() == before


def test_show_says_who_ruled_and_what_the_critic_had_said(project: Path, say: Say) -> None:
    subject = next(each for each in answers(project) if each.said == "violates")
    append_rulings(project / "rulings.jsonl", [ruled(subject, "complies", reason="It is a joke.")])
    say("run", "--prompts", "prompts.jsonl", "--principles", "harmlessness@draft", "--out", "out")
    _, told, _ = say("show", "out", subject.trail.prompt.id)

    assert "ruling" in told
    assert "by ann" in told
    assert "It is a joke." in told
    assert "the critic said violates" in told


def test_the_card_counts_the_rows_that_people_have_seen(project: Path, say: Say) -> None:
    desk = open_desk(project / "out")
    pair = next(each for each in subjects_of(desk.trails, desk.rulings) if each.about == "pair")
    append_rulings(project / "rulings.jsonl", [ruled(pair, "keep")])
    say("run", "--prompts", "prompts.jsonl", "--principles", "harmlessness@draft", "--out", "out")

    assert "Human-checked: 1 of " in (project / "out/README.md").read_text()


def test_rulings_on_other_prompts_are_no_input_of_a_run(project: Path) -> None:
    order = api.Order(prompts=["How are you?"], root=project)
    plain = api.prepare(order).run_id
    append_rulings(project / "rulings.jsonl", [ruled(answers(project)[0], "complies")])

    assert api.prepare(order).run_id == plain


def test_what_is_no_dataset_cannot_be_reviewed(project: Path) -> None:
    with pytest.raises(NotFound):
        open_desk(project / "nowhere")
    (project / "out/trails.parquet").write_bytes(b"PAR1")
    with pytest.raises(BadFile):
        open_desk(project / "out")


def some_filled(project: Path, say: Say, cells: Mapping[str, str], name: str = "d.csv") -> None:
    """A sheet of which every answer that was found to violate something has these cells."""
    assert say("review", "out", "--export", name)[0] == 0
    filled(project / name, lambda row: cells if row["model_says"] == "violates" else {})


def test_a_sheet_that_somebody_filled_in_is_not_written_over(project: Path, say: Say) -> None:
    some_filled(project, say, {"verdict": "complies"})
    before = (project / "d.csv").read_bytes()
    code, _, errors = say("review", "out", "--export", "d.csv")

    assert code == 2
    assert "review out --import d.csv" in errors
    assert errors.index("--import") < errors.index("--force")
    assert (project / "d.csv").read_bytes() == before
    assert say("review", "out", "--export", "d.csv", "--force")[0] == 0
    assert (project / "d.csv").read_bytes() != before


def test_a_sheet_whose_verdicts_are_imported_or_that_has_none_may_be_written_over(project: Path, say: Say) -> None:
    assert say("review", "out", "--export", "d.csv")[0] == 0
    some_filled(project, say, {"verdict": "complies"})
    assert say("review", "out", "--import", "d.csv", "--reviewer", "ann")[0] == 0
    assert say("review", "out", "--export", "d.csv")[0] == 0


@pytest.mark.parametrize("content", [b"", b"my,notes\n1,2\n", b"\xff\xfe\x00"])
def test_a_file_that_is_no_sheet_of_ours_is_not_written_over(content: bytes, project: Path, say: Say) -> None:
    (project / "d.csv").write_bytes(content)
    code, _, errors = say("review", "out", "--export", "d.csv")

    assert (code, "no sheet of ours" in errors) == (2, True)
    assert (project / "d.csv").read_bytes() == content


def test_a_wrong_row_is_named_as_the_spreadsheet_counts_and_as_the_text_does(project: Path, say: Say) -> None:
    say("review", "out", "--export", "d.csv")
    filled(project / "d.csv", lambda row: {"reason": "two\nlines"})
    rows = list(csv.DictReader((project / "d.csv").read_text(encoding="utf-8-sig").splitlines(keepends=True)))
    filled(project / "d.csv", lambda row: {"verdict": "maybe"} if row == rows[5] else {})
    _, _, errors = say("review", "out", "--import", "d.csv", "--reviewer", "ann")
    ((line, row),) = re.findall(r"^error: d\.csv:([0-9]+): row ([0-9]+): 'maybe'", errors, re.M)

    assert int(row) == 7
    assert int(line) > 7


def test_a_pair_that_is_gone_is_said_to_be_gone_and_what_to_do(project: Path, say: Say) -> None:
    say("review", "out", "--export", "old.csv")
    trail = next(t for _, t in load_trails(project / "out") if t.fate == "paired")
    filled(project / "old.csv", lambda row: {"verdict": "drop"} if row["about"] == "pair" else {})
    append_rulings(project / "rulings.jsonl", [
        ruled(each, "complies") for each in answers(project)
        if each.trail.prompt.id == trail.prompt.id and each.said == "violates"
    ])  # fmt: skip
    say("run", "--prompts", "prompts.jsonl", "--principles", "harmlessness@draft", "--out", "out")
    _, _, errors = say("review", "out", "--import", "old.csv", "--reviewer", "ann")

    assert "this pair is no longer in out" in errors
    assert "ended as no_violation" in errors
    assert "this prompt is not in" not in errors
    assert "ANOTHER file" in errors


def test_a_sheet_that_nobody_filled_in_is_said_to_be_empty_and_nothing_is_to_be_run(project: Path, say: Say) -> None:
    say("review", "out", "--export", "d.csv")
    code, told, _ = say("review", "out", "--import", "d.csv", "--reviewer", "ann")

    assert code == 0
    assert "the verdict column of d.csv is empty" in told
    assert "fill in verdict: violates" in told
    assert "next:" not in told
    assert not (project / "rulings.jsonl").exists()


def test_rulings_that_go_stale_with_a_newer_edition_are_told_before_the_next_run(project: Path, say: Say) -> None:
    say("run", "--prompts", "prompts.jsonl", "--principles", "harmlessness", "--out", "out")
    subject = next(each for each in answers(project) if each.said == "violates")
    append_rulings(project / "rulings.jsonl", [ruled(subject, "violates")])
    assert "stale with" not in say("review", "out")[1]
    folder = project / "principles/harmlessness"
    reworded(folder / "draft.yaml", subject.principle)
    _, told, _ = say("review", "out")

    assert "1 ruling goes stale with harmlessness@draft" in told
    _, told, errors = say("principles", "release", "harmlessness", "--version", "9.0.0", "--approved-by", "ann",
                          "--because", "So.", "--accept-rehearsal")  # fmt: skip
    assert (folder / "9.0.0.yaml").exists(), told + errors
    assert "1 ruling goes stale with harmlessness@9.0.0" in say("review", "out")[1]


def test_cases_that_go_against_the_critic_are_counted_before_they_fail(project: Path, say: Say) -> None:
    flagged = next(each for each in answers(project) if each.said == "violates")
    clean = next(each for each in answers(project) if each.said == "complies")
    append_rulings(project / "rulings.jsonl", [ruled(flagged, "complies"), ruled(clean, "complies")])
    _, standing, _ = say("review", "out")
    _, told, notes = say("review", "out", "--to-cases")

    assert "1 of them goes against simulator:plain, critic of out" in standing
    assert "2 new cases" in told
    assert "1 of them goes against simulator:plain" in notes
    assert "--critic" in notes


def test_cases_of_rulings_on_the_example_prompts_can_be_let_stand(project: Path, say: Say) -> None:
    example = json.loads((ROOT / "examples/prompts.jsonl").read_text().splitlines()[0])["prompt"]
    (project / "one.jsonl").write_text(json.dumps({"prompt": example}) + "\n")
    say("run", "--prompts", "one.jsonl", "--principles", "harmlessness@draft", "--out", "out")
    append_rulings(project / "rulings.jsonl", [ruled(each, "complies") for each in answers(project)[:1]])
    say("review", "out", "--to-cases")
    code, told, errors = say("principles", "lint", "harmlessness@draft")

    assert "W208" in told + errors
    assert "E305" not in told + errors
    assert code == 0


def test_the_steps_of_the_funnel_say_where_pairs_were_ruled_out(project: Path, say: Say) -> None:
    assert "not ruled out" not in say("show", "out")[1]
    desk = open_desk(project / "out")
    pair = next(each for each in subjects_of(desk.trails, desk.rulings) if each.about == "pair" and each.said == "keep")
    append_rulings(project / "rulings.jsonl", [ruled(pair, "drop")])
    say("run", "--prompts", "prompts.jsonl", "--principles", "harmlessness@draft", "--out", "out")
    left = json.loads(say("show", "out", "--json")[1])["data"]["left"]

    assert left["revised"] - left["not ruled out"] == 1
    assert list(left.values()) == sorted(left.values(), reverse=True)
    assert pair.trail.prompt.id in say("show", "out", pair.pair_id)[1]
    assert pair.trail.prompt.id in say("show", "out", pair.pair_id.partition(":")[2])[1]


def test_the_sheet_has_every_column_once() -> None:
    assert len(set(COLUMNS)) == len(COLUMNS)
