"""Everything that can go wrong, as one tree; each error knows its exit code.

    ConstitutionError                70  our bug, unless a subclass says otherwise
    ├── Mistake                       2  usage or configuration: nothing was asked
    │   ├── BadFile                   2  a file that cannot be read as it should be
    │   ├── NotFound                  2  a name that nothing answers to
    │   ├── MissingKey                2  a provider without its key
    │   └── Occupied                  2  an output folder or ledger that somebody else holds
    ├── Stopped                       4  ended early at a limit; running again goes on
    │   └── Capped                    4  at the user's cap on money or calls; it must be raised to go on
    ├── ProviderGone                  5  the provider refused for good
    ├── Interrupted                 130  Ctrl-C; running again goes on
    └── CallFailed                    -  one call failed; becomes a fault on its prompt
        ├── Transient                 -  worth another attempt
        │   └── BrokenBody            -  came back, was paid for, and cannot be read
        ├── Quarantined               -  the request itself is wrong (4xx): never retried unasked
        └── OffSchema                 -  the reply, asked twice, did not keep its schema

A message says what was wrong and where; ``remedy`` says what to do next.
"""

from __future__ import annotations

from typing import ClassVar


class ConstitutionError(Exception):
    """Base of the tree."""

    exit_code: ClassVar[int] = 70
    kind: ClassVar[str] = "bug"

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        self.what = what
        self.where = where
        self.remedy = remedy
        super().__init__(f"{where}: {what}" if where else what)
        if remedy:
            self.add_note(f"What to do: {remedy}")

    @property
    def sentence(self) -> str:
        """Place, what was wrong and what to do, on one line."""
        return f"{self}; {self.remedy}" if self.remedy else str(self)


class Mistake(ConstitutionError):
    """Usage or configuration is wrong; the run stopped before the first question."""

    exit_code = 2
    kind = "usage"


class BadFile(Mistake):
    """A file cannot be read as it should be; ``where`` is ``file:line:column``."""

    kind = "file"


class NotFound(Mistake):
    """Nothing answers to this name."""

    kind = "not_found"


class MissingKey(Mistake):
    """The provider needs a key that the environment does not hold."""

    kind = "missing_key"


class Occupied(Mistake):
    """An output folder holds something else, or another process holds the ledger."""

    kind = "occupied"


class Stopped(ConstitutionError):
    """A limit of the user's or of the machine was reached; what was paid for is kept."""

    exit_code = 4
    kind = "stopped"


class Capped(Stopped):
    """A cap of the user's on money or calls was reached; ``raised`` is a value of ``cap`` that goes further."""

    kind = "capped"

    def __init__(self, what: str, *, cap: str, raised: float, remedy: str = "") -> None:
        super().__init__(what, remedy=remedy)
        self.cap = cap
        self.raised = raised


class ProviderGone(ConstitutionError):
    """The provider refused for good: bad key, no quota, no such model, unreachable."""

    exit_code = 5
    kind = "provider_gone"


class Interrupted(ConstitutionError):
    """Ctrl-C; what was paid for is kept and running again goes on."""

    exit_code = 130
    kind = "interrupted"


class CallFailed(ConstitutionError):
    """One call failed; the chain of stages turns it into a fault on that prompt."""

    kind = "call"


class Transient(CallFailed):
    """The call may succeed if it is sent again; ``retry_after`` is in seconds.

    ``overloaded`` says that the provider is there and has too much to do, ``maybe_paid`` that it may have
    answered without our hearing of it, ``unreachable`` that the call never got to it, ``timed_out`` that it took longer
    than it may.
    """

    kind = "transient"

    def __init__(
        self,
        what: str,
        *,
        retry_after: float | None = None,
        overloaded: bool = False,
        maybe_paid: bool = False,
        unreachable: bool = False,
        timed_out: bool = False,
        where: str = "",
        remedy: str = "",
    ) -> None:
        super().__init__(what, where=where, remedy=remedy)
        self.retry_after = retry_after
        self.overloaded = overloaded
        self.maybe_paid = maybe_paid
        self.unreachable = unreachable
        self.timed_out = timed_out


class BrokenBody(Transient):
    """An answer came back and cannot be read: paid for, kept as bytes, worth few further attempts."""

    kind = "broken_body"

    def __init__(self, what: str, *, body: bytes = b"", where: str = "") -> None:
        super().__init__(what, where=where)
        self.body = body


class Quarantined(CallFailed):
    """The provider says that the request itself is wrong; it is remembered and not sent again."""

    kind = "quarantined"


class OffSchema(CallFailed):
    """A reply broke its schema, was asked again with the error, and broke it again."""

    kind = "off_schema"
