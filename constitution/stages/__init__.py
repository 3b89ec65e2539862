"""Stages: pure conversations that lengthen a trail, one a file."""

STAGES: dict[str, str] = {
    "critique": "constitution.stages.critique:critique",
    "draft": "constitution.stages.draft:draft",
    "execute": "constitution.stages.execute:execute",
    "given": "constitution.stages.given:given",
    "guard": "constitution.stages.guard:guard",
    "intent": "constitution.stages.intent:intent",
    "judge": "constitution.stages.judge:judge",
    "pair": "constitution.stages.pair:pair",
    "rate": "constitution.stages.rate:rate",
    "recheck": "constitution.stages.recheck:recheck",
    "revise": "constitution.stages.revise:revise",
    "rounds": "constitution.stages.rounds:rounds",
    "screen": "constitution.stages.screen:screen",
    "select": "constitution.stages.select:select",
}
"""A new stage is one file beside this one and one line here."""
