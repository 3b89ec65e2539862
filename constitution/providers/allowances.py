"""Allowances: what a provider's rate-limit headers say may still be asked, and when there is more again."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Literal

Kind = Literal["requests", "tokens", "input", "output"]
"""What is counted; ``input`` and ``output`` are tokens read and written, ``tokens`` both."""

DAY = 86_400.0
"""Seconds; no renewal counts as further away."""
MOST = 1e12
"""No quota counts as larger."""
EPOCH = 1e9
"""A number of seconds from here on is no wait but a time; a thousand times as large, one in milliseconds."""
LONGEST = 100
"""Characters of the longest value that is read."""

DRAFTED = ("ratelimit-policy", "ratelimit")
"""Headers of the draft, which hold all in one value."""
TOKENS: dict[str, Kind] = {"input": "input", "output": "output", "token": "tokens"}
"""How names of quotas of tokens begin."""

NAMES = re.compile(
    r"(?:x-|anthropic-)?ratelimit-(?:(?P<word>limit|remaining|reset)(?:-(?P<of>[a-z-]+))?"
    r"|(?P<what>[a-z-]+?)-(?P<then>limit|remaining|reset))"
)
"""Names such as ``x-ratelimit-reset-tokens``, ``anthropic-ratelimit-tokens-reset`` and ``ratelimit-reset``."""
SPANS = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+(?:\.\d*)?)s)?(?:(\d+(?:\.\d*)?)ms)?")
"""Go's way to write a span, such as ``6m0s``, ``1.5s`` and ``120ms``."""
SECONDS = (DAY, 3600.0, 60.0, 1.0, 0.001)
PARAMETER = re.compile(r"\b(q|r|t|qu|limit|remaining|reset)\s*=\s*\"?([\w.-]+)")


@dataclass(frozen=True, slots=True)
class Quota:
    """One of the limits of a provider, as it stands."""

    kind: Kind
    left: float
    """So much may still be asked, from 0."""
    renewed_in: float
    """Seconds until the whole limit may be asked again, from 0 to a day."""
    limit: float | None = None
    """The most, where it is said."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What the provider said with one answer."""

    quotas: tuple[Quota, ...]


def allowance(headers: Mapping[str, str]) -> Allowance | None:
    """What the headers of an answer allow; None where they say nothing that can be used. Raises nothing.

    Read are OpenAI's names and Anthropic's, those of the many who took either over, and the header ``ratelimit`` of
    draft-ietf-httpapi-ratelimit-headers. A quota without a time of renewal, or with a limit of 0, is no quota.
    """
    said: dict[tuple[Kind, str], dict[str, str]] = {}
    drafted: dict[str, str] = {}
    for name in headers:
        if "ratelimit" in (small := name.lower()):
            if small in DRAFTED:
                drafted[small] = headers[name]
            elif (place := _place(small)) is not None:
                said.setdefault(place[0], {})[place[1]] = headers[name]
    if not said and not drafted:
        return None
    found = [quota for (kind, _), words in said.items() if (quota := _quota(kind, words)) is not None]
    if drafted:
        found += _drafted(*(drafted.get(name, "") for name in DRAFTED))
    return Allowance(tuple(found)) if found else None


def span(text: str) -> float | None:
    """Seconds from now that a time of renewal says: as a span, a number, a date, or seconds since 1970.

    >>> span("6m0s"), span("120ms"), span("7.66"), span("-3"), span("soon")
    (360.0, 0.12, 7.66, 0.0, None)
    """
    given = text.strip().lower()
    if not 0 < len(given) <= LONGEST:
        return None
    seconds = _number(given)
    if seconds is not None:
        seconds = _from_epoch(seconds)
    elif (seconds := _number(given[:-1]) if given[-1] == "s" else None) is not None:
        pass  # the most frequent span by far, and by far the quickest to read
    elif parts := SPANS.fullmatch(given):
        seconds = sum(float(part) * size for part, size in zip(parts.groups(), SECONDS, strict=True) if part)
    else:
        seconds = _until(text.strip())
    return None if seconds is None else min(DAY, max(0.0, seconds))


@lru_cache(maxsize=256)
def _place(name: str) -> tuple[tuple[Kind, str], str] | None:
    """What the header counts, and whether it says the limit, what remains or the reset; None where it is another."""
    found = NAMES.fullmatch(name)
    what = "" if found is None else found["what"] or found["of"] or ""
    if found is None or (kind := _kind(what)) is None:
        return None
    return (kind, what), found["then"] or found["word"]


def _kind(what: str) -> Kind | None:
    """What is counted under this name, such as ``requests``, ``req-minute``, ``input-tokens``; None where unknown."""
    if not what or what.startswith("req"):
        return "requests"
    return next((kind for start, kind in TOKENS.items() if what.startswith(start)), None)


def _quota(kind: Kind, words: Mapping[str, str]) -> Quota | None:
    """The quota, unless what remains or its renewal is not said or cannot be read."""
    left, renewed_in = _number(words.get("remaining", "")), span(words.get("reset", ""))
    limit = _number(words.get("limit", ""))
    if left is None or renewed_in is None or (limit is not None and limit <= 0):
        return None  # a limit of 0 is how gateways write that there is none
    return Quota(kind, min(MOST, max(0.0, left)), renewed_in, None if limit is None else min(MOST, limit))


def _drafted(policy: str, state: str) -> Iterator[Quota]:
    """The quotas of ``"name";r=50;t=30``, or of the older ``limit=100, remaining=50, reset=30``."""
    if max(len(state), len(policy)) > 10 * LONGEST:
        return
    if "remaining" in state:
        quota = _quota("requests", dict(PARAMETER.findall(state)))
        yield from () if quota is None else (quota,)
        return
    policies = {_name(item): dict(PARAMETER.findall(item)) for item in policy.split(",")}
    for item in state.split(","):
        told, rule = dict(PARAMETER.findall(item)), policies.get(_name(item), {})
        if rule.get("qu", "requests") == "requests":
            quota = _quota("requests", {"remaining": told.get("r", ""), "reset": told.get("t", ""),
                                        "limit": rule.get("q", "")})  # fmt: skip
            yield from () if quota is None else (quota,)


def _name(item: str) -> str:
    return item.partition(";")[0].strip()


def _number(text: str) -> float | None:
    """A finite number; providers write them with and without a fraction, some with thousands apart."""
    try:
        number = float(text.replace(",", "")) if len(text) <= LONGEST else math.nan
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _from_epoch(number: float) -> float:
    """Seconds from now, of a number that may be a time."""
    if number < EPOCH:
        return number
    return (number / 1000.0 if number >= EPOCH * 1000 else number) - datetime.now(UTC).timestamp()


def _until(date: str) -> float | None:
    """Seconds from now to a date of RFC 3339 or of HTTP."""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            when = read(date)
            return (when.replace(tzinfo=when.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
        except (ValueError, OverflowError, TypeError):
            continue
    return None
