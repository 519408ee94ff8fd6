"""The people of a chaos run: none vouches for an unknown status, and none tries the same thing forever."""

import dataclasses
import random

import pytest

from domain.messages import AnswerAsk, AskView, Choice, GiveUp, Message, ResendCodes, RetryNumbers, SubmitCodes
from tools.chaos import plan
from tools.chaos.answers import Person
from tools.chaos.tally import Record

NUMBER = "+13125554001"
CARRIER = AskView(id="carrier-1", kind="carrier", numbers=[NUMBER])
CODES = AskView(id="codes-1", kind="codes", numbers=[NUMBER])


def choice(*kinds: str) -> AskView:
    choices = [Choice(choice=kind, sentence=kind) for kind in kinds]
    return AskView(id="choice-1", kind="choice", numbers=[NUMBER], choices=choices)


UNKNOWN_STATUS = choice("wait", "go_on", "give_up")
REFUSED = choice("again", "give_up")


def person(tries: int = 2, wrong: float = 0.0, seed: int = 1) -> Person:
    planned = plan.draw(1, 1).requests[0]
    behavior = dataclasses.replace(planned.behavior, tries=tries, wrong=wrong, late=0.0, signals=False)
    dice = random.Random(seed)  # noqa: S311 - repeatable on purpose
    return Person(dataclasses.replace(planned, behavior=behavior), Record(acknowledged=True), dice)


def messages(one: Person, ask: AskView, times: int, code: str = "") -> list[Message | None]:
    handsets = {NUMBER: code} if code else {}
    return [reply.message for _ in range(times) for reply in one.replies(ask, handsets, faults_over=False)]


def choices(one: Person, ask: AskView, times: int) -> list[str]:
    return [message.choice for message in messages(one, ask, times) if isinstance(message, AnswerAsk)]


@pytest.mark.parametrize("seed", range(20))
def test_no_one_vouches_for_an_unknown_status_or_waits_for_it_twice(seed: int) -> None:
    chosen = choices(person(tries=5, seed=seed), UNKNOWN_STATUS, 8)
    assert "go_on" not in chosen
    assert chosen.count("wait") <= 1
    assert chosen[-1] == "give_up"


@pytest.mark.parametrize("seed", range(20))
def test_what_was_refused_is_tried_again_until_patience_ends(seed: int) -> None:
    assert choices(person(tries=3, seed=seed), REFUSED, 4) == ["again"] * 3 + ["give_up"]
    assert [type(message) for message in messages(person(seed=seed), CARRIER, 3)] == [RetryNumbers] * 2 + [GiveUp]


def test_what_is_given_up_is_remembered_for_the_judge() -> None:
    one = person(tries=0)
    assert choices(one, UNKNOWN_STATUS, 1) == ["give_up"]
    assert one.record.gave_up == {NUMBER}


@pytest.mark.parametrize(("wrong", "expected"), [(0.0, {"09999"}), (1.0, {"10000"})])
def test_a_mistyped_code_differs_from_the_one_on_the_handset(wrong: float, expected: set[str]) -> None:
    sent = messages(person(wrong=wrong), CODES, 20, code="09999")
    assert {code.code for message in sent if isinstance(message, SubmitCodes) for code in message.codes} == expected


@pytest.mark.parametrize("code", ["", "09999"])
def test_a_person_requests_a_newer_code_and_gives_up_in_the_end(code: str) -> None:
    kinds = [type(message) for message in messages(person(), CODES, 20, code)]
    assert kinds.count(SubmitCodes) <= 3
    assert ResendCodes in kinds
    assert kinds[-1] is GiveUp
