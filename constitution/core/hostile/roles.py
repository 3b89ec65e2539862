"""The control marks of chat formats, by which a text under review pretends that somebody else speaks."""

from __future__ import annotations

import re

from constitution.core.hostile.folding import Reading
from constitution.core.hostile.sign import Sign

TOKENS = re.compile(
    # ChatML, Llama 3 and 4, Phi, Zephyr, Command R, DeepSeek, Harmony, Granite, InternLM, Kimi: all of one shape.
    r"<\|[/a-z0-9▁-]{2,40}\|>"
    # Llama 2 and Mistral, Gemma, Baichuan, GLM, Falcon, MOSS and InternLM.
    r"|\[/?(?:inst|system-prompt|available-tools|tool-results|gmask)\]|<</?sys>>|<(?:start|end)-of-turn>"
    r"|<reserved-\d{1,5}>|<sop>|<eo[hm]>|<\|(?:human|moss)\|>:|<(?:bos|eos)>"
)
_TAGS = re.compile(r"</?(?:system|assistant|human|system-?prompt|instructions?|user)>")
_HEADERS = re.compile(
    r"^[ #*>\[(<]{0,8}(human|assistant|system|user|developer|ai|bot|chatbot|judge|critic|reviewer|evaluator|grader"
    r"|instructions?|response|input|tool|model|gpt)(?: (?:message|prompt|note))?[\])*>]{0,4} ?:",
    re.MULTILINE,
)
_HEADED = re.compile(r"^#{2,4} ?(?:instruction|response|system|user|assistant|human|input) ?:", re.MULTILINE)
_JSON = re.compile(r'"role" ?: ?"(?:system|developer)"')
_OF_CODE = ("json", "api", "code", "chat", "message", "python", "javascript", "prompt", "tun", "script", "program")
"""A prompt that holds one of these may well ask for the messages of a chat as JSON."""
_TURNS = ({"human", "user"}, {"assistant", "ai", "bot", "chatbot", "model", "gpt"})


def roles(text: Reading, asked: Reading) -> Sign | None:
    """A role token, tag or turn header that the prompt does not itself use, if there is one.

    Headers of plain words count where both sides of a conversation have them, or a reviewer or the system has one
    beside another.
    """
    read, prompt = text.latin, asked.latin
    of_code = any(word in prompt for word in _OF_CODE)
    for pattern in (TOKENS, _HEADED) if of_code else (TOKENS, _HEADED, _JSON):
        for found in pattern.finditer(read):
            mark = found.group()
            if mark not in prompt and mark.replace("/", "", 1) not in prompt:
                return Sign("role", text.quote(found.start(), found.end()))
    return _closed(text, prompt) or _headers(text, prompt)


def _closed(text: Reading, prompt: str) -> Sign | None:
    """A tag of a role, or an end of sequence that nothing began."""
    read = text.latin
    for found in _TAGS.finditer(read):
        mark = found.group()
        if mark not in prompt and mark.strip("</>") not in prompt:
            return Sign("role", text.quote(found.start(), found.end()))
    if read.count("</s>") > read.count("<s>") and "</s>" not in prompt:
        place = read.rindex("</s>")
        return Sign("role", text.quote(place, place + 4))
    return None


def _headers(text: Reading, prompt: str) -> Sign | None:
    names: dict[str, re.Match[str]] = {}
    for found in _HEADERS.finditer(text.latin):
        if found.group(1) not in prompt:
            names.setdefault(found.group(1), found)
    told = names.keys() & {"system", "developer", "judge", "critic", "reviewer", "evaluator", "grader"}
    turns = all(names.keys() & side for side in _TURNS)
    if "human" in names or turns or (told and len(names) > 1):
        first = next(iter(names.values()))
        return Sign("role", text.quote(first.start(), first.end()))
    return None
