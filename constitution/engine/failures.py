"""How many failures work may have before it ends: better to stop than to pay for more of the same."""

from __future__ import annotations

from constitution.engine.caller import Caller
from constitution.errors import Stopped


def heed_failures(caller: Caller, most: int | None, reason: str) -> None:
    """No further call goes out once more than ``most`` have failed, the last of them for this reason."""
    failed = caller.progress.failed
    if most is None or failed <= most:
        return
    caller.halt(
        Stopped(
            f"{failed:,} {caller.progress.of} failed, {most:,} may; the last: {reason}",
            remedy="see to that, or let more fail with a higher --max-failures",
        )
    )
