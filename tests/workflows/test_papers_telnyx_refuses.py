"""An upload that Telnyx refuses outright is a question that names the field, and the papers go to the same order."""

import pytest

from tests.workflows.stage import Stage

ONE = "+15125550281"


@pytest.mark.parametrize("pointer", ["/loa", "/bill"])
async def test_a_refused_upload_asks_for_papers_and_names_the_field(stage: Stage, pointer: str) -> None:
    await stage.faults(rate=1, kinds=["422"], calls=["upload"], pointer=pointer, times=1, seed=1)
    story = await stage.request(ONE)
    await story.until_asked("codes")
    await story.codes(ONE)
    ask = await story.until_asked("documents")
    assert pointer in ask.guidance
    assert "Hand in papers that mend this" in ask.guidance
    await story.documents()
    result = await story.ends("active")
    assert result.order_ids == [await stage.the_order(ONE)]


async def test_an_upload_that_is_refused_for_a_given_up_number_is_a_question_and_can_be_tried_again(
    stage: Stage,
) -> None:
    never = "+15125550282"
    story = await stage.request(ONE, never)
    await story.until_asked("codes")
    await story.give_up(never)
    await story.codes(ONE)
    ask = await story.until_asked("choice")
    assert ask.numbers == [ONE]
    assert f"still holds {never}, given up and never proved" in ask.guidance
    await stage.act(ONE, numbers={never: None})
    await story.answer(ask, "again")
    result = await story.ends("partly_active")
    assert result.order_ids == [await stage.the_order(ONE)]
