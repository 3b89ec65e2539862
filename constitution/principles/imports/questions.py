"""The published comparisons: a list of questions about which of two answers is better, and of plain sentences."""

from __future__ import annotations

import re

from constitution.principles.imports.given import Entry, Found, Given

_OPTIONS = re.compile(r"\s*Options:\s*\Z")
_ANSWER = r"(?:responses?|answers?|options?|repl(?:y|ies))"
_MORE = (
    r"(?:less|least|more|most|better|best|worse|worst|fewer|fewest|\w+est|\w+ier|\w+er\s+than"
    r"|(?:is|are|sounds?|seems?|looks?)\s+(?!(?:n?ever|either|neither|rather|over|under)\b)\w+er)"
)
_WHICH = re.compile(rf"which\s+(?:one\s+of\b|(?:\w+\s+){{0,5}}?{_ANSWER}\b).*\b{_MORE}\b.*\?", re.I | re.S)
_CHOOSE = re.compile(
    rf"(?:please\s+)?(?:choose|select|pick)\s+(?:the|which(?:ever)?)\s+"
    rf"(?:(?:[\w']+\s+){{0,2}}?{_ANSWER}\s+(?:that|which|whose|with|is|are)\b.*|{_MORE}\s+(?:\w+\s+)?{_ANSWER}\b.*)",
    re.I | re.S,
)


def compares(text: str) -> bool:
    """Whether a sentence plainly asks which of several answers is better, and so is no rule for one.

    >>> compares("Which of these responses is less rude?"), compares("Choose the answer that is kinder.")
    (True, True)
    >>> compares("Choose words that are polite."), compares("Which sources you used must be said.")
    (False, False)
    """
    return bool(_WHICH.fullmatch(text.strip()) or _CHOOSE.fullmatch(text.strip()))


def questions(given: Given) -> Found | None:
    """A list of texts; None for another shape.

    A text that ends with "Options:" (arXiv:2212.08073), or plainly compares answers, is a ``preference_question``, any
    other a ``rule``. Raises ``BadFile`` at an empty text.
    """
    root = given.tree.root if given.tree else None
    if root is None or not isinstance(root.value, list) or not root.value:
        return None
    if not all(isinstance(node.value, str) for node in root.value):
        return None
    found = Found()
    for number, node in enumerate(root.value, 1):
        text = str(node.value)
        said = _OPTIONS.sub("", text).strip()
        field = "preference_question" if _OPTIONS.search(text) or compares(said) else "rule"
        if not said:
            raise given.bad(node, f"entry {number} is empty", "write its sentence, or remove it")
        place = given.place(node.line, node.column)
        found.entries.append(Entry(fields={"source": f"{given.short}#{number}", field: said}, place=place))
    return found
