"""The audit: each trap by a row that has it and a neighbour that has not; figures against a count by hand."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import constitution
from constitution.auditing.looks.doubles import Doubles
from constitution.auditing.looks.lengths import Spread
from constitution.auditing.looks.shortcuts import RULES
from constitution.auditing.passing import audited
from constitution.auditing.reading import each_row
from constitution.auditing.report import Report
from constitution.auditing.seen import Place
from constitution.auditing.shapes import ACROSS, TRAPS, traps_in
from constitution.auditing.turns import parted
from constitution.cli import main
from constitution.cli.auditing import show
from constitution.cli.output import Output
from constitution.core.intervals import wilson
from constitution.dataset.folder import write_folder
from constitution.errors import BadFile, NotFound
from tests.folders import ask, contents, paired, tool_prompt

Row = dict[str, Any]


def user(text: str) -> Row:
    """A message of the user."""
    return {"role": "user", "content": text}


def answer(text: str) -> Row:
    """A message of the assistant."""
    return {"role": "assistant", "content": text}


WHY = [user("Why does bread rise?")]


def good(**changes: Any) -> Row:
    """A row that holds no trap, but for these columns."""
    return {"prompt": WHY, "chosen": [answer("Yeast.")], "rejected": [answer("Magic.")], **changes}


def whole(chosen: list[Row], rejected: list[Row]) -> Row:
    """Two conversations whose prompt is not written."""
    return {"chosen": chosen, "rejected": rejected}


TRANSCRIPT = "\n\nHuman: Why does bread rise?\n\nAssistant:"
PARTS = [{"type": "text", "text": "Yeast."}]

CASES: dict[str, tuple[Row, Row]] = {
    "image-column": (good(image=None), good(imagery=None)),
    "tools-unreadable": (good(tools="rake"), good(tools="[]")),
    "tools-column": (good(tools=[{"name": "rake"}]), good(tools=None)),
    "chat-template-kwargs-null": (good(chat_template_kwargs=None), good(chat_template_kwargs={})),
    "messages-or-text-by-luck": (good(completion="Yeast."), good(completion=[answer("Yeast.")])),
    "spare-column": (good(messages=WHY), good(message=WHY)),
    "label-column": (good(label=True), good(labels=True)),
    "margin-null": (good(margin=None), good(margin=0.5)),
    "tokens-for-text": (good(chosen_ids=[1], rejected_ids=[2]), good(chosen_ids=[1])),
    "token-columns": (good(input_ids=[1]), good(ids=[1])),
    "reference-logps-unreadable": (good(ref_chosen_logps=None), good(ref_chosen_logps=-1.5)),
    "reference-logps": (good(ref_rejected_logps=-1), good(logps=-1)),
    "no-pair": ({"prompt": WHY, "completion": [answer("Yeast.")]}, good()),
    "prompt-text-beside-messages": (
        {"prompt": "Why?", **whole([*WHY, answer("a")], [*WHY, answer("b")])},
        {"prompt": "Why?", "chosen": "a", "rejected": "b"},
    ),
    "prompt-messages-beside-text": (good(chosen="a", rejected="b"), good()),
    "sides-of-two-kinds": (good(chosen="a"), good()),
    "prompt-repeated": (good(chosen=[*WHY, answer("a")], rejected=[*WHY, answer("b")]), good()),
    "prompt-echoed": (
        {"prompt": WHY[0]["content"], "chosen": WHY[0]["content"] + " a", "rejected": WHY[0]["content"] + " b"},
        {"prompt": "Why", "chosen": "Why not", "rejected": "Whynot"},
    ),
    "prompt-implicit": (whole([*WHY, answer("a")], [*WHY, answer("b")]), good()),
    "prompts-differ": (
        whole([*WHY, answer("a"), user("And cake?"), answer("c")], [*WHY, answer("a"), user("And pie?"), answer("d")]),
        whole([*WHY, answer("a"), user("And cake?"), answer("c")], [*WHY, answer("a"), user("And cake?"), answer("d")]),
    ),
    "prompt-implicit-text": (
        {"chosen": "Why? a", "rejected": "Why? b"},
        {"prompt": "Why?", "chosen": " a", "rejected": " b"},
    ),
    "transcript": (
        {"prompt": "", "chosen": TRANSCRIPT + " a", "rejected": TRANSCRIPT + " b"},
        {"prompt": "", "chosen": "Human: a", "rejected": "Human: b"},
    ),
    "same-sides": (good(rejected=[answer("Yeast.")]), good(rejected=[answer("Yeast")])),
    "empty-side": (good(rejected=[answer(" \n")]), good(rejected=[answer(".")])),
    "half-characters": (good(note={"deep": ["\udc00"]}), good(note={"deep": ["\U0001f600"]})),
    "broken-message": (good(prompt=[{"role": "user"}]), good(prompt=[{**WHY[0], "name": None}])),
    "content-in-parts": (good(chosen=[{"role": "assistant", "content": PARTS}]), good()),
    "strange-role": (good(prompt=[{"role": "human", "content": "Why?"}]), good()),
    "last-not-assistant": (good(chosen=[answer("Yeast."), user("Thanks!")]), good()),
    "user-within-answer": (
        good(chosen=[answer("Yeast."), user("Really?"), answer("Yes.")]),
        whole([*WHY, answer("a"), user("And?"), answer("b")], [*WHY, answer("a"), user("And?"), answer("c")]),
    ),
    "turn-order": (
        good(prompt=[user("Why?"), user("Well?")]),
        good(prompt=[{"role": "system", "content": "Be brief."}, *WHY, answer("What?"), user("Bread.")]),
    ),
}


@pytest.mark.parametrize("name", TRAPS)
def test_a_trap_is_told_of_the_row_that_has_it_and_not_of_its_neighbour(name: str) -> None:
    caught, free = CASES[name]

    assert name in [trap.name for trap in traps_in(caught)]
    assert name not in [trap.name for trap in traps_in(free)]


@pytest.mark.parametrize("trap", [*TRAPS.values(), *ACROSS.values()], ids=lambda trap: trap.name)
def test_a_trap_says_what_happens_and_what_to_do(trap: Any) -> None:
    assert all((trap.what, trap.trainer, trap.remedy))
    assert trap.severity in ("error", "warning")


def test_a_row_as_it_should_be_holds_no_trap() -> None:
    tools = [
        *WHY,
        {"role": "assistant", "content": "", "tool_calls": [{"id": "1"}]},
        {"role": "tool", "content": "yeast", "tool_call_id": "1"},
    ]

    assert traps_in(good()) == ()
    assert traps_in(good(prompt=tools)) == ()


PLAIN = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["role", "content", "x"]), inner),
    max_leaves=6,
)


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from(["prompt", "chosen", "rejected", "messages", "tools", "margin", "note"]), PLAIN))
def test_whatever_a_row_holds_it_can_be_looked_at(row: Row) -> None:
    report = audited("x", [(Place("x", 1), row), (Place("x", 2), row)])

    assert report.rows == 2
    json.dumps(report.as_json())


def told(rows: list[Row]) -> Report:
    """The report over these rows."""
    return audited("x", ((Place("x", number), row) for number, row in enumerate(rows, start=1)))


def write(file: Path, rows: list[Row]) -> Path:
    """A file of these rows, a line each."""
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return file


def text_pair(prompt: str, chosen: str, rejected: str) -> Row:
    """A pair of one message each."""
    return {"prompt": [user(prompt)], "chosen": [answer(chosen)], "rejected": [answer(rejected)]}


def names(report: Report) -> list[str]:
    """The findings, what spoils most first."""
    return [finding.name for finding in report.findings]


# Whole files


def test_rows_of_two_shapes_are_an_error() -> None:
    assert "mixed-shapes" in names(told([good(), whole([*WHY, answer("a")], [*WHY, answer("b")])]))
    assert "mixed-shapes" not in names(told([good(), good(id=1)]))


def test_a_column_of_two_types_is_an_error_and_a_null_is_no_type() -> None:
    found = told([good(id=1), good(id="one")]).found("mixed-types")

    assert found is not None
    assert found.seen == "id: 1 number, 1 text"
    assert "mixed-types" not in names(told([good(id=1), good(id=None), good(id=2.5)]))


def test_a_column_that_must_not_be_null_is_in_all_rows_or_in_none() -> None:
    assert "missing-in-some" in names(told([good(margin=1.0), good()]))
    assert "missing-in-some" not in names(told([good(margin=1.0), good(margin=2.0)]))
    assert "missing-in-some" not in names(told([good(note=1.0), good()]))


# Prompt and answers, whatever their shape


@pytest.mark.parametrize(
    "row",
    [
        good(),
        good(chosen=[*WHY, answer("Yeast.")], rejected=[*WHY, answer("Magic.")]),
        whole([*WHY, answer("Yeast.")], [*WHY, answer("Magic.")]),
        {"prompt": "Why does bread rise?", **whole([*WHY, answer("Yeast.")], [*WHY, answer("Magic.")])},
    ],
    ids=["explicit", "repeated", "implicit", "ultrafeedback"],
)
def test_every_shape_of_messages_is_taken_apart_alike(row: Row) -> None:
    assert parted(row) == (WHY, [answer("Yeast.")], [answer("Magic.")])


def test_a_transcript_is_taken_apart_at_its_last_answer() -> None:
    row = {"chosen": TRANSCRIPT + " Yeast, I think.", "rejected": TRANSCRIPT + " Yes, magic."}

    assert parted(row) == (TRANSCRIPT, " Yeast, I think.", " Yes, magic.")


# Doubles


def test_a_contradiction_is_an_error_and_names_both_rows() -> None:
    report = told([text_pair("Q", "a", "b"), text_pair("P", "b", "a"), text_pair("Q", "b  ", "a")])

    found = report.found("contradiction")
    assert found is not None
    assert (found.severity, found.rows, found.examples) == ("error", 2, ("x: row 1", "x: row 3"))
    assert not report.ok


def test_pairs_prompts_and_answers_that_come_again_are_counted() -> None:
    rows = [text_pair("Q", f"a{n % 5}", "bad") for n in range(6)] + [text_pair("P", "bad", "worse")]

    report = told(rows)

    doubles = report.figures["doubles"]
    assert doubles["prompts"] == 2
    assert doubles["most_pairs_of_a_prompt"] == 6
    assert doubles["most_rows_of_a_rejected"] == 6
    assert doubles["duplicate"] == 1
    assert doubles["prompt_too_often"] == 2
    assert doubles["answer_on_both_sides"] == 6
    assert doubles["contradiction"] == 0
    assert report.ok


def test_a_ranking_of_answers_to_one_prompt_is_no_conflict() -> None:
    report = told([text_pair("Q", "a", "b"), text_pair("Q", "b", "c"), text_pair("Q", "a", "c")])

    assert not {"contradiction", "answer-on-both-sides", "duplicate"} & {*names(report)}


def test_a_prompt_in_train_and_in_a_held_out_split_is_told(tmp_path: Path) -> None:
    write(tmp_path / "train.jsonl", [text_pair(f"Q{n}", "a", "b") for n in range(8)])
    write(tmp_path / "test.jsonl", [text_pair(f"Q{n}", "c", "d") for n in (3, 20, 20, 5)])

    report = constitution.audit(tmp_path)

    found = report.found("prompt-in-train")
    assert found is not None
    assert (found.rows, found.of) == (2, 4)
    assert found.examples == ("test.jsonl: row 1", "test.jsonl: row 4") or found.examples == (
        "test.jsonl: row 4", "test.jsonl: row 1",
    )  # fmt: skip
    assert report.figures["doubles"]["prompt_in_train"] == 2
    assert report.found("prompt-in-train") == report.warnings[0]
    assert constitution.audit(tmp_path, split="test").found("prompt-in-train") is None
    assert constitution.audit(tmp_path / "train.jsonl").found("prompt-in-train") is None


def test_sides_that_differ_in_space_alone_are_told() -> None:
    assert "space-alone" in names(told([text_pair("Q", "a b", "a  b\n")]))
    assert "space-alone" not in names(told([text_pair("Q", "a b", "ab")]))


PAIRS = st.lists(st.tuples(st.sampled_from("PQ"), st.sampled_from("abc"), st.sampled_from("abc")), max_size=12)


@settings(max_examples=60)
@given(PAIRS)
def test_doubles_are_those_that_a_plain_count_finds(pairs: list[tuple[str, str, str]]) -> None:
    look = Doubles()
    report = told([text_pair(*pair) for pair in pairs])
    kept = [pair for pair in pairs if pair[1] != pair[2]]

    figures = report.figures["doubles"]
    assert figures["duplicate"] == len(kept) - len(set(kept))
    assert figures["contradiction"] == sum((p, r, c) in kept for p, c, r in kept)
    assert figures["answer_on_both_sides"] == sum(
        any(other == r and prompt != p for prompt, other, _ in kept) for p, _, r in kept
    )
    assert figures["prompts"] == len({p for p, _, _ in kept})
    assert look.name == "doubles"


# Length and style


def test_the_rule_of_length_is_counted_and_has_its_interval() -> None:
    rows = [text_pair(f"Q{n}", "x" * 30, "y" * (20 if n < 15 else 40)) for n in range(20)]
    rows += [text_pair("T", "x", "y")]

    report = told(rows)

    length = report.figures["shortcuts"]["characters"]
    assert (length["more_in_chosen"], length["more_in_rejected"], length["rows"]) == (15, 5, 21)
    assert length["accuracy"] == 0.75
    assert length["interval"] == [round(end, 4) for end in wilson(15, 20)]
    assert length["leans"] is True
    found = report.found("length")
    assert found is not None
    assert (found.severity, found.rows, found.of) == ("warning", 15, 20)
    assert "strong leaning: the answer with more characters" in found.what
    assert report.figures["characters"]["chosen"] == {"mean": 28.62, "p50": 30, "p95": 30, "max": 30}
    assert report.figures["characters"]["rejected"]["mean"] == round((15 * 20 + 5 * 40 + 1) / 21, 2)


def test_a_rule_that_is_right_half_the_time_leans_nowhere() -> None:
    rows = [text_pair(f"Q{n}", "x" * (10 + n % 2), "y" * (10 + (n + 1) % 2)) for n in range(40)]

    report = told(rows)

    assert "length" not in names(report)
    assert report.figures["shortcuts"]["characters"]["accuracy"] == 0.5


def test_a_leaning_to_fewer_is_told_as_such() -> None:
    found = told([text_pair(f"Q{n}", "Yes.", "Yes!!") for n in range(20)]).found("style: exclamation marks")

    assert found is not None
    assert "fewer exclamation marks" in found.what
    assert found.rows == found.of == 20


@pytest.mark.parametrize(
    ("rule", "text", "count"),
    [
        ("characters", "four", 4),
        ("list items", "a\n- one\n* two\n 3. three\n-none", 3),
        ("bold words", "**one** and **two**, not * three *", 2),
        ("headings", "# One\n## Two\n#none", 2),
        ("code blocks", "```py\nx\n```", 2),
        ("words of refusal", "I’m sorry, but I cannot. As an AI …", 3),
        ("exclamation marks", "No! No!!", 3),
        ("question marks", "Why? Why not?", 2),
    ],
)
def test_a_rule_counts_what_it_is_named_for(rule: str, text: str, count: int) -> None:
    assert RULES[rule](text) == count
    assert RULES[rule]("") == 0


def test_every_rule_is_tried_above() -> None:
    (mark,) = getattr(test_a_rule_counts_what_it_is_named_for, "pytestmark", [])

    assert {rule for rule, *_ in mark.args[1]} == set(RULES)


def test_first_words_tell_the_sides_apart_only_where_they_do_so_often() -> None:
    rows = [text_pair(f"Q{n}", f"Certainly, {n}.", f"Well{n}, {n}.") for n in range(60)]

    report = told(rows)

    leaning = report.figures["first_words"]["leaning"]
    assert [(each["word"], each["chosen"], each["rejected"]) for each in leaning] == [("certainly", 60, 0)]
    assert "first-words" in names(report)
    assert "first-words" not in names(told(rows[:19]))
    assert "first-words" not in names(told([text_pair(f"Q{n}", f"So a{n}", f"So b{n}") for n in range(60)]))


def test_a_word_among_many_must_lean_further_than_one_alone() -> None:
    def opened(word: str, chosen: int) -> list[Row]:
        """Twenty rows that it opens, so many of them on the chosen side."""
        rows = []
        for n in range(20):
            sides = [f"{word} it is", f"z{word}{n} it is"]
            rows.append(text_pair(f"{word}{n}", *(sides if n < chosen else reversed(sides))))
        return rows

    many = [row for number in range(40) for row in opened(f"w{number}", 10)]

    assert wilson(15, 20).low > 0.5
    assert "first-words" in names(told(opened("so", 15)))
    assert "first-words" not in names(told([*opened("so", 15), *many]))


@given(st.lists(st.integers(0, 50), min_size=1))
def test_quantiles_are_those_of_the_sorted_values(values: list[int]) -> None:
    spread = Spread()
    for value in values:
        spread.add(value)

    in_order = sorted(values)
    assert spread.quantile(0.5) == in_order[(len(values) - 1) // 2]
    assert spread.told()["max"] == in_order[-1]
    assert spread.told()["mean"] == round(sum(values) / len(values), 2)


# Labels


def test_rows_without_labels_and_rows_of_a_rehearsal_are_told(tmp_path: Path) -> None:
    write_folder(tmp_path / "out", contents(paired(ask("A")), paired(ask("B"), origin="simulator"), paired(ask("C"))))

    report = constitution.audit(tmp_path / "out")

    assert report.figures["labels"]["unlabelled"] == 0
    assert report.figures["labels"]["rehearsal"] == 1
    assert report.figures["labels"]["synthetic"] == {"partial": 3}
    assert (found := report.found("rehearsal")) is not None
    assert "(pp1:" in found.examples[0]
    assert told([good()]).figures["labels"]["unlabelled"] == 1


# Reading


def test_a_dataset_folder_of_ours_holds_no_trap(tmp_path: Path) -> None:
    write_folder(tmp_path / "out", contents(*(paired(ask(f"Loaf {n}?")) for n in range(30))))

    report = constitution.audit(tmp_path / "out")

    assert report.rows == 30
    assert report.figures["shapes"] == {}
    assert report.ok


def test_a_dataset_folder_with_tools_holds_no_error(tmp_path: Path) -> None:
    write_folder(tmp_path / "out", contents(paired(tool_prompt()), paired()))

    assert constitution.audit(tmp_path / "out").ok


def test_an_export_is_looked_at_without_its_records_or_said_to_hold_no_pairs(tmp_path: Path) -> None:
    write_folder(tmp_path / "out", contents(*(paired(ask(f"Loaf {n}?")) for n in range(5))))
    for kind in ("trl", "kto"):
        constitution.export(tmp_path / "out", to=kind, out=tmp_path / kind)

    report = constitution.audit(tmp_path / "trl")

    assert report.rows == 5
    assert report.found("unlabelled") is None
    for path in (tmp_path / "kto", tmp_path / "kto" / "train.jsonl"):
        with pytest.raises(BadFile, match="export for kto, whose rows are no pairs"):
            constitution.audit(path)


def test_a_share_that_is_not_all_or_nothing_is_never_called_so(capsys: pytest.CaptureFixture[str]) -> None:
    report = told([good(image=None)])
    (found, *_) = report.findings

    show(
        Output("audit", as_json=False, quiet=False, colour=False), replace(report, findings=(found._replace(of=2100),))
    )

    assert "image-column  1 row (under 0.1%)" in capsys.readouterr().out


def test_a_split_can_be_looked_at_alone(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    write(tmp_path / "data" / "train-0.jsonl", [good()] * 3)
    write(tmp_path / "data" / "test-0.jsonl", [good()])

    assert constitution.audit(tmp_path).rows == 4
    assert constitution.audit(tmp_path, split="test").rows == 1
    with pytest.raises(NotFound, match="no split 'tes'"):
        constitution.audit(tmp_path, split="tes")


def as_csv(file: Path, rows: list[Row]) -> None:
    with open(file, "w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(rows[0])
        writer.writerows(
            [[json.dumps(cell) if isinstance(cell, list) else cell for cell in row.values()] for row in rows]
        )


def as_parquet(file: Path, rows: list[Row]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.Table.from_pylist(rows), file, row_group_size=2)


WRITERS: dict[str, Callable[[Path, list[Row]], Any]] = {
    ".jsonl": write,
    ".json": lambda file, rows: file.write_text(json.dumps(rows)),
    ".csv": as_csv,
    ".parquet": as_parquet,
}


@pytest.mark.parametrize("ending", WRITERS)
def test_the_same_rows_give_the_same_report_from_every_kind_of_file(tmp_path: Path, ending: str) -> None:
    rows = [text_pair(f"Q{n}", f"So {n}", f"Well, {n}!") for n in range(5)]
    WRITERS[ending](tmp_path / f"pairs{ending}", rows)

    report = constitution.audit(tmp_path / f"pairs{ending}")

    assert report.rows == 5
    assert report.figures == told(rows).figures


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.jsonl", b"{", "not JSON"),
        ("a.jsonl", b"{}\n[1]\n", "the row is a list"),
        ("a.jsonl", b'{"prompt": "\xff"}', "not UTF-8"),
        ("a.json", b'[{}, {"a": 2', "not JSON"),
        ("a.json", b"[{}] [{}]", "behind the end of the list"),
        ("a.json", b"[" * 100_000, "not JSON"),
        ("a.csv", b'a,b\n"1', "not CSV"),
        ("a.csv", b"a,b\n1\n", "as many cells"),
        ("a.parquet", b"PAR1", "cannot be read as Parquet"),
        ("a.xlsx", b"", "no kind that is read"),
        ("a.jsonl", b"\n", "no row"),
    ],
)
def test_a_file_that_cannot_be_read_is_said_in_a_sentence(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)

    with pytest.raises(BadFile, match=said):
        constitution.audit(tmp_path / name)


def test_a_lone_surrogate_is_a_finding_and_no_end(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"prompt": "a", "chosen": "\\ud800", "rejected": "b"}\n')

    assert constitution.audit(tmp_path / "a.jsonl").found("half-characters")


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        constitution.audit(tmp_path / "none.jsonl")
    with pytest.raises(BadFile, match="no data files"):
        constitution.audit(tmp_path)


def test_rows_come_one_by_one_and_not_all_at_once(tmp_path: Path) -> None:
    """A mistake in the last line is not seen before the rows that stand before it."""
    path = write(tmp_path / "a.jsonl", [good()] * 3)
    path.write_text(path.read_text() + "{")

    rows = each_row(path)

    assert [str(next(rows)[0]) for _ in range(3)] == [f"a.jsonl: row {n}" for n in (1, 2, 3)]
    with pytest.raises(BadFile):
        next(rows)


PEAK = """
import resource, sys, constitution
report = constitution.audit(sys.argv[1])
print(report.rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    peaks = []
    for count in (10_000, 100_000):
        path = tmp_path / f"{count}.jsonl"
        with open(path, "w") as file:
            file.writelines(
                json.dumps(text_pair(f"Q {n}", f"A {n} " * 20, f"B {n} " * 20)) + "\n" for n in range(count)
            )
        done = subprocess.run([sys.executable, "-c", PEAK, str(path)], capture_output=True, text=True, check=True)
        rows, peak = map(int, done.stdout.split())
        assert rows == count
        peaks.append(peak)

    assert peaks[1] - peaks[0] < 16_000, peaks  # kilobytes


# The command


def test_the_command_ends_with_1_where_rows_train_wrongly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path / "a.jsonl", [good(image=None), good(id=1)])

    assert main(["audit", str(path)]) == 1
    said = " ".join(capsys.readouterr().out.split())
    assert "1 error" in said
    assert "image-column" in said
    assert "drop or rename the column" in said


def test_the_command_ends_with_0_where_there_is_only_something_to_look_at(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path / "a.jsonl", [good(label=1)])

    assert main(["audit", str(path), "-v"]) == 0
    said = capsys.readouterr().out
    assert "label-column" in said
    assert "more exclamation marks" in said


def test_the_command_ends_with_2_where_nothing_can_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", str(tmp_path / "none")]) == 2
    assert main(["audit", str(write(tmp_path / "a.jsonl", [good()])), "--max-length", "10"]) == 2
    assert "no such file" in capsys.readouterr().err


def test_the_document_is_the_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path / "a.jsonl", [good(image=None)])

    code = main(["audit", str(path), "--json"])

    document = json.loads(capsys.readouterr().out)
    assert code == document["exit"] == 1
    assert document["schema"] == "constitution/audit/1"
    assert document["data"] == json.loads(json.dumps(constitution.audit(path).as_json()))
    assert document["data"]["findings"][0]["name"] == "image-column"


def test_errors_come_before_warnings_and_many_rows_before_few() -> None:
    rows = [text_pair(f"Q{n}", f"So {n}", f"Hm {n}") for n in range(10)]
    rows[0]["label"] = 1
    rows[1]["rejected"] = rows[1]["chosen"]
    rows[2]["rejected"] = rows[3]["rejected"] = [answer("")]

    found = told(rows).findings

    assert [finding.name for finding in found[:2]] == ["empty-side", "same-sides"]
    assert {finding.severity for finding in found[2:]} == {"warning"}
    assert found[-1].name == "unlabelled"


def test_a_transcript_that_ends_before_the_answer_says_nothing() -> None:
    said = "\n\nHuman: Hi\n\nAssistant:"
    row = {"chosen": f"{said} ", "rejected": f"{said} Hello."}

    assert "empty-side" in {trap.name for trap in traps_in(row)}
    assert "empty-side" not in {trap.name for trap in traps_in({**row, "chosen": f"{said} Hm."})}
