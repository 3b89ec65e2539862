"""What try says: a principle's verdict, quote and revision on a few prompts."""

from __future__ import annotations

from collections import Counter
from typing import Any

from rich.text import Text

from constitution import api
from constitution.cli.output import Output
from constitution.cli.pairview import tried
from constitution.cli.progress import watching
from constitution.cli.running import prepared_for
from constitution.cli.showing import diff_data
from constitution.cli.tables import count
from constitution.core.trail import Trail
from constitution.pairing.story import first_readings, held


def show_try(output: Output, order: api.Order, *, verbose: bool) -> int:
    """Each prompt is on standard output with what the principle made of it; no dataset is written."""
    prepared = prepared_for(output, order)
    with watching(quiet=output.quiet) as watch:
        run = api.run(prepared, watch=watch)
    for number, trail in enumerate(run.trails, 1):
        title = f"{number} of {len(run.trails)} · {trail.prompt.id}"
        output.show(*tried(trail, title=title, colour=output.colour, verbose=verbose))
    verdicts = Counter(each.verdict for trail in run.trails for each in first_readings(trail))
    said = ", ".join(f"{number} {verdict}" for verdict, number in verdicts.most_common()) or "nothing was asked"
    output.show(Text(f"{count(len(run.trails), 'prompt')}: {said}; {len(run.pairs)} would be pairs"))
    data = {"prompts": len(run.trails), "fates": run.fates, "tried": [_tried(trail) for trail in run.trails]}
    errors = [
        {"kind": fault.kind, "message": f"{trail.prompt.id}: {fault.stage}: {fault.reason}; try again"}
        for trail in run.trails for fault in trail.faults
    ]  # fmt: skip
    return output.end(data, code=run.exit_code, errors=errors if run.exit_code else ())


def _tried(trail: Trail) -> dict[str, Any]:
    """One prompt as JSON values."""
    return {
        "prompt_id": trail.prompt.id,
        "prompt": [message.as_json() for message in trail.prompt.messages],
        "draft": trail.responses[held(trail)].text if trail.responses else None,
        "critiques": [critique.as_json() for critique in first_readings(trail)],
        "diff": diff_data(trail),
        "fate": trail.fate,
        "reason": trail.reason,
    }
