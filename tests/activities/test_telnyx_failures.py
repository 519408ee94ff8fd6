"""Every class of Telnyx's errors is either waited out or put to a person, and none is both or neither."""

from datetime import timedelta

import pytest
from temporalio.exceptions import ApplicationErrorCategory

from activities.telnyx_failures import PERSON_NEEDED, ask_person, let_temporal_retry, retry_later
from domain.vocabulary import AskKind, ChoiceKind, Next
from telnyx_api.errors import (
    Conflict,
    FixInput,
    NeedsPerson,
    NotFound,
    OutcomeUnknown,
    StopAccount,
    TelnyxError,
    TryLater,
)
from tests.activities.stage import A, Attempt, seconds

WAITED_OUT = (TryLater, OutcomeUnknown)


async def _through_retried(error: TelnyxError) -> None:
    async with let_temporal_retry():
        raise error


def test_every_error_class_is_dealt_with_in_exactly_one_way() -> None:
    assert set(TelnyxError.__subclasses__()) == {*WAITED_OUT, *PERSON_NEEDED}
    assert not set(WAITED_OUT) & set(PERSON_NEEDED)


@pytest.mark.parametrize("kind", WAITED_OUT)
async def test_what_waiting_may_mend_is_tried_again_and_is_no_fault(kind: type[TelnyxError]) -> None:
    failure = await Attempt().fails(_through_retried, kind("Not now."))
    assert (failure.type, failure.non_retryable) == (kind.__name__, False)
    assert failure.category is ApplicationErrorCategory.BENIGN
    assert "Not now." in str(failure)


@pytest.mark.parametrize("kind", PERSON_NEEDED)
async def test_what_a_person_must_mend_is_not_tried_again(kind: type[TelnyxError]) -> None:
    with pytest.raises(kind):
        await Attempt().run(_through_retried, kind("Refused."))


@pytest.mark.parametrize(
    ("asked_for", "attempt", "waits"),
    [
        # Without a delay of Telnyx's own the back-off doubles from two seconds to five minutes.
        (None, 1, 2),
        (None, 2, 4),
        (None, 8, 256),
        (None, 9, 300),
        (None, 100_000, 300),
        # Telnyx's delay counts, but it never shortens ours: everybody else comes back then, too.
        (45.0, 1, 45),
        (0.0, 3, 8),
        (1.0, 9, 300),
        # What no source publishes is not believed beyond a quarter of an hour.
        (86_400.0, 1, 900),
    ],
)
async def test_the_wait_is_the_longest_of_telnyx_delay_and_our_own(
    asked_for: float | None, attempt: int, waits: float
) -> None:
    error = TryLater("Not now.", retry_after=asked_for)
    assert seconds(await Attempt(attempt).fails(_through_retried, error)) == waits


async def test_nothing_shortens_a_wait_that_must_be() -> None:
    async def fail(_nothing: None) -> None:
        raise retry_later(TryLater("Not now.", retry_after=5.0), at_least=120.0)

    failure = await Attempt().fails(fail, None)
    assert failure.next_retry_delay == timedelta(seconds=120)


@pytest.mark.parametrize("kind", PERSON_NEEDED)
def test_a_question_goes_to_who_can_mend_it_in_telnyx_own_words(kind: type[TelnyxError]) -> None:
    verdict = ask_person(kind("HTTP 4xx with 10015 Bad Request (at /phone_numbers/3)."), "place the order", [A])
    assert verdict.next is Next.ASK
    assert verdict.need is not None
    assert verdict.need.kind is (AskKind.ACCOUNT if kind is StopAccount else AskKind.CHOICE)
    assert verdict.need.numbers == [A]
    assert "10015 Bad Request (at /phone_numbers/3)" in verdict.need.guidance
    assert {choice.choice for choice in verdict.need.choices} == {ChoiceKind.AGAIN, ChoiceKind.GIVE_UP}


@pytest.mark.parametrize("kind", [FixInput, NotFound, Conflict, NeedsPerson])
def test_a_question_says_what_was_tried(kind: type[TelnyxError]) -> None:
    verdict = ask_person(kind("No."), "place the order", [A])
    assert verdict.need is not None
    assert "refused to place the order" in verdict.need.guidance
