"""How a trial ended: passed, failed, flaky, or not asked, and what a person should know about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from constitution.core.trail import CriticVerdict, Critique
from constitution.trials.asking import Tally, commonest, steady
from constitution.trials.case import Trial

Status = Literal["pass", "fail", "flaky", "fault"]
EXCUSE = "flaky:"
"""How the note of a case begins that may be flaky; the reason follows."""
RULED = "ruled by"
"""How the note of a case begins that a person's ruling became."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A trial and what came of it."""

    trial: Trial
    tally: Tally

    @property
    def verdict(self) -> CriticVerdict:
        """What more than half of the draws say."""
        return self.tally.verdict

    @property
    def right(self) -> int:
        """How many draws gave the expected verdict."""
        return self.tally.votes.count(self.trial.expected)

    @property
    def status(self) -> Status:
        """``cannot_tell`` makes no trial pass, and a verdict that was never right is a failure, not flaky."""
        if self.tally.fault:
            return "fault"
        if self.right and not steady(self.tally.votes):
            return "flaky"
        return "pass" if self.verdict == self.trial.expected else "fail"

    @property
    def abstained(self) -> bool:
        """Whether the critic could not tell."""
        return self.status != "fault" and self.verdict == "cannot_tell"

    @property
    def excuse(self) -> str:
        """The reason that the case gives for being flaky; it holds only while most draws are right."""
        note = self.trial.case.note.strip()
        counts = self.status == "flaky" and self.verdict == self.trial.expected
        return note.removeprefix(EXCUSE).strip() if counts and note.startswith(EXCUSE) else ""

    @property
    def failed(self) -> bool:
        """Whether the test fails by this trial."""
        return self.status == "fail" or (self.status == "flaky" and not self.excuse)

    @property
    def said(self) -> str:
        """The outcome in a word or two."""
        match self.status:
            case "pass":
                return "pass"
            case "flaky":
                return f"flaky {self.right}/{len(self.tally.votes)}"
            case "fault":
                return "not asked"
        says = commonest(self.tally.votes)[0].replace("_", " ")
        return f"FAIL ({says})"

    @property
    def why(self) -> str:
        """What is wrong, in a sentence; nothing for a trial that passed."""
        match self.status:
            case "pass":
                return ""
            case "fault":
                return f"the critic could not be asked: {self.tally.fault}"
            case "flaky":
                drawn = f"{self.right} of {len(self.tally.votes)} draws say {self.trial.expected}"
                return f"{drawn}; allowed: {self.excuse}" if self.excuse else drawn
        wrong = next((c for c in self.tally.critiques if c.verdict != self.trial.expected), None)
        told = (wrong.note or wrong.reason) if wrong else ""
        return f"expected {self.trial.expected}" + (f"; the critic: {told}" if told else "")

    @property
    def remedy(self) -> str:
        """What to do about a case that failed."""
        if "simulator" in self.tally.by and self.status == "fail":
            return (
                "the simulator, which played the critic, reads only for what the shipped principles speak of: name a "
                "model with --critic, give the principle deterministic `rules`, or make its words or the case plainer"
            )
        if self.trial.case.note.startswith(RULED):
            return "people ruled so against a critic: name a better one with --critic, or reword the principle"
        return "make the principle's words or the case plainer"

    @property
    def elsewhere(self) -> str:
        """The words that the critic quotes for a violation, where none of its quotes touches those of the case.

        What it shows by an omission stands in the prompt, and cannot be compared.
        """
        violations = [c for c in self.tally.critiques if c.verdict == "violates"]
        right = [c for c in violations if c.evidence is not None and c.evidence.kind != "omission"]
        quote = self.trial.case.quote
        if self.trial.expected != "violates" or self.status == "fault" or not quote or not right:
            return ""
        if any(_touches(critique, self.trial.case.response, quote) for critique in right):
            return ""
        return next((c.evidence.text for c in right if c.evidence is not None), "")

    def data(self) -> dict[str, Any]:
        """The outcome as plain JSON values."""
        return {
            "case": self.trial.name,
            "place": self.trial.place,
            "principle": self.trial.principle,
            "expected": self.trial.expected,
            "status": self.status,
            "verdict": self.verdict,
            "votes": list(self.tally.votes),
            "right": self.right,
            "why": self.why,
            "wrong_place": self.elsewhere,
            "failed": self.failed,
        }


def _touches(critique: Critique, response: str, quote: str) -> bool:
    """Whether the evidence overlaps a place of the response where the quoted words stand."""
    found = critique.evidence
    if found is None:
        return False
    if found.start == found.end:
        return True  # a rule that misses something in the whole response
    at = response.find(quote)
    while at >= 0:
        if found.start < at + len(quote) and at < found.end:
            return True
        at = response.find(quote, at + 1)
    return False
