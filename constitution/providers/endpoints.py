"""Endpoints named in ``constitution.toml``: other servers that speak a wire we know, each with its own key."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, ValidationError

from constitution.core.named import named
from constitution.core.records import Record
from constitution.errors import BadFile
from constitution.labels.spec import RESTRICTIONS, Restriction
from constitution.providers import PROVIDERS
from constitution.providers.command.kit import Command
from constitution.providers.hosts import astray, is_loopback, is_metadata, is_plain
from constitution.providers.keys import WITHOUT_KEY
from constitution.providers.provider import Provider

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
ModelName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}:\S.*$")]
Dollars = Annotated[float, Field(strict=True, ge=0, le=1_000_000, allow_inf_nan=False)]
Pattern = Annotated[str, StringConstraints(pattern=r"^[^\s:]+:\S.*$", max_length=200)]


def _day(given: Any) -> Any:
    """A day as TOML writes it is the same day as text."""
    return given.isoformat() if type(given) is date else given


def _there(day: str) -> str:
    if day:
        date.fromisoformat(day)
    return day


Day = Annotated[
    str, BeforeValidator(_day), StringConstraints(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$"), AfterValidator(_there)
]

SHAPES = {
    "commands": 'a command is argv = ["python3", "-I", "check.py"], files = ["check.py"], and where they are to differ '
    "timeout (seconds), memory (MiB), output (KiB) and network (true or false)",
    "endpoints": 'an endpoint is wire = "openai", base_url = "http://...", and key_env where it has a key',
    "prices": 'a price is [prices."provider:model"], input = 3.00, output = 15.00, and where it is known '
    "cached_input = 0.30, in US dollars a million tokens",
    "terms": 'terms are [terms.NAME], models = ["local:llama-*"], and where they are known url = "https://...", '
    f'restrictions = [...] of {", ".join(RESTRICTIONS)}, retrieved = "2026-11-01" and file = "terms/llama.txt"',
}
"""What each table looks like."""


class Endpoint(Record):
    """A server that speaks a wire; its ``base_url`` ends in ``/v1`` for ``openai``, and does not for ``anthropic``."""

    wire: Literal["openai", "anthropic"]
    base_url: str
    key_env: str | None = None
    """The environment variable that holds its key."""


class GivenPrice(Record):
    """What a model costs, in US dollars a million tokens."""

    input: Dollars
    output: Dollars
    cached_input: Dollars | None = None
    """For input that the server had kept from an earlier call; without one, ``input``."""


class GivenTerms(Record):
    """Under which conditions the provider of some models gives out what they write."""

    models: Annotated[tuple[Pattern, ...], Field(min_length=1)]
    """Patterns of ``provider:model``; ``*`` stands for anything."""
    url: str = ""
    restrictions: tuple[Restriction, ...] = ()
    retrieved: Day = ""
    """On which day somebody read them."""
    file: str = ""
    """Their text, as a path from the project's root."""


class Settings(Record):
    """What ``constitution.toml`` says."""

    endpoints: dict[Name, Endpoint] = Field(default_factory=dict)
    prices: dict[ModelName, GivenPrice] = Field(default_factory=dict)
    """``provider:model`` to its price, which comes before that of any table."""
    commands: dict[Name, Command] = Field(default_factory=dict)
    """Programs that a recipe may have run on answers."""
    terms: dict[Name, GivenTerms] = Field(default_factory=dict)
    """Conditions of models' providers; the first that fit a model hold."""


def read_settings(path: Path) -> Settings:
    """The settings of this file; empty ones where there is none. Raises ``BadFile`` naming the key."""
    try:
        text = path.read_text(encoding="utf-8")
        settings = Settings.model_validate(tomllib.loads(text))
    except FileNotFoundError:
        return Settings()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise BadFile(f"cannot be read: {error}", where=str(path), remedy="mend the file") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        names = [str(name) for name in first["loc"] if name != "[key]"]
        where, shape = _line_of(names, text, path), SHAPES.get(names[0], SHAPES["endpoints"])
        raise BadFile(f"{'.'.join(names)}: {first['msg']}", where=where, remedy=shape) from error
    for name, endpoint in settings.endpoints.items():
        _checked(name, endpoint, str(path))
    return settings


def _line_of(names: list[str], text: str, path: Path) -> str:
    """The file and, where it is plain to see, the line of the table or key that these names lead to."""
    lines = text.splitlines()
    table = next((at for at, line in enumerate(lines) if line.lstrip().startswith("[") and names[1:2] != []
                  and names[1] in line and names[0] in line), None)  # fmt: skip
    if table is None:
        return str(path)
    after = enumerate(lines[table + 1 :], table + 1)
    own = (at for at, line in after if names[2:] and line.partition("=")[0].strip(" \"'") == names[2])
    return f"{path}:{next(own, table) + 1}"


def _checked(name: str, endpoint: Endpoint, where: str) -> None:
    """Refuses what would send a key or a prompt to the wrong place."""
    what = f"endpoints.{name}"
    if name in PROVIDERS:
        raise BadFile(f"{what}: there is a provider of this name already", where=where, remedy="choose another name")
    url = _split(endpoint.base_url)
    if url is None or url.hostname is None:
        raise BadFile(
            f"{what}.base_url: not a plain http or https address",
            where=where,
            remedy="write it as http://host:port/v1, the host in ASCII; a key goes into key_env",
        )
    if is_metadata(url.hostname):
        raise BadFile(
            f"{what}.base_url: a link-local address, or one where a cloud keeps a machine's secrets",
            where=where,
            remedy="name the server itself",
        )
    if endpoint.key_env is None:
        return
    if why := astray(endpoint.key_env, url.hostname):
        raise BadFile(
            f"{what}.key_env: {why}",
            where=where,
            remedy="keep this server's key in a variable of its own, such as MY_SERVER_KEY",
        )
    if url.scheme != "https" and not is_loopback(url.hostname):
        raise BadFile(f"{what}.base_url: a key would travel in the clear", where=where, remedy="use https")


def _split(address: str) -> SplitResult | None:
    """The parts of a plain address; None for one that is not, or that two programs might read in two ways."""
    try:
        url = urlsplit(address)
        good = url.scheme in ("http", "https") and url.port != 0 and not (url.username or url.password)
        good = good and address.isprintable() and not set(address) & set("?# ")  # the wire's path comes after it
    except ValueError:  # brackets that do not match, a port that is none
        return None
    return url if good and is_plain(url.hostname or "") else None


def opened(name: str, endpoints: Mapping[str, Endpoint]) -> Provider:
    """The provider or endpoint of this name, which ``ready`` may still find without its key; raises ``NotFound``."""
    made: Provider
    if name in endpoints:
        endpoint = endpoints[name]
        key = WITHOUT_KEY if endpoint.key_env is None else None
        made = named("providers", PROVIDERS, endpoint.wire)(endpoint.base_url, key, key_env=endpoint.key_env or "none")
    else:
        made = named("providers", PROVIDERS, name)()
    return made
