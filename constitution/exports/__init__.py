"""Exports: one file for each trainer that reads preference data; what a format cannot say is refused."""

EXPORTS: dict[str, str] = {
    "trl": "constitution.exports.trl:trl",
    "kto": "constitution.exports.kto:kto",
    "reward": "constitution.exports.reward:reward",
    "sft": "constitution.exports.sft:sft",
    "openai": "constitution.exports.openai:openai",
    "llama-factory": "constitution.exports.llama_factory:llama_factory",
    "axolotl": "constitution.exports.axolotl:axolotl",
    "openrlhf": "constitution.exports.openrlhf:openrlhf",
}
"""Name to the factory of a format; a new one is one file beside this one and one line here."""
