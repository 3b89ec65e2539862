"""Troubles: what the hub's client raises, each as one sentence with what to do; no token is ever in one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from constitution.dataset.durable import REMEDY, disk_troubles
from constitution.errors import ConstitutionError, Mistake, ProviderGone

LONGEST = 300
"""Characters that are shown of what a hub says."""

SAID = {
    400: ("refuses what it was sent", "mend that and push again"),
    401: ("does not accept the token", "put one that may write into {env}; the hub's page settings/tokens makes them"),
    402: ("wants a paid plan for this", "make the repository on its page, or name another one"),
    403: ("does not let this token do that", "use a token that may write to {repo}, or name a repository of yours"),
    404: ("shows this token no such repository or branch", "check the name {repo} and the branch"),
    409: ("says that something else was done there at the same time", "look at the repository and push again"),
    412: ("says that the repository has changed meanwhile", "look at it and push again"),
    413: ("says that this is too large", "leave files out, or ask the hub for room"),
    429: ("says that it was asked too often", "wait a few minutes and push again"),
}
"""Status of an answer to what it means and what to do."""
TROUBLE = ("is in trouble", "wait a while and push again; what had arrived is not sent a second time")

PLAINLY = "push again with HF_HUB_DISABLE_XET=1 in the environment: they then go by plain HTTP"
"""The client sends large files by a protocol of its own, xet, which not every hub and proxy speaks."""


@contextmanager
def hub_troubles(where: str, *, repo: str, env: str, token: str) -> Iterator[None]:
    """Whatever the client raises inside becomes ours: ``ProviderGone`` where the hub refuses or cannot be reached,
    ``Mistake`` where it was told not to ask anybody, or where the name of the repository is none."""
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, OfflineModeIsEnabled

    foreign = (*HfHubHTTPError.__bases__, OSError, ValueError, RuntimeError, LookupError, TypeError, AttributeError,
               AssertionError)  # fmt: skip
    try:
        yield
    except ConstitutionError:
        raise
    except OfflineModeIsEnabled as error:
        raise Mistake("the environment says that no hub may be asked", where=where,
                      remedy="unset HF_HUB_OFFLINE and push again") from error  # fmt: skip
    except HFValidationError as error:
        raise Mistake(f"{repo!r} is no name of a repository", remedy="write OWNER/NAME") from error
    except foreign as error:
        _of_the_disk(error)
        what, remedy = _told(error)
        raise ProviderGone(
            what.replace(token, "(token)"), where=where, remedy=remedy.format(env=env, repo=repo)
        ) from None


def _of_the_disk(error: BaseException) -> None:
    """What is no fault of any hub, since it is about a file here; raises ``Stopped`` for it."""
    if isinstance(error, OSError) and (error.filename is not None or error.errno in REMEDY):
        with disk_troubles("read or write what goes to and comes from the hub", Path(str(error.filename or "."))):
            raise error


def _told(error: BaseException) -> tuple[str, str]:
    """What was wrong and what to do; uploads hide the hub's answer behind an error of their own."""
    from huggingface_hub.errors import HfHubHTTPError

    first: BaseException | None = error
    while first is not None:
        if isinstance(first, HfHubHTTPError) and first.response is not None:
            return _answered(first.response.status_code, first.server_message or "")
        if "xet" in str(first).lower():
            return f"the hub's storage did not take the files: {_short(str(first))}", PLAINLY
        if _never_arrived(first):
            return f"the hub cannot be reached: {_short(str(first)) or type(first).__name__}", (
                "check the network and --hub, and push again"
            )
        first = first.__cause__ or first.__context__
    return f"the hub's answer was not understood: {_short(str(error)) or type(error).__name__}", (
        "check that --hub names a hub, and push again"
    )


def _answered(status: int, message: str) -> tuple[str, str]:
    what, remedy = SAID.get(status, TROUBLE if status >= 500 else SAID[400])
    said = f": {_short(message)}" if message else ""
    return f"the hub {what} ({status}){said}", remedy


def _never_arrived(error: BaseException) -> bool:
    """The client library has changed its HTTP library between versions; the names of its errors stayed."""
    return isinstance(error, ConnectionError | TimeoutError) or any(
        each.__name__ == "TransportError" for each in type(error).__mro__
    )


def _short(text: str) -> str:
    return " ".join(text.split())[:LONGEST]
