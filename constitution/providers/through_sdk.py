"""Through an SDK: carries questions by its client's own ``post``, which builds no model and retries nothing here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any

from constitution.providers.bodies import heard_whole
from constitution.providers.failures import unreachable
from constitution.providers.keys import Key
from constitution.providers.roads import goes_direct
from constitution.providers.transport import UNPACKABLE, Heard


@dataclass(frozen=True)
class Sdk:
    """The parts of an SDK; made when first needed, since it is heavy to import."""

    client: Callable[..., Any]
    transport: Callable[..., Any]
    stream: type[Any]
    """What it would wrap around events; it stands for an answer whose bytes are taken as they come."""
    refused: type[Any]
    """What it raises for a status that is no success."""
    unheard: type[Exception]
    """What it raises where there was no answer."""


class ThroughSdk:
    """A ``Transport`` by an SDK, whose own retries are off, since the engine has them.

    A redirect is not followed, since it could carry a key to another host. To this machine no proxy is used,
    whatever the environment names.
    """

    def __init__(self, sdk: Sdk, base_url: str, key: Key) -> None:
        import aiohttp
        import httpx2

        # The certificates that the environment names are still believed: a server on loopback may have its own.
        direct = goes_direct(base_url, key)
        road = {"trust_env": False, "verify": httpx2.create_ssl_context()} if direct else {}
        http = sdk.transport(follow_redirects=False, **road)
        http.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=()))  # one call must know nothing of another
        self._client = sdk.client(api_key=key.secret, base_url=base_url, max_retries=0, http_client=http)
        self._sdk, self._host, self._key = sdk, base_url, key
        self._answer = httpx2.Response
        self._unheard = (sdk.unheard, httpx2.HTTPError, aiohttp.ClientError, OSError)

    async def post(self, path: str, question: bytes, headers: Mapping[str, str], timeout: float) -> Heard:
        """What the server says to this JSON."""
        options = {"headers": {"accept-encoding": UNPACKABLE, **headers}, "timeout": timeout}
        try:
            response = await self._client.post(
                path, content=question, options=options, cast_to=self._answer, stream=True, stream_cls=self._sdk.stream
            )
            try:
                return await self._heard(response, response.aiter_raw())
            finally:
                await response.aclose()
        except self._sdk.refused as error:
            return Heard(error.status_code, error.response.headers, error.response.content)
        except self._unheard as error:
            raise unreachable(error, host=self._host, key=self._key) from error

    async def _heard(self, response: Any, chunks: Any) -> Heard:
        status, headers = response.status_code, response.headers
        body = await heard_whole(status, headers, chunks, host=self._host, key=self._key, dropped=self._unheard)
        return Heard(status, headers, body)

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.close()
