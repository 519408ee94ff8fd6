"""Which numbers are sent a code now: not twice in a short time, not without end, not at night."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.activity_io import CodeHistory, RequestCodes
from domain.code_limits import CODES_LOST, CodeLimits, CodePlan, count_attempt, need_of_lost_codes, plan_codes
from domain.contact_hours import ContactHours
from domain.vocabulary import AskKind, ChoiceKind

A, B, C = "+12125550101", "+12125550102", "+12125550103"
MINUTE = timedelta(minutes=1)
AT = datetime(2026, 11, 24, 18, tzinfo=UTC)  # noon in Chicago
LIMITS = CodeLimits(spacing=5 * MINUTE, at_most=3)
CLOSED = ContactHours(13, 17)
OPENS = datetime(2026, 11, 24, 19, tzinfo=UTC)
WORK: dict[str, Any] = {"account": "acme", "order_id": "o", "known": {}, "phone_numbers": [A, B]}


def plan(earlier: dict[str, CodeHistory], *wanted: str, hours: ContactHours | None = None) -> CodePlan:
    return plan_codes(wanted or [A, B, C], earlier, AT, LIMITS, hours)


def sent(times: int, ago: timedelta) -> CodeHistory:
    return CodeHistory(times=times, last=AT - ago)


def test_a_number_that_was_sent_nothing_is_sent_a_code_now() -> None:
    assert plan({}) == CodePlan([A, B, C], {}, [])


@pytest.mark.parametrize(
    ("ago", "now", "too_soon"),
    [
        (4 * MINUTE, [B], {A: AT + MINUTE}),
        # At the end of the spacing it is no longer too soon.
        (5 * MINUTE, [A, B], {}),
        (6 * MINUTE, [A, B], {}),
    ],
)
def test_no_number_is_sent_two_codes_within_the_spacing(
    ago: timedelta, now: list[str], too_soon: dict[str, datetime]
) -> None:
    assert plan({A: sent(1, ago)}, A, B) == CodePlan(now, too_soon, [])


@pytest.mark.parametrize(
    ("times", "now", "exhausted"), [(2, [A, B], []), (3, [B], [A]), (4, [B], [A])], ids=["below", "at", "above"]
)
def test_no_number_is_sent_more_codes_than_the_limit(times: int, now: list[str], exhausted: list[str]) -> None:
    assert plan({A: sent(times, 60 * MINUTE)}, A, B) == CodePlan(now, {}, exhausted)


def test_an_exhausted_number_is_not_also_too_soon() -> None:
    assert plan({A: sent(3, MINUTE)}, A) == CodePlan([], {}, [A])


def test_what_other_numbers_were_sent_does_not_matter() -> None:
    assert plan({B: sent(3, MINUTE), C: sent(1, MINUTE)}, A) == CodePlan([A], {}, [])


def test_outside_the_contact_hours_nothing_is_sent_and_the_opening_is_given() -> None:
    earlier = {B: sent(1, MINUTE), C: sent(3, MINUTE)}
    assert plan(earlier, hours=CLOSED) == CodePlan([], {B: AT + 4 * MINUTE}, [C], OPENS)


def test_within_the_contact_hours_codes_are_sent_at_once() -> None:
    assert plan({}, A, hours=ContactHours(9, 17)) == CodePlan([A], {}, [])
    assert plan({}, A, hours=ContactHours(12, 17)) == CodePlan([A], {}, []), "at the minute they open"


def test_contact_hours_do_not_matter_when_there_is_nothing_to_send() -> None:
    assert plan({A: sent(3, MINUTE)}, A, hours=CLOSED).not_before is None


def test_the_question_about_lost_codes_goes_to_support_and_offers_both_ways_on() -> None:
    need = need_of_lost_codes([A, B])
    assert (need.kind, need.topic, need.numbers) == (AskKind.SUPPORT, CODES_LOST, [A, B])
    assert CODES_LOST == "codes_lost"
    assert [choice.choice for choice in need.choices] == [ChoiceKind.AGAIN, ChoiceKind.GIVE_UP]
    assert f"{A}, {B}" in need.guidance


def test_the_question_about_lost_codes_names_the_numbers_without_an_answer_again() -> None:
    assert [need_of_lost_codes([A, B], silent).guidance.count(B) for silent in ([], [A], [B])] == [1, 1, 2]


def test_a_code_that_may_have_been_sent_counts_as_sent_now() -> None:
    work = RequestCodes(**WORK, earlier={B: sent(2, MINUTE)})
    assert count_attempt(work, [A, B], AT).earlier == {A: sent(1, 0 * MINUTE), B: sent(3, 0 * MINUTE)}


def test_a_number_without_an_attempt_keeps_its_count() -> None:
    work = RequestCodes(**WORK, earlier={B: sent(2, MINUTE)})
    assert count_attempt(work, [A], AT).earlier[B] == sent(2, MINUTE)


def test_a_number_is_listed_as_unanswered_only_once() -> None:
    work = RequestCodes(**WORK, unanswered=[C, A])
    assert count_attempt(work, [A, B], AT).unanswered == [C, A, B]
