"""The addresses of an endpoint: two wires, the list of models, its counts, and a word about itself."""

from __future__ import annotations

from functools import partial
from typing import Any

from aiohttp import web

from constitution.errors import NotFound
from constitution.providers.simulator.habits import HABITS, PLAIN, habits_of
from constitution.providers.simulator.serving.endpoint import Endpoint
from constitution.providers.simulator.serving.entrance import admitted
from constitution.providers.simulator.serving.stats import Stats
from constitution.providers.simulator.serving.wires import WIRES

LARGEST = 128 * 2**20
"""Bytes of a request at most."""


def application(endpoint: Endpoint) -> web.Application:
    """All addresses, each with what answers there."""
    app = web.Application(client_max_size=LARGEST)
    for wire in WIRES:
        app.router.add_post(wire.path, partial(endpoint.asked, wire))
    routes = _Routes(endpoint)
    app.router.add_get("/", routes.about)
    app.router.add_get("/v1/models", routes.models)
    app.router.add_get("/v1/models/{name}", routes.model)
    app.router.add_get("/stats", routes.stats)
    app.router.add_post("/stats/reset", routes.reset)
    app.router.add_route("*", "/{elsewhere:.*}", routes.elsewhere)
    return app


class _Routes:
    """What answers beside the wires."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint

    async def about(self, http: web.Request) -> web.Response:
        """What this is, for whoever looks."""
        about = {
            "what": "the simulator of constitution: a program that stands in for a model, in two wire formats",
            "wires": {wire.name: wire.path for wire in WIRES},
            "stats": "/stats",
        }
        return web.json_response(about)

    async def models(self, http: web.Request) -> web.Response:
        """Every habit as a model, in the shapes of both wires at once."""
        if not admitted(http.headers, self._endpoint.behaviour.key):
            return _nothing("This key opens nothing.", "authentication_error", 401)
        names = [PLAIN, *HABITS]
        data = [_model(name) for name in names]
        return web.json_response(
            {"object": "list", "data": data, "has_more": False, "first_id": names[0], "last_id": names[-1]}
        )

    async def model(self, http: web.Request) -> web.Response:
        """One model, by its habits joined with ``+``."""
        if not admitted(http.headers, self._endpoint.behaviour.key):
            return _nothing("This key opens nothing.", "authentication_error", 401)
        name = http.match_info["name"].removeprefix("simulator:")
        try:
            habits_of(name)
        except NotFound as error:
            return _nothing(error.sentence, "not_found_error", 404, "model_not_found")
        return web.json_response(_model(name))

    async def stats(self, http: web.Request) -> web.Response:
        """The counts."""
        return web.json_response(self._endpoint.stats.data())

    async def reset(self, http: web.Request) -> web.Response:
        """All counts begin anew, those of attempts among them; what is in flight belongs to the old ones."""
        self._endpoint.stats = Stats()
        return web.json_response(self._endpoint.stats.data())

    async def elsewhere(self, http: web.Request) -> web.Response:
        """There is nothing; a POST counts all the same."""
        if http.method == "POST":
            self._endpoint.stats.arrive("none")
            self._endpoint.stats.leave("rejected")
        return _nothing("There is nothing at this address; see /.", "not_found_error", 404)


def _model(name: str) -> dict[str, Any]:
    return {
        "id": name,
        "object": "model",
        "created": 0,
        "owned_by": "constitution",
        "type": "model",
        "display_name": f"simulator:{name}",
        "created_at": "1970-01-01T00:00:00Z",
    }


def _nothing(said: str, kind: str, status: int, code: str | None = None) -> web.Response:
    """A failure beside the wires, in a shape that both read."""
    error = {"type": kind, "message": said, "code": code, "param": None}
    return web.json_response({"type": "error", "error": error}, status=status)
