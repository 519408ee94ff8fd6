"""The table of ask kinds: whole, and the only place that a new kind has to be added to."""

import dataclasses
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import pytest

from domain import asks, command_hints, notification_text
from domain.ask_times import AskTimes
from domain.asks import RULES, AskRule, AtDeadline
from domain.calendar import Calendar
from domain.notification import Notification
from domain.vocabulary import AskKind

NOW = datetime(2026, 9, 14, 10, tzinfo=UTC)
WEATHER = "weather"
ROW: dict[str, Any] = {
    "label": "better weather",
    "plural": "better weather",
    "who": "the sky",
    "days": 7,
    "at_deadline": AtDeadline.GIVE_NUMBERS_UP,
    "one_at_a_time": True,
    "needs_person": True,
    "holds_numbers": False,
    "per_account": False,
    "commands": ("hosted-sms wait {reference} {numbers}",),
}


class LaterKind(StrEnum):
    """As if `AskKind` had one more member."""

    WEATHER = WEATHER


KIND: Any = LaterKind.WEATHER


def test_the_row_of_this_test_gives_every_column() -> None:
    assert set(ROW) == {field.name for field in dataclasses.fields(AskRule)}


@pytest.mark.parametrize("column", ROW)
def test_a_kind_without_one_of_the_columns_cannot_be_written_down(column: str) -> None:
    with pytest.raises(TypeError, match=column):
        AskRule(**{name: value for name, value in ROW.items() if name != column})


def test_a_kind_without_a_row_and_a_row_without_a_kind_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match=WEATHER):
        asks.refuse_gaps(RULES, [*AskKind, KIND])
    with pytest.raises(ValueError, match="codes"):
        asks.refuse_gaps(RULES, [kind for kind in AskKind if kind is not AskKind.CODES])


def test_one_row_is_all_that_a_new_kind_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RULES, KIND, AskRule(**ROW))
    asks.refuse_gaps(RULES, [*AskKind, KIND])
    plan = AskTimes(Calendar(0, 0), timedelta(days=1)).plan(KIND, NOW)
    assert plan.deadline == NOW + timedelta(days=7)
    assert command_hints.answering("acme-1", "weather-1", WEATHER, ["+1"]) == ["hosted-sms wait acme-1 +1"]
    news = Notification(event="ask_opened", reference="acme-1", kind=WEATHER, numbers=2)
    assert ROW["label"] in notification_text.headline(news)


EXPIRE, GIVE_UP = AtDeadline.EXPIRE_REQUEST, AtDeadline.GIVE_NUMBERS_UP
WRITTEN_DOWN = {
    # kind: days, what the deadline does, one at a time, needs a person, holds numbers, per account, how many commands
    AskKind.CODES: (30, EXPIRE, True, True, False, False, 1),
    AskKind.DOCUMENTS: (30, EXPIRE, True, True, False, False, 1),
    AskKind.CARRIER: (60, GIVE_UP, True, True, True, False, 2),
    AskKind.CHOICE: (None, AtDeadline.NEVER, False, True, False, False, 1),
    AskKind.TRANSFER: (None, AtDeadline.GO_ON, True, False, False, False, 1),
    AskKind.ACCOUNT: (None, AtDeadline.NEVER, True, True, False, True, 1),
    AskKind.SUPPORT: (60, GIVE_UP, True, True, True, False, 2),
}
"""A second time and by hand, so that a mistake in the table is noticed."""


@pytest.mark.parametrize("kind", AskKind)
def test_each_kind_has_the_rule_that_is_written_down(kind: AskKind) -> None:
    rule = RULES[kind]
    columns = (rule.days, rule.at_deadline, rule.one_at_a_time, rule.needs_person, rule.holds_numbers, rule.per_account)
    assert (*columns, len(rule.commands)) == WRITTEN_DOWN[kind]
    assert all((rule.label, rule.plural, rule.who))


@pytest.mark.parametrize("kind", AskKind)
def test_one_number_and_several_have_their_label(kind: AskKind) -> None:
    assert [asks.awaited(kind, count) for count in (1, 2)] == [RULES[kind].label, RULES[kind].plural]


def test_a_kind_of_a_later_version_is_named_as_it_is() -> None:
    assert "“" not in asks.awaited("", 1)
    assert asks.rule_of("of_a_later_version") is None
    assert "of_a_later_version" in asks.awaited("of_a_later_version", 1)
