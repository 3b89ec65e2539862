"""A report of trials as JUnit XML, the form in which build servers show tests."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from constitution.trials.outcome import Outcome
from constitution.trials.report import TrialReport

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold, in whatever spelling."""


def junit(report: TrialReport) -> str:
    """The document, one ``testcase`` a case and one ``testsuite`` a principle; the same report gives the same bytes.

    Each suite has a property ``rehearsal``: ``true`` where a program stood in for a model.
    """
    root = ElementTree.Element("testsuites", _counts(f"{report.ref} by {report.critic}", report.outcomes))
    for figures in report.figures:
        own = tuple(outcome for outcome in report.outcomes if outcome.trial.principle == figures.name)
        suite = ElementTree.SubElement(root, "testsuite", _counts(figures.name, own))
        properties = ElementTree.SubElement(suite, "properties")
        ElementTree.SubElement(properties, "property", {"name": "rehearsal", "value": str(report.rehearsal).lower()})
        for outcome in own:
            _case(suite, report.ref, outcome)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _counts(name: str, outcomes: tuple[Outcome, ...]) -> dict[str, str]:
    return {
        "name": _legal(name),
        "tests": str(len(outcomes)),
        "failures": str(sum(outcome.failed for outcome in outcomes)),
        "errors": str(sum(outcome.status == "fault" for outcome in outcomes)),
    }


def _case(suite: ElementTree.Element, ref: str, outcome: Outcome) -> None:
    trial = outcome.trial
    file, _, place = trial.place.rpartition(":")[0].rpartition(":")
    case = ElementTree.SubElement(
        suite,
        "testcase",
        {
            "classname": _legal(f"{ref}.{trial.principle}"),
            "name": f"{trial.expected}[{trial.number}]",
            **({"file": _legal(file), "line": place} if file else {}),
        },
    )
    said = {"message": _legal(f"{outcome.said}: {outcome.why}")}
    if outcome.status == "fault":
        ElementTree.SubElement(case, "error", said)
    elif outcome.failed:
        failure = ElementTree.SubElement(case, "failure", {**said, "type": outcome.status})
        failure.text = _legal(f"{trial.place}\n{', '.join(outcome.tally.votes)}\n\n{trial.case.response}")
    elif outcome.elsewhere or outcome.excuse:
        noted = f"wrong place: {outcome.elsewhere}" if outcome.elsewhere else outcome.why
        ElementTree.SubElement(case, "system-out").text = _legal(noted)


def _legal(text: str) -> str:
    r"""The text with every character that XML cannot hold written as an escape.

    >>> _legal("a\x00b")
    'a\\x00b'
    """
    return _ILLEGAL.sub(lambda found: f"\\x{ord(found.group()):02x}", text)
