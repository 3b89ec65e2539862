"""Leaks: words that we told a model, the templates' and the principles', come back in a text that would be exported."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property

from constitution.core.hostile.sign import escaped
from constitution.core.trail import Trail
from constitution.stages.brief import Brief

RUN = 8
"""Words in a row that must be the same. Of 9,905 texts that saw none of our words, 30 share a run of 4 with them, 2 one
of 5 and none one of 6; two more let an honest answer take up half a sentence of a short principle."""
_WORD = re.compile(r"[^\W_]+")


class Leaks:
    """What the models of one recipe are told, cut into runs of so many words."""

    def __init__(self, brief: Brief, run: int = RUN) -> None:
        self._brief = brief
        self._run = run

    @cached_property
    def _templates(self) -> frozenset[str]:
        """The runs of the templates; none goes over a slot."""
        texts = (text for each in self._brief.templates.values() for _, parts in each.pieces for text in parts[::2])
        return self._runs(texts)

    @cached_property
    def _principles(self) -> frozenset[str]:
        every = self._brief.constitution.principles
        return self._runs(said for each in every for said in (each.told_critic, each.told_reviser, each.told_judge))

    def _runs(self, texts: Iterable[str]) -> frozenset[str]:
        return frozenset(run for text in texts for run, _, _ in runs(text, self._run))

    def found(self, trail: Trail) -> str | None:
        """What would be exported with the pair and holds words of ours, in words for people; else None.

        Answers must repeat neither templates nor principles. A critic may well repeat the principle that it is asked
        about, so that in its reasons only the templates count. What the prompt holds is no leak.
        """
        if trail.pair is None:
            return None
        asked = "\n".join([message.content for message in trail.prompt.messages])
        for side, answer in (("chosen", trail.pair.chosen), ("rejected", trail.pair.rejected)):
            for whose, told in (("a template", self._templates), ("a principle", self._principles)):
                leaked = self._leaked(answer.text, asked, told)
                if leaked:
                    return f"the {side} answer repeats {whose}: {leaked}"
        for critique in trail.critiques:
            leaked = self._leaked(critique.reason, asked, self._templates)
            if leaked:
                return f"a critique of {critique.principle.id} repeats a template: {leaked}"
        return None

    def of_templates(self, text: str, asked: str) -> str | None:
        """The first words in the text that are a template's and not the prompt's, in quotes; None without any."""
        return self._leaked(text, asked, self._templates)

    def _leaked(self, text: str, asked: str, told: frozenset[str]) -> str | None:
        """The first run of words of ours in the text that the prompt does not hold, as it stands there."""
        own = None
        for run, start, end in runs(text, self._run):
            if run in told:
                own = own if own is not None else frozenset(each for each, _, _ in runs(asked, self._run))
                if run not in own:
                    return escaped(text[start:end])
        return None


def runs(text: str, length: int) -> Iterator[tuple[str, int, int]]:
    """Each run of so many words, without case and marks, and where in the text it stands."""
    found = [(each.group().casefold(), each.start(), each.end()) for each in _WORD.finditer(text)]
    for place in range(len(found) - length + 1):
        run = found[place : place + length]
        yield " ".join([word for word, _, _ in run]), run[0][1], run[-1][2]
