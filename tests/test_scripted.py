"""Scripted: any function is a provider."""

from __future__ import annotations

import asyncio

import pytest

from constitution.core.asking import Reply, Request
from constitution.core.records import Message
from constitution.errors import CallFailed, Mistake, Transient
from constitution.providers.scripted import Scripted

QUESTION = Request(model="scripted:parrot", messages=(Message(role="user", content="Polly?"),))


def test_text_alone_is_a_whole_reply() -> None:
    reply = asyncio.run(Scripted(lambda request: request.messages[-1].content.upper()).answer(QUESTION))

    assert reply == Reply(text="POLLY?", model_returned="scripted:parrot")
    assert reply.origin == "program"


def test_a_reply_is_handed_on_as_it_is() -> None:
    given = Reply(text="", finish="refused", model_returned="scripted:mule")

    assert asyncio.run(Scripted(lambda _: given).answer(QUESTION)) is given


def test_a_failure_that_the_function_returns_is_raised() -> None:
    def busy(_: Request) -> CallFailed:
        return Transient("come back later", retry_after=1.0)

    with pytest.raises(Transient, match="come back later"):
        asyncio.run(Scripted(busy).answer(QUESTION))


def test_every_request_is_kept_in_order_also_those_that_failed() -> None:
    scripted = Scripted(lambda request: CallFailed("no") if request.draw == 1 else "yes")

    async def three() -> None:
        await scripted.answer(QUESTION)
        with pytest.raises(CallFailed):
            await scripted.answer(QUESTION.but(draw=1))
        await scripted.answer(QUESTION.but(draw=2))
        await scripted.close()

    asyncio.run(three())

    assert [request.draw for request in scripted.asked] == [0, 1, 2]


def test_a_scripted_name_without_a_function_is_a_mistake_that_says_where_it_belongs() -> None:
    with pytest.raises(Mistake) as raised:
        asyncio.run(Scripted().answer(QUESTION))

    assert "Python" in raised.value.sentence
    assert raised.value.exit_code == 2
