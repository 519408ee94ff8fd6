"""What a verdict asks of a person: its own need, nothing, or a look at what a later version decided."""

import pytest

from domain.needs import need_of
from domain.verdicts import Need, Verdict
from domain.vocabulary import AskKind, ChoiceKind, Next

ONE = "+15125550100"
CODES = Need(kind=AskKind.CODES, numbers=[ONE], guidance="Read out the code.")


@pytest.mark.parametrize("next_", [step for step in Next if step is not Next.ASK])
def test_a_verdict_that_is_no_question_asks_nothing(next_: Next) -> None:
    assert need_of(Verdict(next=next_, need=CODES), [ONE]) is None


def test_a_question_asks_for_its_need() -> None:
    assert need_of(Verdict(next=Next.ASK, need=CODES), []) is CODES


@pytest.mark.parametrize("because", ["", "The moon is full."])
def test_an_unknown_verdict_is_a_choice_and_none_of_the_choices_goes_on(because: str) -> None:
    need = need_of(Verdict.model_validate({"next": "hesitate", "because": because}), [ONE])
    assert need is not None
    assert (need.kind, need.numbers) == (AskKind.CHOICE, [ONE])
    assert [choice.choice for choice in need.choices] == [ChoiceKind.AGAIN, ChoiceKind.GIVE_UP]
    assert because in need.guidance
