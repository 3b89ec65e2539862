"""Looks at a draft as a release to be: what changed, which version that demands, and what speaks against it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from constitution.api.linting import problems_in
from constitution.api.release.orders import Proposal, Refusal, ReleaseOrder, named_draft
from constitution.api.trial.orders import PreparedTrials, TrialOrder, prepare_trials
from constitution.core.strict_yaml import decode
from constitution.errors import Mistake, Occupied
from constitution.principles.changes import Change
from constitution.principles.compare import compare
from constitution.principles.editing import set_at
from constitution.principles.lint import Problem
from constitution.principles.reading import read_marked
from constitution.principles.versions import LEVELS, demanded, floor, next_version, step
from constitution.shelf import Shelf, Shelved, find_root
from constitution.shelf.releasing import approved, latest_release, pending, unapproved

NAMED = 5
"""Changes that a refused level names."""


def propose(order: ReleaseOrder) -> Proposal:
    """What the draft would be released as, and all that its files say against it; nothing is asked or written.

    Raises ``NotFound`` where there is no draft, ``BadFile`` for files that cannot be read or are not as they were
    approved, ``Occupied`` where files that nobody approved are in the way, and ``Mistake`` where there is nothing to
    release or the version cannot be, or the critic cannot be asked.
    """
    root = find_root(Path(order.root) if order.root is not None else Path.cwd())
    shelf = Shelf(root)
    draft = shelf.constitution(named_draft(shelf, order.name))
    before = latest_release(shelf, order.name)
    changes = compare(before.constitution, draft.constitution) if before else ()
    if before and _says_nothing_new(order, before, draft, changes):
        return Proposal(order=order, root=root, draft=draft, before=before, changes=(), data=before.bytes,
                        version=before.constitution.version, finish=_left_over(order, root, before, draft))  # fmt: skip
    version = _version(order, root, before, changes)
    data = with_version(draft, version)
    resumed = _resumed(order, root, version, data)
    problems = problems_in(shelf, draft)
    refusals = (*_lint(problems), *_missing_cases(draft), *_too_low(before, version, changes))
    trials = None if refusals else _trials(order, root, draft)
    return Proposal(order=order, root=root, draft=draft, before=before, changes=changes, version=version, data=data,
                    resumed=resumed, problems=tuple(problems), refusals=refusals, trials=trials)  # fmt: skip


def with_version(draft: Shelved, version: str) -> bytes:
    """The draft's file with its version below its name and title; every other byte is as it was.

    Raises ``BadFile`` where it cannot be put there, and for a file that is too large with it.
    """
    text = decode(draft.bytes, draft.path)
    data = set_at(text, draft.path, ("version",), version).encode("utf-8")
    decode(data, draft.path)
    return data


def _says_nothing_new(order: ReleaseOrder, before: Shelved, draft: Shelved, changes: Sequence[Change]) -> bool:
    """Whether nothing is changed; comments and layout alone are a change for whoever names a version for them."""
    return not changes and (not order.version or before.bytes == with_version(draft, before.constitution.version))


def _left_over(order: ReleaseOrder, root: Path, before: Shelved, draft: Shelved) -> str:
    """The version whose entry in the changelog is missing; raises ``Mistake`` where nothing is left to do."""
    if left := pending(root, order.name):
        return left
    same = before.bytes == with_version(draft, before.constitution.version)
    following = next_version(before.constitution.version, "patch")
    raise Mistake(
        f"there is nothing to release: the draft says what {before.ref} says"
        + ("" if same else "; only comments, layout or the order of fields differ"),
        where=draft.path,
        remedy="change it first" if same else f"change it first, or release these with --version {following}",
    )


def _version(order: ReleaseOrder, root: Path, before: Shelved | None, changes: Sequence[Change]) -> str:
    """The version to release as; raises ``Mistake`` for one that is there, or that comes before the latest."""
    last = before.constitution.version if before else ""
    lowest = next_version(last, demanded(changes) if changes else "patch")
    version = order.version or lowest
    if version == last or version in approved(root, order.name):
        raise Mistake(
            f"{order.name} {version} was released already, and a released file never changes",
            remedy=f"release it as --version {lowest} or higher",
        )
    step(last, version)
    return version


def _resumed(order: ReleaseOrder, root: Path, version: str, data: bytes) -> bool:
    """Whether this very release was cut short before; raises ``Occupied`` for other files that nobody approved."""
    left = unapproved(root, order.name)
    for other, held in left.items():
        if other != version or held != data:
            raise Occupied(
                "is named like a release and nobody approved it: a release was cut short here, or somebody made it "
                "by hand",
                where=f"principles/{order.name}/{other}.yaml",
                remedy="move it away, then release the draft again"
                if other == version
                else f"release it with --version {other} if the draft still says the same, or move it away",
            )
    return version in left


def _lint(problems: Sequence[Problem]) -> Iterator[Refusal]:
    for each in problems:
        if each.level == "error":
            why = f" ({each.why.removesuffix('.')})" if each.why else ""
            yield Refusal("lint", f"{each.code}: {each.message}{why}", each.place, _typed(each.remedy))


def _typed(remedy: str) -> str:
    return f"type {remedy.removesuffix('.')}" if remedy else "mend it"


def _missing_cases(draft: Shelved) -> Iterator[Refusal]:
    """Each principle that has no case of what it forbids, or none of what it allows."""
    constitution, document = read_marked(decode(draft.bytes, draft.path), draft.path)
    for g, group in enumerate(constitution.groups):
        for p, principle in enumerate(group.principles):
            missing = [f"`{kind}`" for kind in ("violates", "complies") if not getattr(principle, kind)]
            if missing:
                yield Refusal(
                    "missing_case",
                    f"{principle.id} has no {' and no '.join(missing)} case, so nothing can show whether a critic "
                    "reads it as it is meant",
                    document.place(("groups", g, "principles", p)),
                    f"write {' and '.join(missing)} below it, each with a prompt and a response",
                )


def _too_low(before: Shelved | None, version: str, changes: Sequence[Change]) -> Iterator[Refusal]:
    """The changes that demand a higher level than the version is."""
    if before is None:
        return
    taken = step(before.constitution.version, version)
    above = [each for each in changes if LEVELS.index(floor(each)) > LEVELS.index(taken)]
    if not above:
        return
    named = [f"{each.principle or each.group or 'the file'}: {each.what} ({floor(each)})" for each in above[:NAMED]]
    more = f" and {len(above) - NAMED} more" if len(above) > NAMED else ""
    wanted = next_version(before.constitution.version, demanded(changes))
    yield Refusal(
        "level",
        f"{version} is a {taken} after {before.constitution.version}, and whoever relies on version numbers would "
        f"not be warned of: {'; '.join(named)}{more}",
        remedy=f"drop --version, or type --version {wanted} or higher",
    )


def _trials(order: ReleaseOrder, root: Path, draft: Shelved) -> PreparedTrials:
    """The draft's cases, ready to be held; raises ``Mistake`` where it was changed meanwhile."""
    prepared = prepare_trials(
        TrialOrder(reference=draft.ref, draws=order.draws, model=order.model, critic=order.critic,
                   ledger=order.ledger, concurrency=order.concurrency, seed=order.seed, root=root, **order.caps)
    )  # fmt: skip
    if prepared.shelved.sha256 != draft.sha256:
        raise Mistake("was changed while it was being released", where=draft.path, remedy="give the command again")
    return prepared
