"""Drawing: which rows are used, by hashes of the seed and the pair; the order in which things are named is no luck."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from constitution.mixing.census import CONTRADICTION, DUPLICATE, NOT_DRAWN, Census
from constitution.mixing.quotas import quotas


def drop_duplicates(census: Census) -> int:
    """How many rows said what another row says in all three texts, and are not used.

    The one that stays is of the first source by rank, and within it one that does not claim to be all human.
    """
    return census.change(
        "UPDATE rows SET fate = ? WHERE number IN (SELECT number FROM (SELECT number, row_number() OVER "
        "(PARTITION BY pair ORDER BY source, synthetic = 'none', leaf) AS place FROM rows) WHERE place > 1)",
        DUPLICATE,
    )


_BOTH_WAYS = "SELECT texts FROM rows WHERE fate IS NULL GROUP BY texts HAVING min(way) < max(way)"


def contradictions(census: Census) -> int:
    """Answers to one prompt of which one row prefers the first and another row the second."""
    found: int = census.one(f"SELECT count(*) FROM ({_BOTH_WAYS})")
    return found


def drop_contradictions(census: Census) -> int:
    """How many rows contradicted another one and are not used: none of both is."""
    return census.change(f"UPDATE rows SET fate = ? WHERE fate IS NULL AND texts IN ({_BOTH_WAYS})", CONTRADICTION)


def labelled_twice(census: Census) -> int:
    """Pairs that stand in several rows which do not say the same of how much a machine wrote."""
    found: int = census.one(
        "SELECT count(*) FROM (SELECT pair FROM rows GROUP BY pair HAVING min(synthetic) < max(synthetic))"
    )
    return found


def shared_prompts(census: Census) -> int:
    """Prompts that stand in more than one source."""
    found: int = census.one(
        "SELECT count(*) FROM (SELECT prompt FROM rows GROUP BY prompt HAVING min(source) < max(source))"
    )
    return found


def keep_splits_apart(census: Census) -> int:
    """How many rows left ``train`` because their prompt, or their group, stands in a test split, of whatever source.

    All rows are looked at, used or not, so that a row's split depends on no draw. The split is no part of a row:
    none is written anew.
    """
    while census.change(
        "UPDATE rows SET split = 'test', moved = 1 WHERE split = 'train' AND (prompt IN (SELECT prompt FROM rows "
        "WHERE split = 'test') OR kin IN (SELECT kin FROM rows WHERE split = 'test') "
        "OR clan IN (SELECT clan FROM rows WHERE split = 'test'))"
    ):
        pass
    found: int = census.one("SELECT count(*) FROM rows WHERE moved")
    return found


def draw(census: Census, shares: Sequence[Fraction | None], rows: int | None) -> str:
    """Which rows are used is decided; a sentence where there are too few of them for what was asked.

    Sources without a share are used whole, and those with one share what is left of ``rows``. Without any share all
    rows are one urn.
    """
    left = [_left(census, place) for place in range(len(shares))]
    sharing = [place for place, share in enumerate(shares) if share is not None]
    if not sharing:
        if rows is not None and rows > sum(left):
            return f"{rows:,} rows were asked for, and there are {sum(left):,}"
        _keep(census, "1", sum(left) if rows is None else rows)
        return ""
    whole = sum(left) - sum(left[place] for place in sharing)
    if rows is not None and rows < whole:
        return f"{rows:,} rows were asked for, and sources without a share, which are used whole, have {whole:,}"
    wanted = None if rows is None else rows - whole
    found = quotas([shares[place] or Fraction(0) for place in sharing], [left[place] for place in sharing], wanted)
    if wanted is not None and sum(found) < wanted:
        return f"{rows:,} rows were asked for; with these shares there are {whole + sum(found):,}"
    for place, count in zip(sharing, found, strict=True):
        _keep(census, f"source = {place}", count)
    return ""


def _left(census: Census, source: int) -> int:
    found: int = census.one("SELECT count(*) FROM rows WHERE fate IS NULL AND source = ?", source)
    return found


def _keep(census: Census, where: str, count: int) -> None:
    """Of the rows that are left, those with the smallest hashes are used: more of them when more are wanted."""
    census.change(
        f"UPDATE rows SET fate = ? WHERE fate IS NULL AND {where} AND number NOT IN "
        f"(SELECT number FROM rows WHERE fate IS NULL AND {where} ORDER BY draw LIMIT ?)",
        NOT_DRAWN,
        count,
    )
