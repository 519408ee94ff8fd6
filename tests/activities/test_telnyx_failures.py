"""Each class of Telnyx's errors either makes Temporal try again or becomes a question to a person."""

from datetime import timedelta

import pytest
from temporalio.exceptions import ApplicationErrorCategory

from activities.telnyx_failures import PERSON_NEEDED, ask_person, let_temporal_retry, retry_later
from domain.vocabulary import AskKind, ChoiceKind, Next
from telnyx_api.errors import OutcomeUnknown, StopAccount, TelnyxError, TryLater
from tests.activities.stage import A, Attempt, need_of, seconds

RETRIED = (TryLater, OutcomeUnknown)


async def call_telnyx(error: TelnyxError) -> None:
    async with let_temporal_retry():
        raise error


def test_every_class_is_handled_in_exactly_one_way() -> None:
    assert set(TelnyxError.__subclasses__()) == {*RETRIED, *PERSON_NEEDED}
    assert not set(RETRIED) & set(PERSON_NEEDED)


@pytest.mark.parametrize("kind", RETRIED)
async def test_an_error_that_may_pass_is_tried_again_and_is_benign(kind: type[TelnyxError]) -> None:
    failure = await Attempt().fails(call_telnyx, kind("Not now."))
    assert (failure.type, failure.non_retryable) == (kind.__name__, False)
    assert failure.category is ApplicationErrorCategory.BENIGN
    assert "Not now." in str(failure)


@pytest.mark.parametrize("kind", PERSON_NEEDED)
async def test_an_error_that_a_person_must_fix_passes_through(kind: type[TelnyxError]) -> None:
    with pytest.raises(kind):
        await Attempt().run(call_telnyx, kind("Refused."))


@pytest.mark.parametrize(
    ("theirs", "attempt", "delay"),
    [
        # Without a delay of Telnyx our own doubles from two seconds to five minutes.
        (None, 1, 2),
        (None, 2, 4),
        (None, 8, 256),
        (None, 9, 300),
        (None, 100_000, 300),
        # The longer of the two counts: everyone else comes back after Telnyx's delay as well.
        (45.0, 1, 45),
        (0.0, 3, 8),
        (1.0, 9, 300),
        # No source publishes a delay of more than a quarter of an hour.
        (86_400.0, 1, 900),
    ],
)
async def test_the_delay_is_the_longer_one_of_telnyx_and_our_own(
    theirs: float | None, attempt: int, delay: float
) -> None:
    error = TryLater("Not now.", retry_after=theirs)
    assert seconds(await Attempt(attempt).fails(call_telnyx, error)) == delay


async def test_no_delay_of_telnyx_shortens_a_required_one() -> None:
    async def fail(_nothing: None) -> None:
        raise retry_later(TryLater("Not now.", retry_after=5.0), at_least=120.0)

    failure = await Attempt().fails(fail, None)
    assert failure.next_retry_delay == timedelta(seconds=120)


@pytest.mark.parametrize("kind", PERSON_NEEDED)
def test_a_question_has_telnyx_own_words_and_what_was_tried(kind: type[TelnyxError]) -> None:
    verdict = ask_person(kind("HTTP 4xx with 10015 Bad Request (at /phone_numbers/3)."), "place the order", [A])
    need = need_of(verdict)
    assert verdict.next is Next.ASK
    assert need.kind is (AskKind.ACCOUNT if kind is StopAccount else AskKind.CHOICE)
    assert need.numbers == [A]
    assert "10015 Bad Request (at /phone_numbers/3)" in need.guidance
    assert ("place the order" in need.guidance) is (kind is not StopAccount)
    assert {choice.choice for choice in need.choices} == {ChoiceKind.AGAIN, ChoiceKind.GIVE_UP}
