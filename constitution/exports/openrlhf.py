"""OpenRLHF: the same pairs as TRL's and the command that reads them (openrlhf/datasets/reward_dataset.py, 0.11.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from constitution.exports.formats import Facts, Format
from constitution.exports.reward import unsure, with_margin, without_margin
from constitution.exports.said import first_of
from constitution.exports.taken import pair_traps
from constitution.exports.trl import REASONS

CANNOT = (
    "tool calls and names of speakers: in JSON Lines every other message would have such a key too, with a null, "
    "and chat templates take the key for a call",
    "how sure the judges were: its DPO knows neither a weight nor a margin for each row",
    "lengths: OpenRLHF leaves out, without a word, a prompt that does not fit --data.max_len, and cuts answers",
)
NOTE = (
    "openrlhf.sh is the command for DPO, which passes a margin over; the reward model (openrlhf.cli.train_rm) takes "
    "the same keys, and with margin=p_chosen and --model.margin_loss_enable the margin too: that of the reward export"
)


def openrlhf(*, margin: Literal["none", "p_chosen"] = "none") -> Format:
    """The format of ``openrlhf.cli.train_dpo`` and ``train_rm`` with ``--data.apply_chat_template``.

    With a margin every row has one: where it is null, OpenRLHF trains with 0 and says nothing.
    """
    judged = margin == "p_chosen"
    return Format(
        purpose="DPO by OpenRLHF: prompt, chosen and rejected, each a list of messages, and the command",
        cannot=CANNOT,
        refusal=first_of(*REASONS, *([unsure] if judged else [])),
        lines=with_margin if judged else without_margin,
        note=NOTE,
        beside=command,
        trap=pair_traps(*(["margin"] if judged else [])),
    )


def command(facts: Facts) -> Mapping[str, bytes]:
    """The command as a script; further flags may be given to it.

    A file of one's own is always the split ``train`` of itself, also the one to evaluate on.
    """
    flags = [
        '--model.model_name_or_path "${MODEL:?say which model: MODEL=... sh openrlhf.sh}"',
        *(f'--data.dataset "$here/{name}"' for split, name in facts.files.items() if split == "train"),
        *(
            f'--eval.dataset "$here/{name}" --eval.split train'
            for split, name in facts.files.items()
            if split == "test"
        ),
        "--data.prompt_key prompt --data.chosen_key chosen --data.rejected_key rejected",
        "--data.apply_chat_template",
        '--data.max_len "${MAX_LEN:-4096}"',
        '"$@"',
    ]
    script = [
        "#!/bin/sh",
        "# DPO with OpenRLHF (written for 0.11.2). Longer prompts than --data.max_len tokens are left out unsaid.",
        'here=$(dirname "$0")',
        "case $here in *[,@]*) echo 'OpenRLHF cannot read from a path with a comma or an @' >&2; exit 2 ;; esac",
        " \\\n  ".join(["exec deepspeed --module openrlhf.cli.train_dpo", *flags]),
        "",
    ]
    return {"openrlhf.sh": "\n".join(script).encode()}
