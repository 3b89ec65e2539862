"""The verbs by which a dataset leaves our hands: data sign, data push."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from constitution.cli import flags
from constitution.cli.output import Output


def sign(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Dataset folder.")],
    key: Annotated[
        Path | None, typer.Option("--key", metavar="FILE", help="Private key to sign with.", show_default=False)
    ] = None,
    new_key: Annotated[
        Path | None,
        typer.Option("--new-key", metavar="FILE", help="Make a key, FILE and FILE.pub, and sign.", show_default=False),
    ] = None,
    version: Annotated[str, typer.Option("--version", metavar="V", help="Version of the dataset: 1.2.0.")] = "",
    supersedes: Annotated[
        Path | None,
        typer.Option("--supersedes", metavar="DIR", help="Folder of the signed edition before.", show_default=False),
    ] = None,
    created: Annotated[str, typer.Option("--created", metavar="TIME", help="RFC 3339; else now.")] = "",
    as_json: flags.Json = False,
    quiet: flags.Quiet = False,
) -> int:
    """Sign what a dataset says of itself.

    The folder is verified first, and not signed if anything is found (exit 1). The first signer may say a version and
    which edition it follows; each further one signs the same. A passphrase is read from CONSTITUTION_KEY_PASSPHRASE.
    """
    from constitution.cli.signing import show_sign

    return show_sign(
        Output("data-sign", as_json=as_json, quiet=quiet), folder, key=key, new_key=new_key, version=version,
        created=created, supersedes=supersedes,
    )  # fmt: skip


def push(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Dataset folder.")],
    repo: Annotated[str, typer.Argument(metavar="OWNER/NAME", help="Dataset repository; made if there is none.")],
    public: Annotated[bool, typer.Option("--public", help="Anybody may see it; else nobody but you.")] = False,
    direct: Annotated[
        bool, typer.Option("--direct", "--no-pr", help="Straight to the branch, not as a pull request.")
    ] = False,
    branch: Annotated[str | None, typer.Option("--branch", help="Else main.", show_default=False)] = None,
    message: Annotated[str, typer.Option("--message", help="Of the commit.")] = "",
    with_trails: Annotated[
        bool, typer.Option("--with-trails", help="Also the whole texts of all answers, those of no pair among them.")
    ] = False,
    with_calls: Annotated[bool, typer.Option("--with-calls", help="Also when each reply came, and its id.")] = False,
    force_rehearsal: Annotated[
        bool, typer.Option("--force-rehearsal", help="Also rows in which the simulator had a part.")
    ] = False,
    hub: Annotated[
        str | None,
        typer.Option("--hub", metavar="URL", help="Else HF_ENDPOINT, else the public one.", show_default=False),
    ] = None,
    token_env: Annotated[
        str, typer.Option("--token-env", metavar="NAME", help="Environment variable with the token.")
    ] = "HF_TOKEN",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go, and ask no hub.")] = False,
    as_json: flags.Json = False,
    quiet: flags.Quiet = False,
) -> int:
    """Hand a dataset on by a hub: private and as a pull request, unless told otherwise.

    It is verified before, and again as the hub hands it out (exit 1 if anything is found). Files that its manifest
    does not name stay here. Exit 5 if the hub refuses or cannot be reached.
    """
    from constitution.api.data.pushing import PushOrder
    from constitution.cli.pushing import show_push
    from constitution.publishing.push import Wish

    wish = Wish(repo=repo, public=public, direct=direct, branch=branch, message=message)
    order = PushOrder(
        out=folder, wish=wish, with_trails=with_trails, with_calls=with_calls, force_rehearsal=force_rehearsal,
        hub=hub, token_env=token_env, dry_run=dry_run,
    )  # fmt: skip
    return show_push(Output("data-push", as_json=as_json, quiet=quiet), order)
