"""An answer holds the control marks of a chat format."""

from __future__ import annotations

import re

from constitution.core.trail import Finding, Pair, Trail

_MARKS = re.compile(
    r"<\|(?:im_start|im_end|system|user|assistant|end|endoftext|eot_id|start_header_id|end_header_id)\|>"
    r"|\[/?INST\]|<</?SYS>>|</?s>|<(?:start|end)_of_turn>|^[^\S\n]*(?:Human|Assistant|### (?:Instruction|Response)):",
    re.MULTILINE,
)


def role_markers(pair: Pair, trail: Trail) -> Finding | None:
    """Refuses a side with a role token or a turn header that the prompt did not itself use."""
    asked = "\n".join(message.content for message in trail.prompt.messages)
    for side, response in (("chosen", pair.chosen), ("rejected", pair.rejected)):
        for found in _MARKS.finditer(response.text):
            mark = found.group().strip()
            if mark not in asked:
                return Finding(check="role_markers", severity="refuse", reason=f"the {side} answer holds {mark!r}")
    return None
