"""Hub: where to push to and with which token; the client of huggingface_hub, asked with care."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from logging import ERROR
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from constitution.errors import MissingKey, Mistake
from constitution.publishing.troubles import hub_troubles

if TYPE_CHECKING:
    from huggingface_hub import HfApi

HUB = "https://huggingface.co"
TOKEN_ENV = "HF_TOKEN"
_TOKEN = re.compile(r"[!-~]+")
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Hub:
    """A hub that may be written to."""

    address: str
    token: str = field(repr=False)
    token_env: str = TOKEN_ENV

    @property
    def client(self) -> HfApi:
        """The client of the library."""
        from huggingface_hub import HfApi

        return HfApi(self.address, token=self.token, library_name="constitution",
                     library_version=version("constitution"))  # fmt: skip

    @contextmanager
    def asked(self, repo: str) -> Iterator[None]:
        """Inside, the client says nothing of its own, and what it raises is said plainly; see ``hub_troubles``."""
        from huggingface_hub.utils import are_progress_bars_disabled, disable_progress_bars, enable_progress_bars
        from huggingface_hub.utils.logging import get_verbosity, set_verbosity

        before, verbosity = are_progress_bars_disabled(), get_verbosity()
        disable_progress_bars()
        set_verbosity(max(verbosity, ERROR))
        try:
            with hub_troubles(f"{self.address}/datasets/{repo}", repo=repo, env=self.token_env, token=self.token):
                yield
        finally:
            set_verbosity(verbosity)
            if not before:
                enable_progress_bars()


def address_of(asked: str | None = None) -> str:
    """The hub: as asked for, else ``HF_ENDPOINT``, else the public one; raises ``Mistake`` for what is no address.

    Plain http is for this machine alone: elsewhere anybody on the way could read the token.
    """
    address = (asked or os.environ.get("HF_ENDPOINT", "") or HUB).rstrip("/")
    try:
        told = urlsplit(address)
        secure, host = told.scheme == "https", told.hostname
    except ValueError:
        told, secure, host = urlsplit(""), False, None
    if host is None or told.scheme not in ("http", "https") or told.username or told.query or told.fragment:
        raise Mistake(f"{address!r} is no address of a hub", remedy=f"write it like {HUB}")
    if not secure and host not in _THIS_MACHINE:
        raise Mistake(f"{address} would carry the token in the clear", remedy="use its https address")
    return address


def hub_of(address: str, token_env: str = TOKEN_ENV) -> Hub:
    """The hub with the token of that environment variable; on the public hub the one of ``hf auth login`` will do.

    Raises ``MissingKey``, and ``Mistake`` for what is no token. The token that was saved for one hub is never sent to
    another.
    """
    token = os.environ.get(token_env, "").strip()
    if not token and token_env == TOKEN_ENV and address == HUB:
        from huggingface_hub import get_token

        token = get_token() or ""
    if not token:
        raise MissingKey(f"there is no token for {address}", remedy=f"put one that may write into {token_env}")
    if not _TOKEN.fullmatch(token):
        raise Mistake(f"what {token_env} holds is no token: it has spaces or signs that none has",
                      remedy="copy the token again, alone and whole")  # fmt: skip
    return Hub(address, token, token_env)
