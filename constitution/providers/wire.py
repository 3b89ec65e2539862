"""A wire: what providers asked over HTTP have in common; each states only what differs."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from constitution.core.asking import Reply, Request
from constitution.providers.allowances import Allowance, allowance
from constitution.providers.bodies import error_in, json_object
from constitution.providers.direct import Direct
from constitution.providers.disguises import disguised
from constitution.providers.failures import failure, spoken, understood
from constitution.providers.keys import WITHOUT_KEY, Key, key_from
from constitution.providers.roads import goes_direct
from constitution.providers.through_sdk import Sdk, ThroughSdk
from constitution.providers.transport import Transport

AS_JSON = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
"""How questions are written."""


class Wire(ABC):
    """Speaks one wire: to its own host through its SDK, to a named endpoint directly."""

    key_variable: ClassVar[str]
    own_host: ClassVar[str]
    path: ClassVar[str]
    """Where a question goes, after the base address."""
    answer_field: ClassVar[str]
    """The field of a body that holds what the model said."""

    def __init__(self, base_url: str = "", key: Key | None = None, *, key_env: str = "") -> None:
        self._host = base_url or self.own_host
        self._key = key
        self._key_env = key_env
        self._transport: Transport | None = None
        self._allowance: Allowance | None = None

    @abstractmethod
    def sdk(self) -> Sdk:
        """The SDK, imported."""

    @abstractmethod
    def credentials(self, key: Key) -> dict[str, str]:
        """The headers by which an endpoint of this wire knows who asks, and in which version of the wire."""

    @abstractmethod
    def written(self, request: Request) -> dict[str, Any]:
        """The request in the words of this wire."""

    def headers(self, request: Request) -> Mapping[str, str]:
        """What is said of the request beside its body."""
        return {}

    @abstractmethod
    def read(self, body: dict[str, Any], host: str) -> Reply:
        """The reply that a body holds; raises ``BrokenBody`` for one that holds no whole answer."""

    def complaint(self, body: dict[str, Any]) -> dict[str, Any] | None:
        """The body where it may be an error that came with status 200; None where it holds an answer."""
        return None if body.get(self.answer_field) else body

    def check(self, model: str) -> None:
        """Whether a model is there only the provider can say."""
        return

    def ready(self) -> None:
        """Raises ``MissingKey`` unless there is a key; ``Mistake`` where a proxy would read it on the way."""
        self._key = self._key or key_from(self._key_env or self.key_variable)
        goes_direct(self._host, self._key)

    def pinned(self, model: str) -> str:
        """The provider dates its models itself."""
        return model

    @abstractmethod
    def untaken(self, model: str) -> frozenset[str]:
        """Settings that this model does not take."""

    def allowance(self) -> Allowance | None:
        """What the server said may still be asked, with an answer or a failure, since this was last looked at."""
        said, self._allowance = self._allowance, None
        return said

    async def answer(self, request: Request) -> Reply:
        """The first answer to one question; its thoughts are kept apart."""
        transport, key, host = self._opened(), self._key or WITHOUT_KEY, self._host
        question = spoken(self._in_bytes, request, host)
        heard = await transport.post(self.path, question, self.headers(request), request.timeout)
        self._allowance = allowance(heard.headers)
        if not 200 <= heard.status < 300:
            raise failure(heard.status, heard.headers, error_in(heard.body), host=host, key=key)
        body = json_object(heard.body, host=host)
        if key.may_hide_in(heard.body):
            body = key.hide(body)
        told = self.complaint(body)
        if told is not None and (wrong := disguised(told, heard.headers, host=host, key=key)):
            raise wrong
        return understood(self.read, body, host)

    async def close(self) -> None:
        """Let go of connections."""
        if self._transport is not None:
            await self._transport.close()

    def _in_bytes(self, request: Request) -> bytes:
        return AS_JSON.encode(self.written(request)).encode()

    def _opened(self) -> Transport:
        if self._transport is None:
            self.ready()
            key, named = self._key or WITHOUT_KEY, bool(self._key_env)
            self._transport = (
                Direct(self._host, key, self.credentials(key)) if named else ThroughSdk(self.sdk(), self._host, key)
            )
        return self._transport
