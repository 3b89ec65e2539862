"""What a provider's headers say may still be asked: every form is read, and none of them can do harm."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from constitution.providers.allowances import DAY, MOST, Allowance, Kind, Quota, allowance, span

OPENAI = {
    "x-ratelimit-limit-requests": "60", "x-ratelimit-remaining-requests": "59", "x-ratelimit-reset-requests": "1s",
    "x-ratelimit-limit-tokens": "150000", "x-ratelimit-remaining-tokens": "149984", "x-ratelimit-reset-tokens": "6m0s",
}  # fmt: skip


def soon(seconds: float) -> datetime:
    """A time so many seconds from now."""
    return datetime.now(UTC) + timedelta(seconds=seconds)


def the(found: Allowance | None) -> Quota:
    """The only quota."""
    assert found is not None
    (quota,) = found.quotas
    return quota


def test_openai_names_requests_and_tokens() -> None:
    assert allowance(OPENAI) == Allowance(
        (Quota("requests", 59.0, 1.0, 60.0), Quota("tokens", 149984.0, 360.0, 150000.0))
    )


def test_names_are_read_in_any_case_and_among_others() -> None:
    shouted = {name.title(): value for name, value in OPENAI.items()}

    assert allowance({"content-type": "application/json", **shouted, "date": "x"}) == allowance(OPENAI)


@pytest.mark.parametrize(
    ("what", "kind"),
    [("requests", "requests"), ("tokens", "tokens"), ("input-tokens", "input"), ("output-tokens", "output")],
)
def test_anthropic_names_four_quotas_with_dates(what: str, kind: Kind) -> None:
    name = f"anthropic-ratelimit-{what}"
    quota = the(allowance({
        f"{name}-limit": "4000", f"{name}-remaining": "3000",
        f"{name}-reset": soon(30).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }))  # fmt: skip

    assert (quota.kind, quota.left, quota.limit) == (kind, 3000.0, 4000.0)
    assert 25 < quota.renewed_in <= 30


@pytest.mark.parametrize(
    "headers",
    [
        {"RateLimit": '"default";r=50;t=30', "RateLimit-Policy": '"default";q=100;w=60'},
        {"RateLimit": "limit=100, remaining=50, reset=30"},
        {"RateLimit-Limit": "100", "RateLimit-Remaining": "50", "RateLimit-Reset": "30"},
        {"X-RateLimit-Limit": "100", "X-RateLimit-Remaining": "50", "X-RateLimit-Reset": "30"},
        {"x-ratelimit-limit-requests-minute": "100", "x-ratelimit-remaining-requests-minute": "50",
         "x-ratelimit-reset-requests-minute": "30.0"},
    ],
)  # fmt: skip
def test_other_names_for_the_same(headers: dict[str, str]) -> None:
    assert the(allowance(headers)) == Quota("requests", 50.0, 30.0, 100.0)


def test_a_quota_of_bytes_is_none_of_requests() -> None:
    assert allowance({"RateLimit": '"b";r=1;t=9', "RateLimit-Policy": '"b";q=5;qu="content-bytes"'}) is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1s", 1.0), ("6m0s", 360.0), ("120ms", 0.12), ("2m59.56s", 179.56), ("1h2m3s", 3723.0), ("1d", DAY),
        ("7.66s", 7.66), ("0", 0.0), ("59.7", 59.7), ("-3", 0.0), ("-5s", 0.0), ("9e9", DAY), ("9e9s", DAY),
        ("9" * 99, DAY), ("1e12", 0.0), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0), ("2015-10-21T07:28:00Z", 0.0),
        ("9999-12-31T23:59:59Z", DAY), ("0001-01-01T00:00:00+23:59", 0.0), ("", None), ("soon", None), ("nan", None),
        ("inf", None), ("9" * 400, None), ("9" * 90 + "h", DAY), ("m", None), ("1:30", None),
    ],
)  # fmt: skip
def test_a_renewal_is_read_in_each_form_and_never_beyond_a_day(text: str, seconds: float | None) -> None:
    assert span(text) == (None if seconds is None else pytest.approx(seconds))


@pytest.mark.parametrize(
    "write",
    [
        lambda when: when.isoformat(),
        lambda when: format_datetime(when, usegmt=True),
        lambda when: str(when.timestamp()),
        lambda when: str(int(when.timestamp() * 1000)),
    ],
    ids=["RFC 3339", "HTTP", "seconds since 1970", "milliseconds since 1970"],
)
def test_a_renewal_at_a_time_counts_from_now(write: object) -> None:
    assert callable(write)
    found = span(write(soon(100)))

    assert found is not None
    assert 90 < found <= 100


def test_what_cannot_be_meant_is_no_quota() -> None:
    assert allowance({"x-ratelimit-limit-requests": "0", "x-ratelimit-remaining-requests": "0",
                      "x-ratelimit-reset-requests": "1s"}) is None  # fmt: skip
    assert allowance({"x-ratelimit-remaining-requests": "5"}) is None
    assert allowance({"x-ratelimit-remaining-requests": "many", "x-ratelimit-reset-requests": "1s"}) is None
    assert allowance({"x-ratelimit-remaining-bananas": "5", "x-ratelimit-reset-bananas": "1s"}) is None
    assert allowance({}) is None


def test_less_than_nothing_is_nothing_and_too_much_is_capped() -> None:
    reset = {"x-ratelimit-reset-requests": "1s", "x-ratelimit-reset-tokens": "1s"}
    found = allowance({"x-ratelimit-remaining-requests": "-7", "x-ratelimit-remaining-tokens": "9e300", **reset})

    assert found is not None
    assert [quota.left for quota in found.quotas] == [0.0, MOST]


NAMES = st.sampled_from(
    [*OPENAI, "ratelimit", "ratelimit-policy", "anthropic-ratelimit-tokens-reset", "RateLimit-Reset"]
)
VALUES = st.text(max_size=20) | st.text("0123456789+-.eE:;,= rtqTZdhms", max_size=20)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.dictionaries(NAMES, VALUES, max_size=8))
def test_no_header_can_break_it(headers: dict[str, str]) -> None:
    found = allowance(headers)

    for quota in found.quotas if found is not None else ():
        assert 0.0 <= quota.left <= MOST
        assert 0.0 <= quota.renewed_in <= DAY


@pytest.mark.parametrize("hostile", ["1" * 10**6, "9s" * 10**5, '"a";r=1;t=1,' * 10**5, "=" * 10**6])
def test_a_value_without_end_costs_no_time(hostile: str) -> None:
    began = time.process_time()
    for name in ("ratelimit", "x-ratelimit-reset-tokens", "x-ratelimit-remaining-tokens"):
        allowance({**OPENAI, name: hostile, "ratelimit-policy": hostile})

    assert time.process_time() - began < 0.2
