"""A wire: what providers asked through an SDK have in common; each states only what differs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from constitution.core.asking import Reply, Request
from constitution.providers.bodies import json_object, received
from constitution.providers.clients import goes_direct, http_client
from constitution.providers.disguises import disguised
from constitution.providers.failures import failure, spoken, understood, unreachable
from constitution.providers.keys import WITHOUT_KEY, Key, key_from


class Client(Protocol):
    """What is wanted of any SDK's client but its one call."""

    async def close(self) -> None:
        """Let go of connections."""
        ...


@dataclass(frozen=True)
class Sdk:
    """The parts of an SDK; made when first needed, since it is heavy to import."""

    client: Callable[..., Client]
    transport: Callable[..., Any]
    post: Callable[[Any], Callable[..., AbstractAsyncContextManager[Any]]]
    """A client's call that sends one question and hands out the answer's bytes as they come."""
    refused: type[Any]
    """What it raises for a status that is no success."""
    unheard: type[Exception]
    """What it raises where there was no answer."""


class Wire(ABC):
    """Speaks one wire through its SDK, whose own retries are off, since the engine has them."""

    key_variable: ClassVar[str]
    own_host: ClassVar[str]
    answer_field: ClassVar[str]
    """The field of a body that holds what the model said."""

    def __init__(self, base_url: str = "", key: Key | None = None, *, key_env: str = "") -> None:
        self._host = base_url or self.own_host
        self._key = key
        self._key_env = key_env
        self._sdk: Sdk | None = None
        self._client: Client | None = None

    @abstractmethod
    def sdk(self) -> Sdk:
        """The SDK, imported."""

    @abstractmethod
    def written(self, request: Request) -> dict[str, Any]:
        """The request in the words of this wire."""

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

    async def answer(self, request: Request) -> Reply:
        """The first answer to one question; its thoughts are kept apart."""
        import aiohttp
        import httpx2

        (sdk, client), key, host = self._opened(), self._key or WITHOUT_KEY, self._host
        question = spoken(self.written, request, host)
        try:
            async with sdk.post(client)(**question) as response:
                found, headers = await received(response.iter_bytes(), host=host, key=key), response.headers
        except sdk.refused as error:
            raise failure(error.status_code, error.response.headers, error.body, host=host, key=key) from error
        except (sdk.unheard, httpx2.HTTPError, aiohttp.ClientError, OSError) as error:
            raise unreachable(error, host=host, key=key) from error
        body = key.hide(json_object(found, host=host))
        told = self.complaint(body)
        if told is not None and (wrong := disguised(told, headers, host=host, key=key)):
            raise wrong
        return understood(self.read, body, host)

    async def close(self) -> None:
        """Let go of connections."""
        if self._client is not None:
            await self._client.close()

    def _opened(self) -> tuple[Sdk, Client]:
        if self._sdk is None or self._client is None:
            self.ready()
            key, self._sdk = self._key or WITHOUT_KEY, self.sdk()
            only_for, direct = key if self._key_env else None, goes_direct(self._host, key)
            http = http_client(self._sdk.transport, only_for=only_for, direct=direct)
            self._client = self._sdk.client(api_key=key.secret, base_url=self._host, max_retries=0, http_client=http)
        return self._sdk, self._client
