"""Labels: the tree of leaves, licences, roll-ups, marks, the names of pairs, and what rows inherit."""

from __future__ import annotations

import hashlib
import json
import random
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constitution.core.asking import Reply, Request
from constitution.core.records import Message, Parent, Prompt
from constitution.core.trail import pair_id
from constitution.dataset.rows import row_of
from constitution.labels.hashes import pair_name
from constitution.labels.licences import is_expression, restrictions_of, together
from constitution.labels.marks import mark_in
from constitution.labels.rollup import joined
from constitution.labels.spec import RESTRICTIONS, Restriction
from constitution.labels.tree import root_of, tree_head
from constitution.sources.parents import parent_of
from constitution.stages.evidence import revision_of
from tests.folders import ask, paired

ENGINE = "constitution 0.1.0"


# The root


def by_the_definition(leaves: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1, as it is written there: from the whole list downwards."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + by_the_definition(leaves[:k]) + by_the_definition(leaves[k:])).digest()


@pytest.mark.parametrize("count", range(71))
def test_the_root_is_that_of_the_definition_for_every_size(count: int) -> None:
    leaves = [hashlib.sha256(bytes([place])).digest() for place in range(count)]

    assert tree_head(leaves) == by_the_definition(leaves)
    assert root_of(leaves) == by_the_definition(sorted(leaves)).hex()


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=40), st.randoms(use_true_random=False))
def test_the_root_keeps_under_shuffling_and_counts_a_row_that_is_there_twice(
    leaves: list[bytes], chance: random.Random
) -> None:
    shuffled = leaves.copy()
    chance.shuffle(shuffled)

    assert root_of(shuffled) == root_of(leaves) == by_the_definition(sorted(leaves)).hex()
    assert not leaves or root_of([*leaves, leaves[0]]) != root_of(leaves)


CERTIFICATES = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
"""The entries of the test vectors that implementations of certificate transparency share."""
HEADS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


@pytest.mark.parametrize("count", range(1, 9))
def test_the_known_vectors_of_certificate_transparency_hold(count: int) -> None:
    leaves = [hashlib.sha256(b"\x00" + bytes.fromhex(entry)).digest() for entry in CERTIFICATES[:count]]

    assert tree_head(leaves).hex() == HEADS[count - 1]


# Names


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(TEXT, TEXT, TEXT)
def test_a_pair_has_one_name_by_its_texts_whoever_gives_it(asked: str, chosen: str, rejected: str) -> None:
    columns = {
        "prompt": [{"role": "user", "content": asked}],
        "chosen": [{"role": "assistant", "content": chosen, "name": None}],
        "rejected": [{"role": "assistant", "content": rejected}],
        "license": "MIT",
    }

    assert pair_name(columns) == pair_id((Message(role="user", content=asked),), chosen, rejected)


# Licences


@pytest.mark.parametrize(
    ("license", "asked"),
    [
        ("CC0-1.0", []),
        ("MIT", ["attribution"]),
        ("CC-BY-SA-4.0", ["share-alike", "attribution"]),
        ("cc-by-nc-nd-4.0", ["non-commercial", "no-derivatives", "attribution"]),
        ("CC BY-NC 4.0", ["non-commercial", "attribution"]),
        ("ODbL-1.0", ["share-alike", "attribution"]),
        ("GPL-2.0-or-later WITH Classpath-exception-2.0", ["share-alike", "attribution"]),
        ("Apache-2.0 WITH GPL-CC-1.0", ["attribution"]),
        ("MIT AND CC-BY-NC-4.0", ["non-commercial", "attribution"]),
        ("MIT OR GPL-3.0-only", ["attribution"]),
        ("CC0-1.0 OR CC-BY-NC-4.0", []),
        ("CC-BY-NC-4.0 OR CC-BY-SA-4.0", ["non-commercial", "share-alike", "attribution"]),
        ("LicenseRef-ours OR GPL-3.0-only", ["share-alike", "attribution"]),
        ("MIT AND (CC-BY-4.0 OR CC-BY-NC-4.0)", ["attribution"]),
        ("CC-BY-4.0 OR MIT AND CC-BY-NC-4.0", ["attribution"]),
        ("LicenseRef-CC-BY-NC-4.0", []),
        ("see GPL-3.0-only, please", ["share-alike", "attribution"]),
        ("unknown", []),
        ("", []),
        ("(" * 500, []),
    ],
)
def test_a_licence_asks_what_its_names_say(license: str, asked: list[str]) -> None:
    assert restrictions_of(license) == asked


NAMES = ["MIT", "CC0-1.0", "CC-BY-NC-4.0", "CC-BY-SA-4.0", "GPL-3.0-only", "LicenseRef-x", "unknown", "MIT OR CC0-1.0"]


@given(st.lists(st.sampled_from([*NAMES, "our own (2)", "a\nb", "***"]), max_size=5))
def test_all_licences_together_are_one_expression_that_asks_for_all_of_each(licenses: list[str]) -> None:
    whole = together(licenses)

    assert together([whole]) == whole == together(licenses[::-1])
    if len(set(licenses)) > 1:
        assert is_expression(whole)
    asked = {each for license in licenses if is_expression(license) for each in restrictions_of(license)}
    assert asked <= set(restrictions_of(whole))


WORDS = st.sampled_from([*NAMES, "AND", "OR", "WITH", "(", ")", "§", "+", ":"])


@given(st.lists(WORDS, max_size=12).map(" ".join))
def test_any_words_are_read_without_an_error_and_in_order(license: str) -> None:
    found = restrictions_of(license)

    assert found == joined(found)


SETS = st.lists(st.sampled_from(get_args(Restriction)), max_size=6)


@given(SETS, SETS)
def test_restrictions_are_joined_in_the_order_of_the_specification_each_once(
    one: list[Restriction], other: list[Restriction]
) -> None:
    both = joined(one, other)

    assert both == joined(both) == joined(other, one) == [each for each in RESTRICTIONS if each in {*one, *other}]


# Marks


def marked(text: str, manifest: bytes = b"C2PATXT\0\x01\x00\x00\x00\x02{}") -> str:
    """The text with a manifest behind it, as C2PA 2.3, A.7 hides it."""
    hidden = "".join(chr(0xFE00 + byte if byte < 16 else 0xE0100 + byte - 16) for byte in manifest)
    return f"{text}\ufeff{hidden}"


def test_a_hidden_manifest_is_found_and_told_on_its_part_alone() -> None:
    text = marked("Because of yeast.")
    parts = {part["path"]: part for part in row_of(paired(revision=text), engine=ENGINE).provenance["parts"]}

    assert parts["chosen/0"]["upstream_mark"] == "c2pa-text"
    assert parts["chosen/0"]["raw_sha256"] == hashlib.sha256(text.encode()).hexdigest()
    assert [path for path, part in parts.items() if "upstream_mark" in part] == ["chosen/0"]


@pytest.mark.parametrize(
    "text", ["plain", "\ufeffBOM", "a heart \u2764\ufe0f", marked("x", b"OTHER"), marked("x", b"")]
)
def test_what_is_no_manifest_is_no_mark(text: str) -> None:
    assert mark_in(text) == {}


# Weights


def test_the_weights_that_answered_are_named_where_they_were_loaded_here_and_nowhere_else() -> None:
    reply = Reply(text="x", model_returned="tiny@0", raw={"revision": "sha256:" + "0" * 64})
    asked = {name: Request(model=f"{name}:tiny", messages=ask().messages) for name in ("transformers", "openai")}

    assert [revision_of(asked[name], reply) for name in asked] == [reply.raw["revision"], None]
    assert revision_of(asked["transformers"], reply.but(raw={})) is None
    trail = paired()
    own = trail.but(steps=tuple(step.but(model_revision=reply.raw["revision"]) for step in trail.steps))
    assert row_of(own, engine=ENGINE).provenance["steps"][1]["model_revision"] == reply.raw["revision"]


# Parents


def test_a_row_made_from_a_row_names_it_and_is_bound_by_what_bound_it() -> None:
    first = row_of(paired(ask(license="CC-BY-NC-4.0", origin="model")), engine=ENGINE)
    parent = parent_of({"pair_id": first.pair_id, "provenance": first.provenance})
    assert parent is not None

    row = row_of(paired(ask(parent=parent.but(dataset="small", manifest_sha256="f" * 64))), engine=ENGINE)

    assert row.provenance["parents"] == [
        {
            "pair_id": first.pair_id,
            "row_sha256": first.provenance["row_sha256"],
            "dataset": "small",
            "manifest_sha256": "f" * 64,
        }
    ]
    assert row.provenance["restrictions"] == ["no-competing-models", "non-commercial", "attribution"]


def test_a_parent_changes_neither_the_name_of_a_prompt_nor_the_spelling_of_one_without() -> None:
    plain = ask()

    assert plain.but(parent=Parent(pair_id="pp1:" + "0" * 32)).id == plain.id
    assert b"parent" not in plain.spelled()
    assert Prompt.model_validate_json(plain.spelled()) == plain


@pytest.mark.parametrize(
    "provenance",
    [None, "{", "[]", "[" * 100_000, 3, {"row_sha256": "x", "restrictions": "all"}, {"restrictions": [{}, "free"]}],
)
def test_a_row_with_damaged_provenance_still_has_its_name(provenance: object) -> None:
    name = "pp1:" + "0" * 32

    assert parent_of({"pair_id": name, "provenance": provenance}) == Parent(pair_id=name)
    assert {parent_of({"pair_id": other, "provenance": provenance}) for other in ("another", "pp1:x", 7)} == {None}


@settings(max_examples=20)
@given(SETS)
def test_what_bound_the_parent_is_read_from_text_as_from_objects(bound: list[Restriction]) -> None:
    said = {"row_sha256": "a" * 64, "restrictions": bound}
    name = "pp1:" + "0" * 32

    found = parent_of({"pair_id": name, "provenance": json.dumps(said)})

    assert found == parent_of({"pair_id": name, "provenance": said})
    assert found is not None
    assert list(found.restrictions) == joined(bound)
