"""The trainer's eye sees the tokens that TRL's own trainer makes of the same rows, and cuts them as it does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import constitution
from constitution.auditing.shapes import TRAPS
from constitution.auditing.tokenizing import Unfit, load_tokenizer
from constitution.cli import main
from constitution.errors import Mistake, NotFound, Occupied
from tests.test_audit import CASES
from tests.tiny import library, save_tiny_model

pytestmark = [
    pytest.mark.train,
    pytest.mark.timeout(600),
    # What these libraries warn each other of is not ours to mend.
    pytest.mark.filterwarnings("ignore"),
]

Rows = list[dict[str, Any]]
WORDS = ["bread", "rises", "because of yeast", "slowly", "I think", "in the oven"]
CLEAN = (
    "{% for m in messages %}<|turn|>{{ m['role'] }}\n{{ m['content'] }}<|end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|turn|>assistant\n{% endif %}"
)
"""A template that renders a prompt the same way alone and before an answer."""
THINKING = CLEAN.replace("assistant\n{% endif %}", "assistant\n(thinks){% endif %}")
"""One that does not: Gemma's, for one, ends a prompt that stands alone with an empty thought."""


def say(role: str, content: str) -> dict[str, str]:
    """A message."""
    return {"role": role, "content": content}


def explicit(count: int = 12) -> Rows:
    """Rows as TRL wants them, each longer than the one before; the answers part sooner or later."""
    return [
        {
            "prompt": [say("system", "Be brief."), say("user", " ".join(WORDS * (1 + n // 3)))],
            "chosen": [say("assistant", " ".join([*WORDS[: n % 5], "yes"]))],
            "rejected": [say("assistant", " ".join([*WORDS[: n % 5], "no", *WORDS[:n]]))],
        }
        for n in range(count)
    ]


def implicit() -> Rows:
    """The same with whole conversations."""
    return [{side: row["prompt"] + row[side] for side in ("chosen", "rejected")} for row in explicit()]


def text() -> Rows:
    """The same as plain text, with a prompt."""
    made = []
    for row in explicit():
        told = {name: value[-1]["content"] for name, value in row.items()}
        made.append({"prompt": told["prompt"] + "\n", "chosen": told["chosen"], "rejected": told["rejected"]})
    return made


def implicit_text() -> Rows:
    """Plain text whose prompt is in both sides."""
    return [{side: row["prompt"] + row[side] for side in ("chosen", "rejected")} for row in text()]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model with its tokenizer; its template ends in a space that merges with what follows."""
    folder = tmp_path_factory.mktemp("tiny") / "model"
    save_tiny_model(folder, [" ".join(WORDS)] * 3)
    return folder


def trainer(model: Path, rows: Rows, out: Path, *, max_length: int = 1024, template: str | None = None) -> Any:
    """TRL's own trainer over these rows."""
    trl, datasets, transformers = library("trl"), library("datasets"), library("transformers")
    tokenizer = transformers.AutoTokenizer.from_pretrained(model)
    tokenizer.chat_template = template or tokenizer.chat_template
    settings = trl.DPOConfig(
        output_dir=str(out), max_length=max_length, report_to="none", use_cpu=True, bf16=False,
        gradient_checkpointing=False,
    )  # fmt: skip
    return trl.DPOTrainer(
        str(model), args=settings, train_dataset=datasets.Dataset.from_list(rows), processing_class=tokenizer
    )


@pytest.mark.parametrize("shape", [explicit, implicit, text, implicit_text])
@pytest.mark.parametrize("template", [None, CLEAN, THINKING], ids=["own", "clean", "thinking"])
def test_the_tokens_are_those_of_trl(model: Path, tmp_path: Path, shape: Any, template: str | None) -> None:
    rows = shape()
    theirs = trainer(model, rows, tmp_path, template=template).train_dataset
    file = None
    if template is not None:
        file = tmp_path / "template.jinja"
        file.write_text(template)
    eye = load_tokenizer(str(model), file)

    ours = [eye.tokens_of(row) for row in rows]

    assert len(theirs) == len(rows)
    for mine, other in zip(ours, theirs, strict=True):
        assert [*mine.prompt] == other["prompt_ids"]
        assert [*mine.chosen] == other["chosen_ids"]
        assert [*mine.rejected] == other["rejected_ids"]
    if shape is explicit:
        assert all((tokens.lost > 0) is (template is THINKING) for tokens in ours)


def test_rows_are_dropped_and_cut_where_trl_drops_and_cuts_them(model: Path, tmp_path: Path) -> None:
    rows, most = explicit(), 60
    theirs = trainer(model, rows, tmp_path, max_length=most)
    kept = []
    for example in theirs.train_dataset:
        batch = theirs.data_collator([example])
        kept.append(
            [ids[mask == 1].tolist() for ids, mask in zip(batch["input_ids"], batch["completion_mask"], strict=True)]
        )
    eye = load_tokenizer(str(model))

    ours = [tokens for row in rows if len((tokens := eye.tokens_of(row)).prompt) < most]

    assert 0 < len(kept) < len(rows)
    assert [[[*side] for side in tokens.cut(most)] for tokens in ours] == kept
    assert any(len(side) < len(tokens.rejected) for tokens in ours for side in tokens.cut(most)[1:])


RAISES = {
    "image-column", "tools-unreadable", "chat-template-kwargs-null", "reference-logps-unreadable", "no-pair",
    "prompt-text-beside-messages", "prompt-messages-beside-text", "sides-of-two-kinds", "half-characters",
}  # fmt: skip
"""Traps that end a trainer of preferences; the other errors train, and train wrongly."""


@pytest.mark.parametrize("name", sorted(CASES.keys() - {"messages-or-text-by-luck"}))
def test_trl_raises_at_the_traps_that_are_said_to_raise_and_takes_all_others(
    model: Path, tmp_path: Path, name: str
) -> None:
    caught, free = CASES[name]

    def begin(row: dict[str, Any]) -> None:
        theirs = trainer(model, [row, row], tmp_path)
        theirs.data_collator([theirs.train_dataset[0]])

    if name in RAISES:
        assert TRAPS[name].severity == "error"
        with pytest.raises((TypeError, ValueError, KeyError, AttributeError, RuntimeError)):
            begin(caught)
    else:
        begin(caught)
    begin(free)


def test_a_prompt_that_is_repeated_is_learned_as_if_it_were_the_answer(model: Path, tmp_path: Path) -> None:
    caught, free = CASES["prompt-repeated"]
    eye = load_tokenizer(str(model))
    theirs = trainer(model, [caught], tmp_path).train_dataset[0]

    wrong, right = eye.tokens_of(caught), eye.tokens_of(free)

    assert [*wrong.chosen] == theirs["chosen_ids"]
    assert wrong.lost > 0
    assert len(wrong.prompt) < len(right.prompt)
    assert len(wrong.chosen) > 2 * len(right.chosen)


def write(file: Path, rows: Rows) -> Path:
    """A file of these rows."""
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return file


def test_a_row_tells_what_becomes_of_it(model: Path, tmp_path: Path) -> None:
    eye = load_tokenizer(str(model))
    ask = [say("user", "Why does bread rise?")]
    rows: Rows = [
        {"prompt": ask, "chosen": [say("assistant", "bread rises slowly yes")],
         "rejected": [say("assistant", "bread rises slowly no")]},
        {"prompt": ask, "chosen": [say("assistant", "same " * 20 + "a")],
         "rejected": [say("assistant", "same " * 20 + "b")]},
        {"prompt": [say("user", "long " * 60)], "chosen": [say("assistant", "a")], "rejected": [say("assistant", "b")]},
    ]  # fmt: skip
    whole = eye.tokens_of(rows[0])
    most = len(whole.prompt) + max(len(whole.chosen), len(whole.rejected))

    report = constitution.audit(
        write(tmp_path / "a.jsonl", rows), tokenizer=model, max_length=most, rows=tmp_path / "r.jsonl"
    )

    lines = [json.loads(line) for line in (tmp_path / "r.jsonl").read_text().splitlines()]
    assert [line["fate"] for line in lines] == ["whole", "gone", "dropped"]
    first = lines[0]
    assert (first["prompt"], first["chosen"], first["rejected"]) == (*map(len, whole[:3]),)
    # Counted by hand: how far both completions are alike.
    alike = 0
    while whole.chosen[alike] == whole.rejected[alike]:
        alike += 1
    assert first["first_divergence"] == alike > 0
    assert (gone := report.found("does-not-survive")) is not None
    assert (gone.severity, gone.rows, gone.examples) == ("error", 1, ("a.jsonl: row 2",))
    assert (dropped := report.found("prompt-too-long")) is not None
    assert dropped.examples == ("a.jsonl: row 3",)
    assert not report.ok
    assert report.figures["tokens"]["rows"]["gone"] == 1


def test_rows_that_fit_have_no_finding_of_the_eye_but_for_the_template(model: Path, tmp_path: Path) -> None:
    template = tmp_path / "clean.jinja"
    template.write_text(CLEAN)

    report = constitution.audit(write(tmp_path / "a.jsonl", explicit()), tokenizer=model, chat_template=template)

    tokens = report.figures["tokens"]
    assert not {"does-not-survive", "prompt-too-long", "side-cut", "prompt-not-a-prefix"} & {
        finding.name for finding in report.findings
    }
    assert tokens["needed"]["max"] < 1024
    assert tokens["max_length"] == 1024


def test_sides_that_differ_in_one_token_are_told(model: Path, tmp_path: Path) -> None:
    ask = [say("user", "Why?")]
    rows = [{"prompt": ask, "chosen": [say("assistant", "bread!")], "rejected": [say("assistant", "bread?")]}]

    report = constitution.audit(write(tmp_path / "a.jsonl", rows), tokenizer=model)

    assert report.figures["tokens"]["rows"]["one"] == 1
    assert report.figures["tokens"]["rows"]["last"] == 0
    assert (
        report.figures["tokens"]["first_divergence"]["max"]
        == len(load_tokenizer(str(model)).tokens_of(rows[0]).chosen) - 2
    )


def test_rows_that_no_template_takes_are_an_error_and_not_an_end(model: Path, tmp_path: Path) -> None:
    bad = {"prompt": "Why?", "chosen": [say("assistant", "a")], "rejected": [say("assistant", "b")]}

    report = constitution.audit(write(tmp_path / "a.jsonl", [*explicit(3), bad]), tokenizer=model)

    assert (found := report.found("does-not-tokenize")) is not None
    assert found.rows == 1
    assert "TypeError" in found.seen
    with pytest.raises(Unfit, match="TypeError"):
        load_tokenizer(str(model)).tokens_of(bad)


def test_a_tokenizer_without_a_chat_template_is_told_with_the_way_out(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tokenizer = library("transformers").AutoTokenizer.from_pretrained(model)
    tokenizer.chat_template = None
    tokenizer.save_pretrained(tmp_path / "base")
    path = write(tmp_path / "a.jsonl", explicit(3))

    report = constitution.audit(path, tokenizer=tmp_path / "base")

    assert (found := report.found("does-not-tokenize")) is not None
    assert "has no chat template" in found.seen
    assert "--chat-template" in found.seen
    plain = constitution.audit(write(tmp_path / "t.jsonl", text()), tokenizer=tmp_path / "base")
    assert plain.found("does-not-tokenize") is None
    assert main(["audit", str(path), "--tokenizer", str(tmp_path / "base")]) == 1
    assert "has no chat template" in capsys.readouterr().out


def test_where_every_prompt_is_too_long_nothing_is_left_to_train_on(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path / "a.jsonl", explicit(3))

    assert main(["audit", str(path), "--tokenizer", str(model), "--max-length", "1"]) == 1
    assert "error   prompt-too-long" in capsys.readouterr().out


def test_a_file_of_rows_is_never_written_over(model: Path, tmp_path: Path) -> None:
    taken = tmp_path / "r.jsonl"
    taken.write_text("mine")

    with pytest.raises(Occupied):
        constitution.audit(write(tmp_path / "a.jsonl", explicit(1)), tokenizer=model, rows=taken)

    assert taken.read_text() == "mine"


def test_a_tokenizer_that_is_not_here_is_said_and_not_fetched(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", explicit(1))

    with pytest.raises(NotFound, match="no tokenizer"):
        constitution.audit(path, tokenizer=tmp_path / "nothing")
    with pytest.raises(NotFound, match="no tokenizer"):
        constitution.audit(path, tokenizer="nobody/has-this-model")
    with pytest.raises(Mistake, match="without a tokenizer"):
        constitution.audit(path, max_length=10)


def test_the_json_document_carries_the_tokens_of_each_row_where_they_are_asked_for(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path / "a.jsonl", explicit(3))

    code = main(["audit", str(path), "--tokenizer", str(model), "--json", "-v"])

    told = json.loads(capsys.readouterr().out)
    assert code == told["exit"] == 0
    assert [line["row"] for line in told["data"]["token_rows"]] == [f"a.jsonl: row {n}" for n in (1, 2, 3)]
