"""What makes a pair earned: the conditions, read off the trail; the stage that pairs holds every strategy to them."""

from __future__ import annotations

from constitution.core.judgement import Ballot, Claim, Question, Side, Verdict
from constitution.core.records import TIERS, PrincipleRef
from constitution.core.trail import Critique, Trail, pair_id
from constitution.pairing.deciding import DECISIVE, Decision, decided, judges, orders
from constitution.pairing.probability import likelihood
from constitution.pairing.words import called

_BALLOT = Ballot()


def violations(trail: Trail, response: int) -> tuple[Critique, ...]:
    """The violations found in one response, each with its evidence."""
    return tuple(c for c in trail.critiques_of(response) if c.verdict == "violates" and c.evidence is not None)


def sides(trail: Trail) -> tuple[int, int] | None:
    """Positions of the response that would be rejected and of the one that would be chosen.

    By the claim before the judge, else the latest revision and what it revises; None where there is neither.
    """
    if trail.claim is not None:
        return trail.claim.rejected, trail.claim.chosen
    last = len(trail.responses) - 1
    parent = trail.responses[last].parent if last >= 0 else None
    return None if parent is None else (parent, last)


def kept(trail: Trail) -> Side | None:
    """The side that a person has ruled to be the better one of a good pair: no model's verdict stands against that."""
    wanted = {ruling.pair_id for ruling in trail.rulings if ruling.verdict == "keep"} if trail.rulings else None
    positions = sides(trail) if wanted else None
    if positions is None or not wanted:
        return None
    a, b = (trail.responses[position].text for position in positions)
    if pair_id(trail.prompt.messages, b, a) in wanted:
        return "b"
    return "a" if pair_id(trail.prompt.messages, a, b) in wanted else None


def lineage(trail: Trail, position: int) -> tuple[int, ...]:
    """The position and those of the responses that it was revised from, the latest first."""
    found = [position]
    while (parent := trail.responses[found[-1]].parent) is not None and parent not in found:
        found.append(parent)
    return tuple(found)


def cited(trail: Trail) -> tuple[PrincipleRef, ...]:
    """The principles that the chosen side must keep: those of the claim, else what the rejected side breaks."""
    if trail.claim is not None and trail.claim.principles:
        return trail.claim.principles
    positions = sides(trail)
    return tuple(critique.principle for critique in violations(trail, positions[0])) if positions else ()


def recheck_problem(trail: Trail) -> str | None:
    """Why the chosen side does not mend the rejected one, by the critic's blind second reading; None if it does.

    Every cited principle must be kept now, and none of the same or a higher tier may be newly broken; where a person
    keeps the pair, that holds.
    """
    positions = sides(trail)
    if positions is None:
        return "nothing was revised"
    rejected, chosen = positions
    principles, name = cited(trail), called(trail, chosen)
    before = (rejected, *(place for place in lineage(trail, chosen)[1:] if place > rejected))
    found = {c.principle.id for place in before for c in violations(trail, place)}
    if not principles or any(principle.id not in found for principle in principles):
        return f"no violation with evidence was found in {called(trail, rejected)}"
    if kept(trail):
        return None
    now = {c.principle.id: c for c in trail.critiques_of(chosen)}
    for principle in principles:
        if principle.id not in now:
            return f"{name} was not checked against {principle.id}"
        if now[principle.id].verdict not in ("complies", "not_applicable"):
            found_again = "finds it to break" if now[principle.id].verdict == "violates" else "cannot tell of"
            return f"{name} was checked again: the critic {found_again} {principle.id}"
    floor = max(TIERS.index(principle.tier) for principle in principles)
    for broken in violations(trail, chosen):
        if TIERS.index(broken.principle.tier) <= floor:
            return f"{name} newly breaks {broken.principle.id}"
    return None


def compared(trail: Trail, *, cut: bool = False) -> tuple[Verdict, ...]:
    """The verdicts on the very responses that would become the pair, whole or with the longer one cut."""
    positions = sides(trail)
    return tuple(v for v in trail.verdicts if (v.a, v.b) == positions and v.cut == cut and not v.canary)


def decision(trail: Trail, field: Question | None = None, *, cut: bool = False) -> Decision:
    """What the judges decide between the two responses, on the question that the claim hangs on unless another is
    named."""
    return decided(compared(trail, cut=cut), field or _claim(trail).on, trail.ballot or _BALLOT)


def winner(trail: Trail) -> Side | None:
    """The side that a person keeps, else the one that the judges name and the claim allows; None without one."""
    by_hand = kept(trail)
    if by_hand:
        return by_hand
    said, claim = decision(trail), _claim(trail)
    # What the critic has shown to be worse is not turned round by a judge: that is undecided.
    return said if said == "b" or (said == "a" and claim.either and not claim.critiqued) else None


def _claim(trail: Trail) -> Claim:
    rejected, chosen = sides(trail) or (0, 0)
    return trail.claim or Claim.known(strategy="", rejected=rejected, chosen=chosen)


def judgement_problem(trail: Trail) -> str | None:
    """Why the judges do not carry the pair; None if they do.

    A question decides: the principles, unless the claim says otherwise. Helpfulness binds on benign and borderline
    prompts: there, the judges must not favour the loser. Where a person keeps the pair, nothing binds.
    """
    if kept(trail):
        return None
    on = _claim(trail).on
    said, side = decision(trail), winner(trail)
    if side is None:
        return _undecided(trail, said, on)
    a, b = (called(trail, position) for position in sides(trail) or (0, 0))
    won, lost = (b, a) if side == "b" else (a, b)
    if on == "principles" and trail.intent != "harmful" and _loses(trail, "helpfulness", side):
        return f"{won} helps less than {lost}"
    if on == "helpfulness" and _loses(trail, "principles", side):
        return f"{won} keeps the principles less than {lost}"
    if _claim(trail).strict_help and any(v.helpfulness in (_other(side), "invalid") for v in compared(trail)):
        return f"a verdict says that {lost} helps more, or nothing of it"
    if compared(trail, cut=True) and decision(trail, cut=True) != side:
        return "the verdict hangs on the last 200 characters of the longer answer"
    likely = likelihood(compared(trail), side, on, trail.ballot or _BALLOT)
    if likely is not None and likely[0] < 0.5:
        return f"the judge names {won} and holds {lost} to be likelier"
    return None


def _undecided(trail: Trail, said: Decision, on: Question) -> str:
    """Why no side won, in words."""
    if said == "invalid":
        return "the judge gave no valid verdict in both orders"
    if said == "tie":
        return f"a tie on {_about(on)}"
    if said in DECISIVE:
        return f"the judge prefers {called(trail, _claim(trail).rejected)} on {_about(on)}"
    whole, ballot = compared(trail), trail.ballot or _BALLOT
    if ballot.together or len(judges(whole)) > 1:
        return f"the panel of {len(judges(whole))} comes to no decision on {_about(on)}"
    names = {"a": called(trail, _claim(trail).rejected), "b": called(trail, _claim(trail).chosen)}
    first, second = (names.get(vote, vote) for vote in orders(whole, on, unanimous=ballot.unanimous))
    return f"the orders disagree on {_about(on)}: {first} and {second}"


def _about(on: Question) -> str:
    return "the principles" if on == "principles" else "helpfulness"


def _other(side: Side) -> Side:
    return "a" if side == "b" else "b"


def _loses(trail: Trail, field: Question, side: Side) -> bool:
    return decision(trail, field) == _other(side)


def why_not(trail: Trail) -> str | None:
    """The first condition of an earned pair that this trail does not meet; None if it meets them all."""
    positions = sides(trail)
    if positions is None:
        return "nothing was revised"
    problem = (recheck_problem(trail) if _critiqued(trail) else None) or judgement_problem(trail)
    return problem or no_difference(trail)


def no_difference(trail: Trail) -> str | None:
    """That both sides are one text but for white space, where they are; None where they differ, or there are none."""
    positions = sides(trail)
    if positions is None:
        return None
    a, b = (" ".join(trail.responses[position].text.split()) for position in positions)
    return f"{called(trail, positions[1])} says the same as {called(trail, positions[0])}" if a == b else None


def _critiqued(trail: Trail) -> bool:
    """Whether the critic must have found the difference; so it is where nobody claims anything else."""
    return trail.claim is None or trail.claim.critiqued
