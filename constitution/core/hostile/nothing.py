"""Answers that say nothing: the "master keys" that win over judges, and constant replies.

A lone ":" or "Thought process:" draws good marks (arXiv:2507.08794), and so does a constant reply (arXiv:2410.07137).
"""

from __future__ import annotations

import re
import unicodedata

from constitution.core.hostile.folding import Reading
from constitution.core.hostile.sign import Sign

_SHORT = 160
_CONSTANT = """
null | undefined | nan | nil | void | eof | eos | empty | blank | no answer | no response | no output | no reply
placeholder | intentionally left blank | this page intentionally left blank | lorem ipsum | your answer here
insert answer here | insert response here | response | answer | solution | output
"""
_OPENERS = """
thought process | thinking process | reasoning | reasoning process | explanation | analysis | final answer
the answer | the answer is | the final answer is | the solution | let s think step by step | step by step
let us think step by step | let s solve this step by step | let s solve this problem step by step
sure here is the answer | here is the answer | here is my answer | here is the solution
solucion | respuesta | reponse | losung | antwort | risposta | soluzione | resposta | explicacion | gedankengang
cevap | ответ | решение | 解 | 解答 | 回答 | 答案 | 解決 | かいせつ | 해설 | 답 | 해답
"""
_FOLDED = frozenset(
    Reading(each.strip()).folded for line in (_CONSTANT + _OPENERS).strip().splitlines() for each in line.split("|")
)


def nothing(text: Reading, asked: Reading) -> Sign | None:
    """The whole text, where it announces an answer and gives none, or is marks alone; else None.

    Marks that the prompt speaks of may be an answer, and so may symbols and emoji.
    """
    whole = text.text.strip()
    if not whole or len(whole) > _SHORT:  # an empty answer has a fate of its own
        return None
    if all(unicodedata.category(each)[0] in "PZC" for each in whole):
        return None if whole in asked.text else Sign("no_answer", whole)
    words = " ".join(re.findall(r"[^\W_]+", text.folded))
    if words in _FOLDED and words not in asked.folded:
        return Sign("no_answer", whole)
    announced = whole[-1] in ":：" and "\n" not in whole and len(whole.split()) <= 6
    return Sign("no_answer", whole) if announced else None
