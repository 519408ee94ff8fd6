"""The people of a chaos run: the same dice say the same, nobody vouches for an unknown word, nobody tries for ever."""

import dataclasses
import random

from domain.messages import AnswerAsk, AskView, Choice, GiveUp, ResendCodes, RetryNumbers, SubmitCodes
from tools.chaos import plan
from tools.chaos.answers import Person
from tools.chaos.tally import Record

NUMBER = "+13125554001"
UNKNOWN_WORD = AskView(
    id="choice-1",
    kind="choice",
    numbers=[NUMBER],
    choices=[Choice(choice=word, sentence=word) for word in ("wait", "go_on", "give_up")],
)
REFUSED = AskView(
    id="choice-2",
    kind="choice",
    numbers=[NUMBER],
    choices=[Choice(choice=word, sentence=word) for word in ("again", "give_up")],
)
CARRIER = AskView(id="carrier-1", kind="carrier", numbers=[NUMBER])
CODES = AskView(id="codes-1", kind="codes", numbers=[NUMBER])


def person(tries: int = 2, wrong: float = 0.0, seed: int = 1) -> Person:
    planned = plan.drawn(1, 1).requests[0]
    temper = dataclasses.replace(planned.temper, tries=tries, wrong=wrong, late=0.0, signals=False)
    dice = random.Random(seed)  # noqa: S311 - repeatable on purpose
    return Person(dataclasses.replace(planned, temper=temper), Record(acknowledged=True), dice)


def test_nobody_vouches_for_a_number_with_an_unknown_word_and_nobody_waits_for_it_twice() -> None:
    for seed in range(20):
        one = person(tries=5, seed=seed)
        chosen = [said.message.choice for _ in range(8) for said in one.says(UNKNOWN_WORD, {}, calm=False)]  # type: ignore[union-attr]
        assert "go_on" not in chosen
        assert chosen.count("wait") <= 1
        assert chosen[-1] == "give_up"


def test_what_telnyx_refused_is_tried_again_as_long_as_there_is_patience() -> None:
    for seed in range(20):
        one = person(tries=3, seed=seed)
        chosen = [said.message.choice for _ in range(4) for said in one.says(REFUSED, {}, calm=False)]  # type: ignore[union-attr]
        assert chosen == ["again", "again", "again", "give_up"]


def test_what_is_given_up_is_remembered_for_the_judge() -> None:
    one = person(tries=0)
    (said,) = one.says(UNKNOWN_WORD, {}, calm=True)
    assert isinstance(said.message, AnswerAsk)
    assert one.record.gave_up == {NUMBER}


def test_a_refused_number_is_tried_again_as_often_as_the_person_has_patience() -> None:
    one = person(tries=2)
    said = [said for _ in range(3) for said in one.says(CARRIER, {}, calm=False)]
    assert [type(one.message) for one in said] == [RetryNumbers, RetryNumbers, GiveUp]


def test_a_mistyped_code_is_another_than_the_one_on_the_handset() -> None:
    for wrong, expected in ((0.0, {"09999"}), (1.0, {"10000"})):
        one = person(wrong=wrong)
        said = [said.message for _ in range(20) for said in one.says(CODES, {NUMBER: "09999"}, calm=False)]
        codes = {code.code for message in said if isinstance(message, SubmitCodes) for code in message.codes}
        assert codes == expected


def test_nobody_waits_for_ever_for_a_code_that_never_arrives() -> None:
    one = person()
    said = [type(said.message) for _ in range(10) for said in one.says(CODES, {}, calm=False)]
    assert ResendCodes in said
    assert said[-1] is GiveUp


def test_nobody_reads_out_an_old_code_for_ever() -> None:
    """A newer one was asked for by text, and texts never arrive there: only it would be right."""
    one = person()
    said = [type(said.message) for _ in range(20) for said in one.says(CODES, {NUMBER: "09999"}, calm=True)]
    assert said.count(SubmitCodes) <= 3
    assert ResendCodes in said
    assert said[-1] is GiveUp
