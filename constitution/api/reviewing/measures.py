"""What rulings say of the models: how often the critic and the judge were right where a person has looked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from constitution.api.reviewing.subjects import Subject
from constitution.trials.figures import Rate

ABSTAINED = ("cannot_tell", "undecided")


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A model's verdicts against people's; what was ruled on was perhaps not drawn by chance."""

    name: str
    """Id of the principle, or whose verdicts these are."""
    ruled: int
    precision: Rate
    """Of what the model flagged (``violates``; a judge's ``keep``), what people flag too."""
    recall: Rate
    """Of what people flag, what the model flagged; where it could not tell, it did not."""
    error: Rate
    """Of all, where it gave another verdict than the person."""
    abstention: Rate
    """Of all, where it gave none."""

    def data(self) -> dict[str, Any]:
        """The figures as plain JSON values."""
        rates = {name: getattr(self, name).data() for name in ("precision", "recall", "error", "abstention")}
        return {"name": self.name, "ruled": self.ruled, **rates}


def critic_measures(subjects: Iterable[Subject]) -> tuple[Measure, ...]:
    """The critic against rulings on answers, a principle each in the order of the first ruling, then pooled.

    Where a deterministic rule of a principle spoke, its verdict stands for the critic's.
    """
    pairs = [(each.principle, each.said, each.held.verdict) for each in subjects
             if each.about == "response" and each.held is not None]  # fmt: skip
    names = dict.fromkeys(name for name, _, _ in pairs)
    own = [measure(name, "violates", [(said, ruled) for at, said, ruled in pairs if at == name]) for name in names]
    return (*own, measure("all principles", "violates", [pair[1:] for pair in pairs])) if own else ()


def judge_measure(subjects: Iterable[Subject]) -> Measure | None:
    """The judge against rulings on pairs that it was asked about; None where there are none.

    A pair that is ruled out is not judged again: then what the judge said when it was ruled on counts.
    """
    held = [(each.said or each.held.said, each.held.verdict) for each in subjects
            if each.about == "pair" and each.held is not None]  # fmt: skip
    asked = [(said, ruled) for said, ruled in held if said]
    return measure("judge", "keep", asked) if asked else None


def measure(name: str, flag: str, pairs: Sequence[tuple[str, str]]) -> Measure:
    """The figures over what a model said and a person ruled, where ``flag`` is the verdict to be found."""
    flagged = [ruled for said, ruled in pairs if said == flag]
    there = [said for said, ruled in pairs if ruled == flag]
    none = sum(said in ABSTAINED for said, _ in pairs)
    wrong = sum(said != ruled and said not in ABSTAINED for said, ruled in pairs)
    return Measure(
        name=name,
        ruled=len(pairs),
        precision=Rate(flagged.count(flag), len(flagged)),
        recall=Rate(there.count(flag), len(there)),
        error=Rate(wrong, len(pairs)),
        abstention=Rate(none, len(pairs)),
    )
