"""What makes a pair earned: the conditions, read off the trail; the stage that pairs holds every strategy to them."""

from __future__ import annotations

from constitution.core.records import TIERS
from constitution.core.trail import Critique, Preference, Trail, Verdict, pair_id


def violations(trail: Trail, response: int) -> tuple[Critique, ...]:
    """The violations found in one response, each with its evidence."""
    return tuple(c for c in trail.critiques_of(response) if c.verdict == "violates" and c.evidence is not None)


def sides(trail: Trail) -> tuple[int, int] | None:
    """Positions of the draft and of its latest revision; None where nothing was revised."""
    last = len(trail.responses) - 1
    parent = trail.responses[last].parent if last >= 0 else None
    return None if parent is None else (parent, last)


def kept(trail: Trail) -> bool:
    """Whether a person has ruled that draft and revision make a good pair: no model's verdict stands against that."""
    wanted = {ruling.pair_id for ruling in trail.rulings if ruling.verdict == "keep"} if trail.rulings else None
    positions = sides(trail) if wanted else None
    if positions is None or not wanted:
        return False
    draft, revision = (trail.responses[position].text for position in positions)
    return pair_id(trail.prompt.messages, revision, draft) in wanted


def recheck_problem(trail: Trail) -> str | None:
    """Why the revision does not mend the draft, by the critic's blind second reading; None if it does.

    Every cited principle must be kept now, and none of the same or a higher tier may be newly broken; where a person
    keeps the pair, that holds.
    """
    positions = sides(trail)
    if positions is None:
        return "nothing was revised"
    draft, revision = positions
    cited = {c.principle.id: c for c in violations(trail, draft)}
    if not cited:
        return "no violation with evidence was found in the draft"
    if kept(trail):
        return None
    now = {c.principle.id: c for c in trail.critiques_of(revision)}
    for name in cited:
        if name not in now:
            return f"the revision was not checked against {name}"
        if now[name].verdict not in ("complies", "not_applicable"):
            return f"the re-check says {now[name].verdict} of {name}"
    floor = max(TIERS.index(c.principle.tier) for c in cited.values())
    for broken in violations(trail, revision):
        if TIERS.index(broken.principle.tier) <= floor:
            return f"the revision newly breaks {broken.principle.id}"
    return None


def of_order(verdicts: tuple[Verdict, ...], order: str, field: str) -> Preference:
    """What one order of showing says: the only answer, or the majority of several; without one, ``tie``."""
    votes: list[Preference] = [getattr(verdict, field) for verdict in verdicts if verdict.order == order]
    if "invalid" in votes or not votes:
        return "invalid"
    best = max(votes, key=votes.count)
    return best if votes.count(best) * 2 > len(votes) else "tie"


def orders(verdicts: tuple[Verdict, ...], field: str) -> tuple[Preference, Preference]:
    """What both orders say: with the draft shown first, and with the revision shown first."""
    return of_order(verdicts, "draft_first", field), of_order(verdicts, "revision_first", field)


def compared(trail: Trail, *, cut: bool = False) -> tuple[Verdict, ...]:
    """The verdicts on the very responses that would become the pair, whole or with the longer one cut."""
    positions = sides(trail)
    return tuple(v for v in trail.verdicts if (v.draft, v.revision) == positions and v.cut == cut)


def judgement_problem(trail: Trail) -> str | None:
    """Why the judge does not carry the pair; None if both orders prefer the revision.

    Helpfulness binds on benign and borderline prompts: there, both orders must not favour the draft. Where a person
    keeps the pair, nothing binds.
    """
    if kept(trail):
        return None
    whole = compared(trail)
    first, second = orders(whole, "principles")
    if "invalid" in (first, second):
        return "the judge gave no valid verdict in both orders"
    if first != second:
        return f"the orders disagree on the principles: {first} and {second}"
    if first != "revision":
        return "a tie on the principles" if first == "tie" else "the judge prefers the draft on the principles"
    if trail.intent != "harmful" and orders(whole, "helpfulness") == ("draft", "draft"):
        return "the revision helps less than the draft"
    cut = compared(trail, cut=True)
    if cut and orders(cut, "principles") != ("revision", "revision"):
        return "the verdict hangs on the last 200 characters of the longer answer"
    return None


def why_not(trail: Trail) -> str | None:
    """The first condition of an earned pair that this trail does not meet; None if it meets them all."""
    problem = recheck_problem(trail) or judgement_problem(trail)
    positions = sides(trail)
    if problem or positions is None:
        return problem or "nothing was revised"
    draft, revision = (trail.responses[position] for position in positions)
    if " ".join(draft.text.split()) == " ".join(revision.text.split()):
        return "the revision says the same as the draft"
    return None
