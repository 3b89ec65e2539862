"""What data push says: what goes, what stays, where it went, and whether the hub hands out just that."""

from __future__ import annotations

from collections.abc import Iterator
from shlex import quote

from constitution.api.data.pushing import Pushing, PushOrder, push
from constitution.cli.output import Output, Said, said
from constitution.cli.signing import against
from constitution.cli.tables import count
from constitution.errors import BadFile
from constitution.publishing.hub import HUB
from constitution.publishing.push import Pushed


def show_push(output: Output, order: PushOrder) -> int:
    """The dataset is at the hub and its place is told, or what stands against it is an error; raises as ``push``."""
    done = push(order)
    for note in _notes(done):
        output.note(note)
    for line in _told(done):
        output.line(line)
    following = list(_following(done))
    for each in following:
        output.line(f"next: {each}")
    return output.end({**done.data(), "next": following}, code=done.exit_code, errors=list(_errors(done)))


def _notes(done: Pushing) -> Iterator[str]:
    """What should be known of what goes, and of what stays."""
    parcel, pushed = done.parcel, done.pushed
    if done.before.word == "UNSIGNED":
        yield (
            "NOT SIGNED: whoever fetches this cannot tell whether it is yours, or has been changed; "
            f"constitution data sign {quote(str(done.order.out))}"
        )
    if done.rehearsal:
        yield "a rehearsal: its card says that it is no data to train on"
    if parcel is not None:
        for name, why in parcel.held_back.items():
            yield f"{name} stays here: {why}"
        if parcel.strangers:
            yield f"{count(len(parcel.strangers), 'file')} that no manifest names stay here: {parcel.strangers[0]}"
    if pushed is not None:
        yield from done.notes
        if pushed.removed:
            gone = count(len(pushed.removed), "file")
            yield f"{gone} of an earlier edition are removed, and stay in the history: {pushed.removed[0]}"


def _told(done: Pushing) -> Iterator[str]:
    parcel, pushed, wish = done.parcel, done.pushed, done.order.wish
    if parcel is None:
        return
    much = f"{count(len(parcel.files), 'file')}, {count(parcel.size, 'byte')}, {count(done.before.rows, 'row')}"
    where = f"the {'public' if wish.public else 'private'} repository {done.address}/datasets/{wish.repo}"
    if pushed is None:
        yield f"would push {much} to {where}, {'straight' if wish.direct else 'as a pull request'}"
        for name in parcel.files:
            yield f"  {name}"
        return
    if pushed.unchanged:
        yield f"{where} had all of it already: {much}"
    else:
        yield f"pushed {much} to {where}{', made for it' if done.place and done.place.made else ''}"
    yield f"  commit        {pushed.url}"
    if pushed.request:
        yield f"  pull request  {pushed.request}"
    if done.same and done.after is not None:
        yield f"  fetched from the hub and verified again: {done.after.word}, {count(done.after.rows, 'row')}"


def _following(done: Pushing) -> Iterator[str]:
    """How anybody verifies what is there."""
    if done.pushed is not None and done.same:
        yield _download(done, done.pushed)
        signed = done.before.word != "UNSIGNED"  # a key would be asked for a signature that is not there
        yield f"constitution verify copy {'--key KEY.pub' if signed else f'--expect-root {done.before.root}'}"


def _download(done: Pushing, pushed: Pushed) -> str:
    """The hub's own command that fetches just this."""
    hub = "" if done.address == HUB else f"HF_ENDPOINT={done.address} "
    repo = quote(done.order.wish.repo)
    return f"{hub}hf download {repo} --repo-type dataset --revision {pushed.revision} --local-dir copy"


def _errors(done: Pushing) -> Iterator[Said]:
    out, pushed = str(done.order.out), done.pushed
    if not done.before.ok:
        tells = f"constitution verify {quote(out)} tells all of it"
        yield from against(done.before, "it was not pushed", where=out, remedy=tells)
    if done.not_seen is not None:
        yield said(done.not_seen)
    elif pushed is not None and not done.same:
        if done.after is not None and not done.after.ok:
            yield from against(done.after, "so the hub hands it out", where=pushed.url, remedy=_download(done, pushed))
        else:
            error = BadFile("the hub hands out another dataset than the one that was pushed", where=pushed.url,
                            remedy="do not merge it; look at the commit")  # fmt: skip
            yield said(error)
