"""What a verdict wants of a person: its own need, nothing, or a look at a word that nobody knows."""

import pytest

from domain.needs import need_of
from domain.verdicts import Need, Verdict
from domain.vocabulary import AskKind, ChoiceKind, Next

ONE = "+15125550100"
CODES = Need(kind=AskKind.CODES, numbers=[ONE], guidance="Read out the code.")


@pytest.mark.parametrize("next_", [step for step in Next if step is not Next.ASK])
def test_what_is_no_question_wants_nothing_of_anybody(next_: Next) -> None:
    assert need_of(Verdict(next=next_, need=CODES), [ONE]) is None


def test_a_question_wants_what_it_says() -> None:
    assert need_of(Verdict(next=Next.ASK, need=CODES), []) is CODES


@pytest.mark.parametrize("because", ["", "The moon is full."])
def test_a_word_of_a_later_version_is_a_choice_that_nothing_goes_on_with(because: str) -> None:
    need = need_of(Verdict.model_validate({"next": "hesitate", "because": because}), [ONE])
    assert need is not None
    assert (need.kind, need.numbers) == (AskKind.CHOICE, [ONE])
    assert [choice.choice for choice in need.choices] == [ChoiceKind.AGAIN, ChoiceKind.GIVE_UP]
    assert because in need.guidance
