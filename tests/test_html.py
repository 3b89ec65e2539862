"""One row explained as a page: it stands by itself, says who approved, doubted and ruled, and obeys no text in it."""

from __future__ import annotations

import hashlib
import json
import re
import shlex
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from constitution.api import Order, run
from constitution.cli import main
from constitution.cli.page import page_of, read_facts, write_page
from constitution.core.asking import drive
from constitution.core.markup import element, text
from constitution.core.rulings import NONE, Ruling, Rulings
from constitution.core.trail import Trail
from constitution.dataset.contents import ConstitutionFile
from constitution.dataset.folder import write_folder
from constitution.errors import Mistake
from constitution.evidence.behind import evidence_behind
from constitution.shelf import Shelf
from tests.folders import contents, paired, restate, tool_prompt
from tests.scenes import CALM, KIND, TRUE, Cast, asked_about, brief, constitution, finding, prompt, whole

LOUD = "Bread rises BECAUSE OF YEAST! Knead it for ten minutes and wait an hour."
PROMPTS = Path(__file__).parent.parent / "examples" / "prompts.jsonl"
APPROVAL = {"approved_by": "jo", "reason": "the board asked for it", "sha256": "0" * 64}


def ended(asked: str = "Why does bread rise?", rulings: Rulings | None = None, **rules: Any) -> Trail:
    """The trail of a prompt under these rules of answering."""
    given = brief(rulings=rulings or NONE)
    cast = Cast(**{"author": lambda request: LOUD, **rules})
    return drive(whole(given)(Trail.start(prompt(asked, intent="benign"))), cast)


def folder(at: Path, *trails: Trail, approval: Mapping[str, Any] | None = None, version: str = "1.0.0") -> Path:
    """A finished folder of these trails."""
    said = constitution().as_json() | ({"version": version} if version != "draft" else {})
    content = yaml.safe_dump(said, default_style='"', allow_unicode=True).encode()
    exact = {"sha256": hashlib.sha256(content).hexdigest()}
    file = ConstitutionFile(ref=f"small@{version}", name="small", version=version, content=content,
                            approval=None if approval is None else {**approval, **exact})  # fmt: skip
    write_folder(at / "out", contents(*trails, constitution=file))
    return at / "out"


def page(at: Path, *trails: Trail, row: str = "", **facts: Any) -> str:
    """The page on the first of these trails."""
    return page_of(read_facts(folder(at, *trails, **facts), row or trails[0].prompt.id))


class Outline(HTMLParser):
    """Elements in their order, texts, and whether each that begins also ends."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.said: dict[str, list[str]] = {}
        self.feed(source)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)
        self.said.setdefault(tag, []).append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag in set(self.open):
            self.said[tag][-1] += data


def shown(source: str) -> str:
    """All that the page says, on one line."""
    return " ".join(" ".join(Outline(source).said["body"]).split())


def section(source: str, name: str) -> str:
    """What one section says."""
    found = re.search(rf'<section aria-labelledby="{name}">(.*?)</section>', source, re.DOTALL)
    assert found
    return shown(f"<body>{found.group(1)}</body>")


def test_a_page_tells_the_row_from_prompt_to_label(tmp_path: Path) -> None:
    source = page(tmp_path, ended(), approval=APPROVAL)
    parts = Outline(source)

    assert parts.said["h1"] == ["Preference pair 1 of 1, explained"]
    assert parts.said["mark"] == ["BECAUSE OF YEAST!"]
    assert parts.said["del"][1:] == ["BECAUSE OF YEAST!"]
    assert parts.said["ins"][1:] == ["because of yeast."]
    assert "Do not shout." in section(source, "principles")
    assert "It frightens people." in section(source, "principles")
    assert "breaks it (serious)" in section(source, "critique")
    assert "keeps it" in section(source, "recheck")
    assert "revision shown first the revision" in section(source, "judge")
    assert "scripted:critic" in section(source, "steps")
    assert "strategy revision_over_draft" in section(source, "labels")


def test_a_page_says_who_approved_the_wording_and_why(tmp_path: Path) -> None:
    source = page(tmp_path, ended(), approval=APPROVAL)
    told = section(source, "principles")

    assert "released as version 1.0.0 and approved by jo" in told
    assert "the board asked for it" in told
    assert hashlib.sha256((tmp_path / "out/provenance/principles/small@1.0.0.yaml").read_bytes()).hexdigest() in told
    assert "approved" not in section(source, "doubts")


def test_what_a_release_left_open_on_the_principle_is_a_doubt(tmp_path: Path) -> None:
    evidence = {"critic": "openai:big", "cases": 4, "passed": 4, "standing": "insufficient",
                "insufficient": ["no-shouting"], "rehearsal": ["be-kind"]}  # fmt: skip
    source = page(tmp_path, ended(), approval={**APPROVAL, "evidence": evidence})

    assert "4 of 4 passed; over all: insufficient" in section(source, "principles")
    assert "insufficient: when the wording of no-shouting was released" in section(source, "doubts")
    assert "be-kind was released" not in section(source, "doubts")


def test_a_draft_is_approved_by_nobody(tmp_path: Path) -> None:
    source = page(tmp_path, ended(), version="draft")

    assert "a draft, approved by nobody" in section(source, "principles")
    assert "a draft, approved by nobody" in section(source, "doubts")


def test_a_file_that_was_never_released_is_approved_by_nobody(tmp_path: Path) -> None:
    assert "never released, and was approved by nobody" in section(page(tmp_path, ended()), "doubts")


def test_a_row_that_nobody_looked_at_says_so(tmp_path: Path) -> None:
    source = page(tmp_path, ended())

    assert "No person looked at this row." in section(source, "people")
    assert "how often the critic is wrong on no-shouting is not known here (insufficient" in section(
        source, "doubts"
    ).replace("How often", "how often")


def test_a_ruling_is_shown_with_what_the_critic_had_said(tmp_path: Path) -> None:
    before = ended()
    ruling = Ruling.model_validate(
        {"about": "response", "prompt_id": before.prompt.id, "response": before.responses[0].sha256,
         "principle": CALM.id, "meaning": CALM.meaning, "verdict": "complies", "reviewer": "ann",
         "reason": "Capitals are a habit.", "date": "2026-11-21"}
    )  # fmt: skip
    source = page(tmp_path, ended(rulings=Rulings((ruling,))))

    assert "ann, 2026-11-21 no-shouting, the draft keeps it breaks it Capitals are a habit." in section(
        source, "people"
    )
    assert "people ruled on 1 and found 1 wrong" not in section(source, "people")  # the row breaks nothing now
    assert "A person overruled the critic on no-shouting" in section(source, "doubts")
    assert "No person looked" not in source


def test_people_who_ruled_on_other_rows_tell_how_often_the_critic_errs(tmp_path: Path) -> None:
    other = ended("Why is it sour?")
    ruling = Ruling.model_validate(
        {"about": "response", "prompt_id": other.prompt.id, "response": other.responses[0].sha256,
         "principle": CALM.id, "meaning": CALM.meaning, "verdict": "complies", "reviewer": "ann", "date": "2026-11-21"}
    )  # fmt: skip
    source = page(tmp_path, ended(), ended("Why is it sour?", rulings=Rulings((ruling,))))

    assert "under no-shouting in this dataset, people ruled on 1 and found 1 wrong (21% to 100%" in shown(source)
    assert "is not known here" not in source


def test_doubts_name_what_speaks_against_the_row(tmp_path: Path) -> None:
    def unsure(request: Any) -> str:
        shouted = finding("no-shouting", "violates", "YEAST!") if "YEAST!" in asked_about(request) else finding(CALM.id)
        kind = finding(KIND.id, "complies" if "YEAST!" in asked_about(request) else "cannot_tell")
        return Cast.critique(request, shouted, finding(TRUE.id), kind)

    trail = ended(critic=unsure, judge=lambda request: Cast.prefer(request, "revision", "draft"))
    assert trail.fate == "undecided"
    told = section(page(tmp_path, trail.but(self_judged=True)), "doubts")

    for said in (
        "One and the same model wrote an answer and judged it.",
        "could not tell whether the revision keeps be-kind",
        "the draft helps more, in 2 of 2 orders",
        "The licence of the prompt is not known.",
        "this page is not signed",
    ):
        assert said in told


def test_a_warning_of_a_check_is_a_doubt(tmp_path: Path) -> None:
    assert "The check length_ratio warns: one is longer." in section(page(tmp_path, paired()), "doubts")


@pytest.mark.parametrize("name", ["trails.parquet", "provenance/recipe.lock.json"])
def test_a_folder_that_was_changed_after_it_was_written_is_a_doubt(name: str, tmp_path: Path) -> None:
    out = folder(tmp_path, ended())

    def other_hash(statement: dict[str, Any]) -> None:
        (subject,) = (each for each in statement["subject"] if each["name"] == name)
        subject["digest"]["sha256"] = "f" * 64

    restate(out, other_hash)
    source = page_of(read_facts(out, "1"))

    assert f"{name} is not as it was when the dataset was written" in section(source, "doubts")
    assert "NOT as it was written" in section(source, "check")


def test_a_pair_whose_texts_were_changed_is_a_doubt(tmp_path: Path) -> None:
    trail = ended()
    assert trail.pair is not None
    changed = trail.but(pair=trail.pair.but(chosen=trail.pair.chosen.but(text="Buy bread.")))

    assert "id of the pair does not belong to its texts" in section(page(tmp_path, changed), "doubts")


def test_words_that_are_not_the_ones_that_were_told_are_not_shown(tmp_path: Path) -> None:
    trail = paired()  # its meanings are none of this constitution's
    told = section(page(tmp_path, trail), "principles")

    assert "not in this folder" in told
    assert "Do not shout." not in told


def test_only_rows_of_the_simulator_carry_the_watermark(tmp_path: Path) -> None:
    real, played = (page(tmp_path / name, paired(origin=name)) for name in ("model", "simulator"))

    assert '<body class="rehearsal">' in played
    assert "Rehearsal. The simulator" in shown(played)
    assert "<body>" in real
    assert "Rehearsal" not in real


def test_a_prompt_without_a_pair_has_a_page_too(tmp_path: Path) -> None:
    clean = ended("How long do I knead?", author=lambda request: "Ten minutes.")
    source = page(tmp_path, clean)

    assert "A prompt that made no pair" in source
    assert "no principle is broken by the answer that was held to them" in shown(source)
    assert "Nothing was revised." in source


def test_a_prompt_to_which_nothing_was_said_has_a_page_too(tmp_path: Path) -> None:
    source = page(tmp_path, Trail.start(prompt()).ends("fault:overloaded", "the server gave up"))

    assert "No answer came: the server gave up." in shown(source)
    assert "It made no pair: something failed" in shown(source)


def test_tools_and_other_speakers_are_shown(tmp_path: Path) -> None:
    told = section(page(tmp_path, paired(tool_prompt())), "conversation")

    assert "user (ann) Rain in Oslo?" in told
    assert "(calls {" in told
    assert "weather" in told


EVIL = (
    "</style><script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "<!--", "]]>", "</title>", "&lt;&#60;",
    "\u202eevil\u2066", "\x1b[31m\x07\x00", "\u200b\ufeff\u2028", "\ud800", "\ufffe\U0001ffff\ufdd0", "a\r\nb\rc",
)  # fmt: skip


@pytest.mark.parametrize("evil", EVIL)
def test_foreign_text_is_shown_and_never_obeyed(evil: str) -> None:
    source = element("p", evil, title=evil)
    root = ET.fromstring(source)
    told = "".join(root.itertext())

    assert not [each.tag for each in root.iter() if each.tag not in ("p", "span")]
    assert not re.search(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028\u202a-\u202e\u2066-\u2069\ufeff\ud800\ufffe]", source
    )
    plain = re.sub("[^ -~]", "", evil)
    assert plain in re.sub(r"U\+[0-9A-F]+", "", told) or "\n" in evil


@given(st.text())
def test_any_text_comes_back_out_of_its_element(foreign: str) -> None:
    root = ET.fromstring(f"<p>{text(foreign)}</p>")
    told = "".join(
        chr(int("".join(each.itertext())[2:], 16)) + (each.tail or "") for each in root if each.tag == "span"
    )

    assert (root.text or "") + told == foreign.replace("\r\n", "\n")


def test_a_row_full_of_markup_is_one_whole_page_without_a_script(tmp_path: Path) -> None:
    evil = " ".join(each for each in EVIL if "\ud800" not in each)
    mended = f"Because of yeast. {evil}"
    trail = ended(f"Why? {evil}", author=lambda request: f"{LOUD} {evil}", reviser=lambda request: mended,
                  judge=lambda request: Cast.prefer(request, "revision", "tie", mended))  # fmt: skip
    source = page(tmp_path, trail)
    ET.fromstring(source.removeprefix("<!doctype html>\n"))
    parts = Outline(source)

    assert {"script", "img", "link", "iframe", "object"}.isdisjoint(tag for tag, _ in parts.tags)
    assert not [name for _, attributes in parts.tags for name in attributes if name.startswith("on")]
    assert "<script>alert(1)</script>" in shown(source)
    assert "U+202E" in shown(source)


def test_a_page_loads_nothing_and_is_built_for_people(tmp_path: Path) -> None:
    source = page(tmp_path, ended())
    parts = Outline(source)
    names = [name for _, attributes in parts.tags if (name := attributes.get("id"))]

    assert source.startswith('<!doctype html>\n<html lang="en">')
    assert "default-src 'none'; style-src 'unsafe-inline'" in str(parts.tags)
    assert not [value for _, attributes in parts.tags for key, value in attributes.items() if key in ("src", "srcset")]
    assert all(str(attributes["href"]).removeprefix("#") in names for tag, attributes in parts.tags if tag == "a")
    assert [tag for tag, _ in parts.tags if re.fullmatch("h[1-6]", tag)][:2] == ["h1", "h2"]
    assert len(parts.said["h1"]) == 1
    assert len(set(names)) == len(names)
    assert "prefers-color-scheme: dark" in source
    assert "@media print" in source
    assert "@import" not in source
    assert "url(" not in source
    assert len(source.encode()) < 100_000


def test_the_same_folder_gives_the_same_bytes_wherever_it_lies(tmp_path: Path) -> None:
    first, second = (page(tmp_path / name, ended(), ended("Why?")) for name in ("one", "two"))

    assert first == second


Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Say:
    """Gives commands beside a folder of one pair."""
    monkeypatch.chdir(tmp_path)
    folder(tmp_path, ended())

    def given(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        told = capsys.readouterr()
        return code, told.out, told.err

    return given


def test_show_writes_the_page_and_says_where(say: Say) -> None:
    code, out, err = say("show", "out", "1", "--html", "row.html")
    written = Path("row.html").read_bytes()

    assert (code, err) == (0, "")
    assert out.startswith("row.html: ")
    assert written.decode() == page_of(read_facts(Path("out"), "1"))
    data = json.loads(say("show", "out", "1", "--html", "row.html", "--json")[1])["data"]
    assert data["sha256"] == hashlib.sha256(written).hexdigest()
    assert [path.name for path in Path().glob("*row.html*")] == ["row.html"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("out", "--html", "row.html"), "constitution show out 1 --html row.html"),
        (("out", "1", "--html", "out"), "folder"),
        (("out", "1", "--html", "out/row.html"), "the next run replaces out/"),
        (("out", "1", "--html", "out/data/row.html"), "the next run replaces out/"),
        (("out", "1", "--html", "notes.txt"), "is no page"),
        (("out", "1", "--html", "nowhere/row.html"), "choose another place"),
        (("out", "99", "--html", "row.html"), "there is 1 row"),
        (("nowhere", "1", "--html", "row.html"), "no finished dataset"),
    ],
)
def test_a_page_that_cannot_be_written_is_one_sentence(say: Say, arguments: tuple[str, ...], said: str) -> None:
    Path("notes.txt").write_text("mine")
    code, out, err = say("show", *arguments)

    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1
    assert Path("notes.txt").read_text() == "mine"
    assert not list(Path().rglob("*row.html*"))


def test_a_page_takes_the_place_of_an_older_one(tmp_path: Path) -> None:
    file = tmp_path / "row.html"
    write_page(file, "<!doctype html>\nold")
    write_page(file, "<!doctype html>\nnew")

    assert file.read_text() == "<!doctype html>\nnew"
    (tmp_path / "folder").mkdir()
    with pytest.raises(Mistake):
        write_page(tmp_path / "folder", "<!doctype html>")


def test_a_run_hands_on_who_approved_and_the_command_on_the_page_makes_the_same_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Shelf(tmp_path).copy_out(tmp_path)
    (tmp_path / "constitution.toml").write_text("")
    done = run(Order(prompts=PROMPTS, root=tmp_path, out="out", limit=12))
    row = done.pairs[0].pair.pair_id if done.pairs else done.trails[0].prompt.id
    facts = read_facts(Path("out"), row)
    found = re.search(r"(constitution run [^<]+)</pre>", page_of(facts))

    assert facts.approval is not None
    assert facts.approval["approved_by"] == "maintainers"
    assert found is not None
    rows = PROMPTS.read_text().splitlines()[:12]
    (tmp_path / "few.jsonl").write_text("\n".join(rows) + "\n")
    command = found.group(1).replace("PROMPTS", "few.jsonl")
    assert main(tuple(shlex.split(command)[1:])) == 0
    assert "asked 0" in capsys.readouterr().out
    for name in ("trails.parquet", "data/train-00000-of-00001.parquet"):
        assert (tmp_path / "again" / name).read_bytes() == (tmp_path / "out" / name).read_bytes()
    draft = run(Order(prompts=PROMPTS, root=tmp_path, out="draft", limit=1, principles="harmlessness@draft"))
    assert read_facts(Path("draft"), draft.trails[0].prompt.id).approval is None


def test_the_page_says_that_the_commands_of_a_recipe_have_to_be_allowed(tmp_path: Path) -> None:
    facts = read_facts(folder(tmp_path, ended()), "1")
    with_one = replace(facts, lock={**facts.lock, "stages": [{"draft": {}}, {"execute": {"command": "x"}}]})

    assert "--allow-commands" in page_of(with_one)
    assert "--allow-commands" not in page_of(facts)


def test_what_nothing_asked_for_is_among_the_doubts(tmp_path: Path) -> None:
    trail = paired(revision="Because of yeast, says Ann Roe in 1857.")
    assert trail.pair is not None
    behind = evidence_behind(trail, rejected=0, chosen=1)
    source = page(tmp_path, trail.but(pair=trail.pair.but(evidence=behind)))

    assert "no violation explains" in source
    assert "has names or numbers that neither the prompt nor the answer before it has: Ann Roe and 1857." in source


def test_words_of_several_answers_are_not_put_under_the_name_of_one(tmp_path: Path) -> None:
    trail = ended()
    later = trail.critiques[0].but(principle=trail.critiques[0].principle.but(id="of-a-later-round"), response=1)
    source = page(tmp_path, trail.plus(critiques=(later,)))

    assert "What the critic said of the draft" not in source
    assert "The draft and the revision were held to the principles of" in source
