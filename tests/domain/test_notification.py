"""Notifications: no whole number and no code leaves, and people and programs can read what happened."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import command_hints, notification_text
from domain.calendar import CENTRAL
from domain.deliveries import NotTaken
from domain.messages import NumberProgress
from domain.notification import Notification, NotificationEvent, notices
from domain.vocabulary import AskKind
from tests.wording import assert_well_worded

NUMBERS = st.from_regex(r"\+1[2-9][0-9]{9}", fullmatch=True)
SPELLINGS = st.sampled_from(["{0}", "1{1}{2}{3}", "({1}) {2}-{3}", "{1}-{2}-{3}", "{1}.{2}.{3}", "+1 {1} {2} {3}"])
WORDS = st.text(st.sampled_from("abcdefghij klmno,.;:()\n"), max_size=30)


def spelt(number: str, spelling: str) -> str:
    return spelling.format(number, number[2:5], number[5:8], number[8:])


def leaving(notification: Notification) -> str:
    """Everything that leaves the installation, and what the log is given."""
    return "\n".join(
        [
            notification_text.headline(notification),
            notification_text.body(notification),
            str(notification_text.payload(notification)),
            notification.model_dump_json(),
        ]
    )


@given(
    numbers=st.lists(NUMBERS, min_size=1, max_size=20),
    spelling=SPELLINGS,
    before=WORDS,
    code=st.from_regex(r"[0-9]{5,8}", fullmatch=True),
    kind=st.sampled_from(AskKind),
)
def test_no_whole_number_leaves(numbers: list[str], spelling: str, before: str, code: str, kind: AskKind) -> None:
    written = [f"{before} {spelt(number, spelling)} ; {spelt(number, spelling)}={code}" for number in numbers]
    notification = Notification(
        event=NotificationEvent.ASK_OPENED,
        reference="acme-a",
        kind=kind,
        numbers=len(numbers),
        ends=tuple(numbers),
        per_number=notices(
            [NumberProgress(phone_number=n, because=w) for n, w in zip(numbers, written, strict=True)], numbers
        ),
        text="\n".join(written),
        command=command_hints.answering("acme-a", "codes-a", kind, numbers)[0],
    )
    digits = re.sub(r"[\s().+-]", "", leaving(notification))
    assert not [number for number in numbers if number[2:] in digits]
    assert f"={code}" not in leaving(notification)


@given(code=st.from_regex(r"[0-9]{4,10}", fullmatch=True), between=st.sampled_from([" ", ": ", " was ", "=", " is '"]))
def test_no_code_leaves_that_is_called_one(code: str, between: str) -> None:
    notification = Notification(event=NotificationEvent.ASK_REMINDER, text=f"Telnyx refused the code{between}{code}.")
    assert not re.search(rf"(?<![0-9]){code}(?![0-9])", leaving(notification))


def test_telnyx_own_error_codes_may_be_read() -> None:
    assert "error code 10015" in Notification(event="telnyx_silent", text="Telnyx said error code 10015.").text


@pytest.mark.parametrize("reference", ["512-555-0100", "5125550100", "acme-1001", "20261123", "code-12345", "r1"])
def test_a_reference_stays_in_the_command_that_needs_it_whatever_it_looks_like(reference: str) -> None:
    command = f"hosted-sms codes {reference} NUMBER=CODE"
    assert Notification(event="ask_opened", reference=reference, command=command).command == command


def test_a_command_holds_no_number_and_no_code_even_when_it_was_made_with_them() -> None:
    notification = Notification(
        event="ask_opened", reference="a-1", command="hosted-sms codes a-1 +15125550199=12345 NUMBER=54321"
    )
    assert notification.command == "hosted-sms codes a-1 …0199 NUMBER=CODE"


@pytest.mark.parametrize("reference", ["", "1", "55", "0199=1"])
def test_a_reference_that_is_part_of_a_number_or_a_code_uncovers_neither(reference: str) -> None:
    notification = Notification(
        event="ask_opened", reference=reference, command="hosted-sms codes a-1 +15125550199=12345"
    )
    assert notification.command == "hosted-sms codes a-1 …0199"


@pytest.mark.parametrize("event", NotificationEvent)
def test_every_event_has_a_headline_that_names_whom_it_is_about_and_is_on_the_page(event: NotificationEvent) -> None:
    request = Notification(event=event, reference="acme-1", account="acme-1", kind="codes", outcome="partly_active")
    about_request = notification_text.headline(request)
    about_account = notification_text.headline(Notification(event=event, account="acme"))
    assert "acme-1" in about_request
    assert "acme" in about_account
    assert "{" not in about_request + about_account
    assert_well_worded(f"{about_request} {about_account} {notification_text.body(request)}")
    assert ("ownership code" in about_request) == event.startswith("ask_")
    assert ("partly active" in about_request) == (event == "request_ended")
    assert f"`{event}`" in (Path(__file__).parents[2] / "docs/notifications.md").read_text()


def test_no_two_events_share_a_headline() -> None:
    headlines = {notification_text.headline(Notification(event=event)) for event in NotificationEvent}
    assert len(headlines) == len(NotificationEvent)


def test_an_event_of_a_later_version_is_named_as_it_is() -> None:
    assert notification_text.headline(Notification(event="moon_is_full", reference="acme-1")) == "acme-1: moon is full"


@pytest.mark.parametrize(
    ("ends", "numbers", "named"),
    [
        ((), 1, "1 number."),
        (("…0100",), 1, "1 number: …0100."),
        (("…0100", "…0101"), 2, "2 numbers: …0100, …0101."),
        (("…0100",), 2, "2 numbers: …0100, …."),
    ],
)
def test_numbers_are_counted_and_named_by_their_ends(ends: tuple[str, ...], numbers: int, named: str) -> None:
    notification = Notification(event="ask_opened", reference="acme-1", text="Do it.", ends=ends, numbers=numbers)
    text, about, show = notification_text.body(notification).splitlines()
    assert (text, show.partition(": ")[2]) == ("Do it.", "hosted-sms show acme-1")
    assert about.endswith(named)


def test_at_most_ten_numbers_are_named() -> None:
    notification = Notification(event="ask_opened", numbers=12, ends=tuple(f"…{place:04d}" for place in range(12)))
    assert notification.ends == tuple(f"…{place:04d}" for place in range(10))
    assert f"12 numbers: {', '.join(notification.ends)}, …." in notification_text.body(notification)


def test_a_delivery_is_labeled_by_the_event_and_by_whom_it_is_about() -> None:
    request = Notification(event="ask_opened", reference="acme-1", account="acme")
    assert notification_text.label(request) == "ask_opened acme-1"
    assert notification_text.label(Notification(event="account_stopped", account="acme")) == "account_stopped acme"


def test_a_refused_delivery_says_why_and_can_be_tried_again_unless_the_recipient_is_gone() -> None:
    assert (str(NotTaken("HTTP 500")), NotTaken("HTTP 500").gone) == ("HTTP 500", False)
    assert NotTaken("crm is unknown", gone=True).gone


def test_a_body_without_anything_to_say_is_the_headline() -> None:
    resumed = Notification(event="account_resumed", account="acme")
    assert notification_text.body(resumed) == notification_text.headline(resumed)


def test_a_command_that_only_shows_the_request_is_given_once() -> None:
    late = Notification(event="review_late", reference="acme-1", command="hosted-sms show acme-1")
    assert notification_text.body(late).count("hosted-sms show acme-1") == 1


def test_a_long_text_is_cut_and_its_numbers_are_masked() -> None:
    numbers = ", ".join(f"+1512555{place:04d}" for place in range(500))
    text = Notification(event="ask_opened", text=f"numbers {numbers}").text
    assert (len(text), text[-1], "512555" in text) == (1200, "…", False)
    assert Notification(event="ask_opened", text="a" * 1200).text == "a" * 1200


def test_the_text_is_plain() -> None:
    assert Notification(event="ask_opened", text="Telnyx says `failed`.").text == "Telnyx says failed."


def test_people_read_what_to_do_for_which_numbers_until_when_and_how() -> None:
    notification = Notification(
        event="ask_opened",
        reference="acme-1",
        customer="c-7",
        kind="codes",
        numbers=3,
        ends=("…0100", "…0101"),
        deadline=datetime(2026, 12, 23, 9, tzinfo=CENTRAL),
        text="Have the codes read out.",
        command="hosted-sms codes acme-1 NUMBER=CODE",
    )
    text, about, until, show, answer = notification_text.body(notification).splitlines()
    assert text == "Have the codes read out."
    assert about.endswith("3 numbers of c-7: …0100, …0101, ….")
    assert until.endswith("2026-12-23 15:00 UTC.")
    assert show.endswith(": hosted-sms show acme-1")
    assert answer.endswith(": hosted-sms codes acme-1 NUMBER=CODE")


def test_programs_read_type_time_and_data() -> None:
    ended = datetime(2026, 12, 1, tzinfo=UTC)
    notification = Notification(event="request_ended", event_id="evt_1", reference="acme-1", at=ended)
    payload: dict[str, Any] = notification_text.payload(notification)
    assert (payload["type"], payload["timestamp"]) == ("request_ended", "2026-12-01T00:00:00Z")
    assert payload["data"]["reference"] == "acme-1"
    assert not {"event", "event_id", "at", "programs_only"} & set(payload["data"])
    assert payload == notification_text.payload(notification.model_copy(update={"programs_only": True}))
