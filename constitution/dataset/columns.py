"""Columns: what each one of the data files says, in plain words; the card of every folder repeats it."""

from __future__ import annotations

from collections.abc import Mapping

COLUMNS: Mapping[str, str] = {
    "prompt": "the conversation that is to be answered, as messages",
    "chosen": "the better answer, as one message",
    "rejected": "the worse answer, as one message",
    "critique": "what the critic said of the rejected answer under the principles of the pair",
    "pair_id": "hash of the three texts; anybody can compute it again from the row alone",
    "prompt_id": "hash of the prompt",
    "group_id": "prompts that belong together, such as twins, stay in one split; without a group, the prompt's own id",
    "source": "the dataset or file that the prompt came from",
    "source_id": "the prompt's id there",
    "synthetic": "how many of the texts machines wrote: full (all), partial, none, unknown",
    "prompt_origin": "who wrote the prompt: human, model, program, simulator, mixed, unknown",
    "chosen_origin": "who wrote the chosen answer, in the same words",
    "rejected_origin": "who wrote the rejected answer, in the same words",
    "chosen_model": "the model that last touched the chosen answer, by the name it gave itself; none for a person's",
    "rejected_model": "the same of the rejected answer",
    "chosen_arm": "how the chosen answer was asked for: see the list of arms",
    "rejected_arm": "how the rejected answer was asked for",
    "license": "licence of the prompt, as an SPDX name where it has one",
    "intent": "what the prompt is after: benign, borderline, harmful, unknown; by its source, else by the critic",
    "strategy": "what was claimed to beat what, before any judge was asked",
    "flipped": "the judge turned that claim, or the label of the source, round",
    "p_chosen": "probability that the chosen answer is the better one, by the judges; null where none stands behind it",
    "p_basis": "what that was computed from: votes, logprobs, ruling (a person's), none",
    "p_calibrated": "it was corrected by measuring the judge against people; else it is only held within bounds",
    "principles": "ids of the principles that the pair was decided under: where it rests on a critic, those that were "
    "found broken and that the chosen answer keeps; else those that the judge was asked about together",
    "self_judged": "one model, or two of one family, wrote an answer and judged it",
    "warnings": "checks that warn of this pair and did not turn it away",
    "evidence": "words behind the pair, as JSON: quotes and omissions with their place, each changed span with the "
    "principle that asked for it, drift (the share of changed words that none asked for), new names and numbers",
    "provenance": "who made each message, from what, by which steps, as JSON (pairprov/1)",
}
"""Column to its meaning, in the order of the file: that of the fields of ``Row``."""

ARMS: Mapping[str, str] = {
    "draft": "an answer to the plain prompt",
    "revision": "an answer rewritten after a critique",
    "given": "it came with the prompt, as a person or a log had it",
    "guided": "the principles stood before the prompt",
    "keep": "asked to keep the principles",
    "break": "asked to break the principles, as an example of what to avoid",
    "elicited": "asked to break a principle, as an example of what to avoid",
    "over_refusal": "asked to decline without need, as an example of what to avoid",
    "weak": "by the weaker of two models",
    "strong": "by the stronger of two models",
}
"""Arm to how its answers were asked for; a recipe may have others, of its own name."""
