"""The course of a request that a person looks after well."""

from tests.workflows.stage import Stage
from tests.workflows.story import states

ONE = "+15125550101"


async def test_one_number_goes_through_the_five_steps(stage: Stage) -> None:
    story = await stage.request(ONE)
    ask = await story.until_asked("codes")
    assert ask.numbers == [ONE]
    answer = await story.codes(ONE)
    assert [(row.phone_number, row.result) for row in answer.numbers] == [(ONE, "verified")]
    result = await story.ends("active")
    assert states(result) == {ONE: "active"}
    assert result.order_ids == [await stage.the_order(ONE)]
    assert (result.asks, result.left_behind) == ([], [])
    assert len(result.events) >= 6, "checked, ordered, asked, proved, uploaded, ended"
    assert [event.at for event in result.events] == sorted(event.at for event in result.events)


async def test_documents_are_asked_for_until_none_is_missing(stage: Stage) -> None:
    story = await stage.request(ONE, documents=False)
    await story.prove(ONE)
    ask = await story.until_asked("documents")
    assert ("LOA" in ask.guidance, "bill" in ask.guidance) == (True, True)
    documents = await stage.documents(story.reference)
    assert (await story.documents(loa=documents["loa"])).accepted
    assert "LOA" not in (await story.until_asked("documents")).guidance
    assert (await story.documents(bill=documents["bill"])).accepted
    await story.ends("active")
