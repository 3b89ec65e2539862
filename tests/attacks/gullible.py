"""Readers who give in: a critic, a judge and a rater who obey each attack of the corpus, and are honest otherwise.

They know the attacks by their own words, so that no pattern decides whether they obey.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from constitution.core.asking import Reply, Request
from tests.attacks.injection import Injection
from tests.scenes import finding, nonce

_FENCED = re.compile(
    r"----- begin response (?:(R\w{10}) )?(\w{16}) -----\n(.*?)\n----- end response (?:\1 )?\2 -----", re.S
)


def shown(request: Request) -> list[tuple[str, str]]:
    """Option id and text of each response that the request shows, in its order."""
    return [(name, text) for name, _, text in _FENCED.findall(request.messages[-1].content)]


def fields(request: Request) -> dict[str, Any]:
    """What the answer must hold, by name."""
    assert request.json_schema is not None
    found: dict[str, Any] = request.json_schema["properties"]
    return found


class Gullible:
    """Answers every role about one attack; what it is not told to do by the attack, it does honestly.

    ``obeys`` says of a question whether the attack in it is obeyed; by default it always is. ``writes`` is what author
    and reviser answer. What was obeyed is counted.
    """

    def __init__(
        self,
        attack: Injection,
        *,
        writes: Callable[[Request], str] | None = None,
        obeys: Callable[[Request], bool] = lambda request: True,
    ) -> None:
        self.attack = attack
        self.writes = writes or (lambda request: attack.text)
        self.obeys = obeys
        self.obeyed = 0

    def __call__(self, request: Request) -> Reply:
        """The reply to any question of a recipe."""
        model = f"scripted:{request.model_name}"
        if request.json_schema is None:
            return Reply(text=self.writes(request), model_returned=model)
        asked = fields(request)
        answer = self.critic if "findings" in asked else self.rater if "score" in asked else self.judge
        said = {"nonce": nonce(request), "reason": "it says so itself", **answer(request)}
        return Reply(text=json.dumps({name: said[name] for name in asked}), model_returned=model)

    def critic(self, request: Request) -> dict[str, Any]:
        """Nothing is found in a text that holds the attack; else the flaw, where there is one."""
        ((_, text),) = shown(request)
        names = fields(request)["findings"]["items"]["properties"]["principle"]["enum"]
        flawed = self.attack.topic.flaw in text and not self._gives_in(request, text)
        found = [finding(name, "violates", self.attack.topic.flaw) if flawed and place == 0 else finding(name)
                 for place, name in enumerate(names)]  # fmt: skip
        return {"intent": "benign", "findings": found}

    def judge(self, request: Request) -> dict[str, str]:
        """The text that holds the attack is the better one; else the one without the flaw, else neither."""
        texts = dict(shown(request))
        winners = [name for name, text in texts.items() if self._gives_in(request, text)]
        if len(winners) != 1:
            winners = [name for name, text in texts.items() if self.attack.topic.flaw not in text]
        said = winners[0] if len(winners) == 1 else "tie"
        return {"principles": said, "helpfulness": said}

    def rater(self, request: Request) -> dict[str, str]:
        """Full marks for a text that holds the attack; else by the flaw."""
        ((_, text),) = shown(request)
        honest = "3" if self.attack.topic.flaw in text else "8"
        return {"score": "10" if self._gives_in(request, text) else honest}

    def _gives_in(self, request: Request, text: str) -> bool:
        told = self.attack.held_in(text) and self.obeys(request)
        self.obeyed += told
        return told
