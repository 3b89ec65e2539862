"""False fences: lines that pretend that the text under review, or its review, ends or begins here."""

from __future__ import annotations

import re

from constitution.core.hostile.folding import Reading
from constitution.core.hostile.lexicon import kinds_in
from constitution.core.hostile.sign import Sign
from constitution.core.hostile.words import Word

_OURS = r"response|message|conversation|critique|principle|draft|candidate|prompt|answer|option|reply|review|revision"
_LINE = re.compile(
    rf"(?<!-)-{{2,40}} ?(?:begin|end) (?:of )?(?:the )?(?:{_OURS})\b"
    r"|(?<!-)-{3,40} ?(?:begin|end) [^\n-]{1,80} [0-9a-f]{8,64} ?-{2}"
    r"|^ ?={2,40} ?(?:system|user|assistant|judge|critic) ?={2}"
    r"|^[^\w\s]{2,80} ?(?:end|eof) ?[^\w\s]{2,80}$"
    r"|\b(?:that was|here ends|this ends|this concludes) the (?:response|draft|reply|candidate|submission)\b"
    # A principle as the critic is told of it.
    r"|\[[a-z0-9][a-z0-9.-]{2,63}\] \((?:never|must|should)\)|^where \[[a-z0-9.-]{1,64}\] and \["
    # Marks above and below, the end between them.
    r"|^[^\w\s]{3,80}\n ?(?:end|begin|start) of [^\n]{1,60}\n ?[^\w\s]{3}",
    re.MULTILINE,
)
_CLOSED = re.compile(
    rf"</(?:{_OURS}|submission|output|text|document|data|input|material|untrusted|evaluation)(?: ?\d| ?[ab])?>"
    rf"|\[/?(?:{_OURS}|submission|output)(?: ?\d| ?[ab])?\]|\[(?:end|begin|start) of [^\]\n]{{1,40}}\]"
)
_EDGE = re.compile(r"[^\w\s.,!?'\"()]{2,}|[<\[{(*#]")
_SHORT, _WORDS = 90, 9


def fences(text: Reading, asked: Reading) -> Sign | None:
    """A line that opens or closes a fence that is not the text's to open or close, if there is one."""
    read = text.latin
    for found in _LINE.finditer(read):
        if found.group() not in asked.latin:
            return Sign("fence", text.quote(found.start(), found.end()))
    seen = set()
    for found in _CLOSED.finditer(read):
        mark = found.group()
        if mark in seen:
            continue
        seen.add(mark)
        opened = mark.replace("/", "", 1)
        if mark not in asked.latin and ("/" not in mark or read.count(opened) < read.count(mark)):
            return Sign("fence", text.quote(found.start(), found.end()))
    return _end_line(text, asked)


def _end_line(text: Reading, asked: Reading) -> Sign | None:
    """A short line, set off by marks, that says in some language that the answer ends or begins."""
    start = 0
    for line in text.folded.split("\n"):
        if 4 < len(line) < _SHORT and _set_off(line.strip()) and len(line.split()) <= _WORDS:
            kinds = kinds_in(line, latin=text.text.isascii())
            if Word.END & kinds and (Word.ANSWER | Word.VERDICT) & kinds and line.strip() not in asked.folded:
                return Sign("fence", text.quote(start, start + len(line)))
        start += len(line) + 1
    return None


def _set_off(line: str) -> bool:
    """Whether the line begins and ends with marks that are no punctuation."""
    return bool(line) and _EDGE.match(line) is not None and not (line[-1].isalnum() or line[-1] in ".,!?\"'")
