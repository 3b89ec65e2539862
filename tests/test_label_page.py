"""The label page: what it says is what the rows say, a parser can read it, and no text in it can do anything."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constitution.dataset.folder import load_manifest, load_pairs, write_folder
from constitution.dataset.label import LABEL_PAGE, LIMIT, label_page
from constitution.dataset.label.folding import short
from constitution.dataset.saying import share
from constitution.dataset.statement import Manifest
from constitution.labels.spec import RESTRICTIONS
from tests.folders import ask, contents, paired, unpaired

VOID = {"meta"}
BLOCKS = {"p", "div", "ul", "dl", "table", "pre", "section", "h1", "h2", "header", "footer", "main", "nav"}
PARENTS = {
    "li": {"ul"}, "dt": {"dl"}, "dd": {"dl"}, "caption": {"table"}, "thead": {"table"}, "tbody": {"table"},
    "tr": {"thead", "tbody"}, "th": {"tr"}, "td": {"tr"}, "section": {"main"}, "main": {"body"}, "header": {"body"},
    "nav": {"body"}, "footer": {"body"}, "head": {"html"}, "body": {"html"}, "title": {"head"}, "style": {"head"},
    "meta": {"head"},
}  # fmt: skip
"""What HTML5 asks of the place of an element."""
ALLOWED = {*PARENTS, *BLOCKS, "html", "span", "strong", "code", "a"}
EVIL = (
    "</style></title><script>alert(1)</script><img src=x onerror=alert(2)>\"' javascript:x "
    "\u202etxt.exe\u2066 \x00\u200b"
)


class Page(HTMLParser):
    """A page that was read strictly: each element ends where it must, and stands where HTML5 lets it stand."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.rows: list[list[str]] = []
        self.said = ""
        assert source.startswith('<!doctype html>\n<html lang="en">')
        self.feed(source)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED, tag
        assert len(dict(attrs)) == len(attrs)
        if tag in PARENTS:
            assert self.open[-1] in PARENTS[tag], (tag, self.open)
        if tag in BLOCKS:
            assert not {"p", "span", "code", "a", "pre", "h1", "h2"} & set(self.open), (tag, self.open)
        self.tags.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append([])
        if tag in ("th", "td"):
            self.rows[-1].append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in VOID, tag
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "body" in self.open:
            self.said += data
        if {"th", "td"} & set(self.open):
            self.rows[-1][-1] += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of each of these elements."""
        return [attributes for name, attributes in self.tags if name == tag]


def page(at: Path, *trails: Any, **facts: Any) -> str:
    """The label of a folder of these trails."""
    write_folder(at / "out", contents(*trails, **facts))
    return (at / "out" / LABEL_PAGE).read_text()


def told(at: Path, **changes: Any) -> Manifest:
    """The manifest of a small folder with these figures instead."""
    write_folder(at / "out", contents())
    return Manifest.model_validate({**load_manifest(at / "out").model_dump(by_alias=True), **changes})


def large(manifest: Manifest, name: str, number: int) -> Manifest:
    """The manifest of a mixture with so many of everything, each with a name like this."""
    names = [f"{place} {name}" for place in range(number)]
    tally = {each: place + 1 for place, each in enumerate(names)}
    return Manifest.model_validate({
        **manifest.model_dump(by_alias=True),
        "dataset": {"name": name, "version": name, "license": name, "supersedes": name,
                    "restrictions": list(RESTRICTIONS)},
        "engine": name,
        "rows": {**manifest.rows.model_dump(), "splits": {each: {"count": 1, "root": "0" * 64} for each in names}},
        "synthetic": {**manifest.synthetic.model_dump(), "models": [
            {"model": each, "provider": name, "terms": each, "chosen": 3} for each in names]},
        "terms": [{"id": f"t-{place}", "models": ["*"], "url": f"https://x.org/{'a' * 99}",
                   "restrictions": list(RESTRICTIONS), "retrieved": name} for place in range(number)],
        "principles": [{"ref": each, "name": name, "version": name, "sha256": name, "file": name, "content": "",
                        "ids_used": {} if place else tally, "approval": {"approved_by": name}}
                       for place, each in enumerate(names)],
        "ledger": [{"gate": each, "order": place, "in": 9, "out": 1, "dropped": 8, "reasons": {} if place else tally}
                   for place, each in enumerate(names)],
        "materials": [{"name": each, "root": name, "rows": 4} for each in names],
        "mix": {"sources": [{"name": each, "rows_in": 3, "rows_used": 2, "verified": "ASSUMED",
                             "assumed": {name: name}} for each in names], "caps": tally},
        "counts": {**manifest.counts.model_dump(), "licenses": tally, "sources": tally, "restrictions": tally},
    })  # fmt: skip


def test_the_page_says_what_can_be_counted_in_the_rows(tmp_path: Path) -> None:
    trails = [
        paired(ask("Why?", origin="human", license="MIT", source="a"), origin="model"),
        paired(ask("How?", origin="model", license="CC-BY-NC-4.0", source="b"), origin="model"),
        paired(ask("When?", origin="model", license="MIT", source="a"), origin="model"),
        unpaired(),
    ]
    parts = Page(page(tmp_path, *trails))
    rows = load_pairs(tmp_path / "out")
    synthetic = Counter(row.synthetic for row in rows)
    messages: Counter[tuple[str, str]] = Counter()
    chars: Counter[tuple[str, str]] = Counter()
    for row in rows:
        for kind in ("prompt", "chosen", "rejected"):
            origin = getattr(row, f"{kind}_origin")
            messages[kind, origin] += 1
            chars[kind, origin] += len(getattr(row, kind)[0].content)

    assert f"{round(100 * synthetic['full'] / 3)}% of rows fully synthetic, 33% partly; 0% unknown" in parts.said
    assert ["full", "2", "67%", "machines wrote prompt and both answers"] in parts.rows
    assert ["prompt", "a model", "2", "67%", str(chars["prompt", "model"]), "69%"] in parts.rows
    assert ["prompt", "a person", "1", "33%", str(chars["prompt", "human"]), "31%"] in parts.rows
    assert ["chosen", "a model", "3", "100%", str(chars["chosen", "model"]), "100%"] in parts.rows
    assert messages["prompt", "model"] == 2
    assert ["small-revise-2", "openai", "3", "3", "0", "0", "0", "openai-services"] in parts.rows
    assert ["MIT", "2"] in parts.rows
    assert ["b", "1"] in parts.rows
    assert ["no-shouting", "3"] in parts.rows
    assert ["non-commercial", RESTRICTIONS["non-commercial"], "1"] in parts.rows
    assert ["prompts", "4", "3", "1", "1 no_violation: no principle is broken by the answer that was held to them"] in [
        [" ".join(cell.split()) for cell in row] for row in parts.rows
    ]
    assert f"--expect-root {load_manifest(tmp_path / 'out').rows.root}" in parts.said
    assert "67% of rows fully synthetic" in (parts.all("div")[0]["aria-label"] or "")
    strip = [each for each in parts.all("span") if "style" in each]
    assert strip == [{"class": "full", "style": "width:66.667%"}, {"class": "partial", "style": "width:33.333%"}]


def test_the_page_is_html5_that_runs_and_fetches_nothing(tmp_path: Path) -> None:
    source = page(tmp_path)
    parts = Page(source)
    ids = [attributes["id"] for _, attributes in parts.tags if "id" in attributes]
    policy = [each["content"] for each in parts.all("meta") if each.get("http-equiv") == "Content-Security-Policy"]

    assert policy == ["default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"]
    assert parts.all("meta")[0] == {"charset": "utf-8"}
    assert not [name for _, attributes in parts.tags for name in attributes if name.startswith("on") or name == "src"]
    assert not re.search(r"@import|url\(|<script|<link|<img|<iframe", source)
    assert len(ids) == len(set(ids)) == 9
    links = [each["href"] or "" for each in parts.all("a")]
    assert [link[1:] for link in links if link.startswith("#")] == ids
    assert all(link.startswith("https://") for link in links if not link.startswith("#"))
    assert [tag for tag, _ in parts.tags if tag in ("h1", "h2")] == ["h1", *["h2"] * 9]
    assert len(parts.all("caption")) == len(parts.all("table"))
    assert {each["scope"] for each in parts.all("th")} == {"col", "row"}
    assert "@media print" in source
    assert "prefers-color-scheme: dark" in source
    assert len(source.encode()) < 16_000


def test_the_same_manifest_gives_the_same_page(tmp_path: Path) -> None:
    source = page(tmp_path)

    assert label_page(load_manifest(tmp_path / "out")) == source


def test_the_page_never_says_that_it_was_signed_or_checked(tmp_path: Path) -> None:
    said = " ".join(Page(page(tmp_path)).said.split())

    assert "it can say anything, and vouches for nothing" in said
    assert "INTACT" in said.split("How to check it")[-1]
    for claim in ("is signed", "was signed", "is verified", "was verified", "is INTACT"):
        assert claim not in said
    assert "what the terms of providers ask is what they are commonly held to say" in said.lower()


@pytest.mark.parametrize("name", ["plain", EVIL, "x" * 10_000, "\u202e" * 1_000, "é<&>" * 500, "\U0001f600" * 500])
@pytest.mark.parametrize("number", [3, 300])
def test_whatever_the_manifest_says_the_page_stays_small_and_harmless(tmp_path: Path, name: str, number: int) -> None:
    source = label_page(large(told(tmp_path), name, number))
    parts = Page(source)

    assert len(source.encode()) < LIMIT
    assert "\u202e" not in source
    assert ("and 2" in parts.said) == (number == 300)
    assert not [link for link in parts.all("a") if not (link["href"] or "").startswith(("#", "https://x.org/"))]
    assert source.count("</style>") == 1
    assert source.count("</title>") == 1


def test_long_lists_are_folded_after_twenty(tmp_path: Path) -> None:
    base = told(tmp_path)
    models = [{"model": f"m-{place:03d}", "provider": "p", "terms": "", "chosen": 500 - place} for place in range(300)]
    said = Page(label_page(base.but(synthetic=base.synthetic.model_validate(
        {**base.synthetic.model_dump(), "models": models})))).said  # fmt: skip

    assert "m-019" in said
    assert "m-020" not in said
    assert "and 280 more models; all of them stand in provenance/manifest.dsse.json" in said


@given(st.text(max_size=300), st.integers(5, 200))
def test_a_shortened_text_takes_no_more_room_than_it_may(foreign: str, room: int) -> None:
    made = short(foreign, room)

    assert len(made.encode()) <= room + len("…".encode())
    assert not re.search(r"<(?!span class=\"unseen\">|/span>)", made)


@pytest.mark.parametrize("number", [0, 1, 4, 5, 994, 996, 999, 1000])
def test_a_share_that_is_not_nothing_or_all_is_never_called_so(number: int) -> None:
    said = share(number, 1000)

    assert (said == "0%") == (number == 0)
    assert (said == "100%") == (number == 1000)


def test_a_rehearsal_and_judges_that_do_not_read_come_before_every_figure(tmp_path: Path) -> None:
    base = told(tmp_path)
    counts = base.counts.but(rehearsal=True, canaries={"asked": 24, "lost": 20})
    parts = Page(label_page(base.but(counts=counts)))

    assert parts.said.index("Rehearsal.") < parts.said.index("of rows fully synthetic")
    assert parts.said.index("does not read") < parts.said.index("of rows fully synthetic")
    assert sum(each.get("class") == "warning" for each in parts.all("p")) == 2


def test_a_mixture_says_what_was_asked_what_it_came_to_and_who_declared_the_labels(tmp_path: Path) -> None:
    mix = {"sources": [
        {"name": "ours", "rows_in": 9, "rows_used": 7, "verified": "INTACT", "root": "a" * 64},
        {"name": "theirs.jsonl", "rows_in": 5, "rows_used": 3, "verified": "ASSUMED",
         "assumed": {"origin": "human", "license": "CC-BY-4.0"}},
    ], "requested": {"ours": 0.6, "theirs.jsonl": 0.4}, "realised": {"ours": 0.7, "theirs.jsonl": 0.3},
        "contradictions": 2, "duplicates": 1, "caps": {"max_synthetic": 0.8}}  # fmt: skip
    parts = Page(label_page(told(tmp_path, mix=mix, recipe=None, materials=[{"name": "ours", "rows": 9}])))

    assert ["ours", "9", "7", "60.0%", "70.0%", "verified: INTACT"] in parts.rows
    assert ["theirs.jsonl", "5", "3", "40.0%", "30.0%",
            "declared by the mixer: license=CC-BY-4.0, origin=human"] in parts.rows  # fmt: skip
    assert "labels of 3 of 1 rows were declared by the mixer" in parts.said
    assert "another B to A): 2" in parts.said
    assert "max_synthetic=0.8" in parts.said
    assert ["ours", "9", "not known"] in parts.rows
    assert "1 of 2 sources were mixed in without a check that found them whole" in parts.said


def test_terms_and_licences_that_nobody_said_are_called_unknown(tmp_path: Path) -> None:
    base = told(tmp_path)
    models = [{"model": "odd", "provider": "who", "terms": "unknown", "chosen": 1},
              {"model": "simulator", "provider": "simulator", "terms": "", "judge": 1}]  # fmt: skip
    parts = Page(label_page(base.but(
        terms=(), synthetic=base.synthetic.model_validate({**base.synthetic.model_dump(), "models": models}),
        counts=base.counts.but(licenses={"unknown": 1}),
    )))  # fmt: skip

    assert ["unknown", "for 1 of 2 models nobody said which terms hold", ""] in parts.rows
    assert "That is no permission to use them." in parts.said
    assert any(row[0] == "simulator" and row[-1] == "no trained model" for row in parts.rows)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "http://x.org", "data:text/html,x", "https://x.org/é", ""])
def test_an_address_that_is_none_of_the_web_is_no_link(tmp_path: Path, url: str) -> None:
    base = told(tmp_path)
    parts = Page(label_page(base.but(terms=(base.terms[0].but(url=url),))))

    assert all((each["href"] or "").startswith("#") for each in parts.all("a"))
    assert any((url or "not noted") in row for row in parts.rows)


@pytest.mark.parametrize(
    ("approval", "version", "said"),
    [
        ({"approved_by": "jo", "sha256": "0" * 64}, "1.0.0", "released and approved by jo"),
        (None, "draft", "a draft, approved by nobody"),
        (None, "1.0.0", "never released, approved by nobody"),
    ],
)
def test_the_page_says_who_stands_behind_a_principle_file(
    tmp_path: Path, approval: dict[str, str] | None, version: str, said: str
) -> None:
    base = told(tmp_path)
    file = base.principles[0].but(approval=approval, version=version)

    assert said in Page(label_page(base.but(principles=(file,)))).said


def test_a_dataset_without_rows_has_a_page(tmp_path: Path) -> None:
    parts = Page(page(tmp_path, unpaired()))

    assert "There are no rows" in parts.said
    assert "0% of rows" not in parts.said
    assert "Terms of the models" not in parts.said
    assert "those of machines" not in parts.said
    assert "1 prompts" not in parts.said
    assert "There are no rows, and so no licence." in parts.said
