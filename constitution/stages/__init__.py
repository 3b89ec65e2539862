"""Stages: pure conversations that lengthen a trail, one a file."""

STAGES: dict[str, str] = {
    "critique": "constitution.stages.critique:critique",
    "draft": "constitution.stages.draft:draft",
    "judge": "constitution.stages.judge:judge",
    "pair": "constitution.stages.pair:pair",
    "recheck": "constitution.stages.recheck:recheck",
    "revise": "constitution.stages.revise:revise",
    "screen": "constitution.stages.screen:screen",
    "select": "constitution.stages.select:select",
}
"""A new stage is one file beside this one and one line here."""
