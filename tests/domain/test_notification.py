"""News: whatever is put in, no whole number and no code can come out; and it reads as people and programs expect."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import command_hints, notification_text
from domain.calendar import CENTRAL
from domain.notification import Notification, NotificationEvent
from domain.vocabulary import AskKind

NUMBERS = st.from_regex(r"\+1[2-9][0-9]{9}", fullmatch=True)
SPELLINGS = st.sampled_from(["{0}", "1{1}{2}{3}", "({1}) {2}-{3}", "{1}-{2}-{3}", "{1}.{2}.{3}", "+1 {1} {2} {3}"])
WORDS = st.text(st.sampled_from("abcdefghij klmno,.;:()\n"), max_size=30)


def spelt(number: str, spelling: str) -> str:
    return spelling.format(number, number[2:5], number[5:8], number[8:])


def leaving(news: Notification) -> str:
    """Everything that leaves the installation, and what the log is given."""
    return "\n".join(
        [
            notification_text.headline(news),
            notification_text.body(news),
            str(notification_text.payload(news)),
            news.model_dump_json(),
        ]
    )


@given(
    numbers=st.lists(NUMBERS, min_size=1, max_size=20),
    spelling=SPELLINGS,
    before=WORDS,
    code=st.from_regex(r"[0-9]{5,8}", fullmatch=True),
    kind=st.sampled_from(AskKind),
)
def test_no_whole_number_leaves_whatever_was_put_in(
    numbers: list[str], spelling: str, before: str, code: str, kind: AskKind
) -> None:
    written = [f"{before} {spelt(number, spelling)} ; {spelt(number, spelling)}={code}" for number in numbers]
    news = Notification(
        event=NotificationEvent.ASK_OPENED,
        reference="acme-a",
        kind=kind,
        numbers=len(numbers),
        ends=tuple(numbers),
        text="\n".join(written),
        command=command_hints.answering("acme-a", "codes-a", kind, numbers)[0],
    )
    digits = re.sub(r"[\s().+-]", "", leaving(news))
    assert not [number for number in numbers if number[2:] in digits]
    assert f"={code}" not in leaving(news)


@given(code=st.from_regex(r"[0-9]{4,10}", fullmatch=True), between=st.sampled_from([" ", ": ", " was ", "=", " is '"]))
def test_no_code_leaves_that_is_called_one(code: str, between: str) -> None:
    news = Notification(event=NotificationEvent.ASK_REMINDER, text=f"Telnyx refused the code{between}{code}.")
    assert not re.search(rf"(?<![0-9]){code}(?![0-9])", leaving(news))


def test_telnyx_own_error_codes_may_be_read() -> None:
    assert "error code 10015" in Notification(event="telnyx_silent", text="Telnyx said error code 10015.").text


@pytest.mark.parametrize("reference", ["512-555-0100", "5125550100", "acme-1001", "20261123", "code-12345", "r1"])
def test_a_reference_stays_in_the_command_that_needs_it_whatever_it_looks_like(reference: str) -> None:
    command = f"hosted-sms codes {reference} NUMBER=CODE"
    assert Notification(event="ask_opened", reference=reference, command=command).command == command


def test_a_command_holds_no_number_and_no_code_even_when_it_was_made_with_them() -> None:
    news = Notification(
        event="ask_opened", reference="a-1", command="hosted-sms codes a-1 +15125550199=12345 NUMBER=54321"
    )
    assert news.command == "hosted-sms codes a-1 …0199 NUMBER=CODE"


@pytest.mark.parametrize("reference", ["", "1", "55", "0199=1"])
def test_a_reference_that_is_part_of_a_number_or_a_code_uncovers_neither(reference: str) -> None:
    news = Notification(event="ask_opened", reference=reference, command="hosted-sms codes a-1 +15125550199=12345")
    assert news.command == "hosted-sms codes a-1 …0199"


@pytest.mark.parametrize(
    ("kind", "choices", "command"),
    [
        (AskKind.CODES, False, "hosted-sms codes acme-1 NUMBER=CODE"),
        (AskKind.DOCUMENTS, False, "hosted-sms documents acme-1 --loa LOA.pdf --bill BILL.pdf"),
        (AskKind.CARRIER, False, "hosted-sms retry acme-1 NUMBER"),
        (AskKind.SUPPORT, False, "hosted-sms retry acme-1 NUMBER"),
        # What offers choices is answered by one of them, whatever its kind.
        (AskKind.SUPPORT, True, "hosted-sms answer acme-1 support-2 CHOICE"),
        (AskKind.CHOICE, True, "hosted-sms answer acme-1 choice-2 CHOICE"),
    ],
)
def test_each_kind_of_ask_has_the_command_that_answers_it(kind: AskKind, choices: bool, command: str) -> None:  # noqa: FBT001 - a column of the table
    assert command_hints.answering("acme-1", f"{kind}-2", kind, choices=choices)[0] == command


@pytest.mark.parametrize("event", NotificationEvent)
def test_every_event_has_a_headline_that_names_whom_it_is_about(event: NotificationEvent) -> None:
    about_request = notification_text.headline(
        Notification(event=event, reference="acme-1", account="acme-1", kind="codes")
    )
    about_account = notification_text.headline(Notification(event=event, account="acme"))
    assert "acme-1" in about_request
    assert "acme" in about_account
    assert "{" not in about_request + about_account


@pytest.mark.parametrize(
    ("event", "headline"),
    [
        (NotificationEvent.ASK_OPENED, "acme-1 needs ownership codes"),
        (NotificationEvent.ASK_REMINDER, "acme-1 still needs ownership codes"),
        (NotificationEvent.ASK_ESCALATED, "acme-1 needs ownership codes, and nobody has answered"),
        (NotificationEvent.REQUEST_ENDED, "acme-1 ended: partly active"),
        (NotificationEvent.NUMBERS_ACTIVE, "acme-1 has active numbers"),
        (NotificationEvent.REVIEW_LATE, "acme-1 waits for a review that is late"),
        (NotificationEvent.ACCOUNT_STOPPED, "Telnyx account acme is stopped"),
        (NotificationEvent.ACCOUNT_RESUMED, "Telnyx account acme goes on"),
        (NotificationEvent.TELNYX_SILENT, "Telnyx does not answer about acme-1"),
        (NotificationEvent.TRANSFER_APPROVAL_REQUESTED, "Another account wants to take a number of acme-1"),
    ],
)
def test_each_event_has_its_own_headline(event: NotificationEvent, headline: str) -> None:
    news = Notification(event=event, reference="acme-1", account="acme", kind="codes", outcome="partly_active")
    assert notification_text.headline(news) == headline


@pytest.mark.parametrize(
    ("ends", "numbers", "about"),
    [
        ((), 0, ""),
        ((), 1, "About 1 number."),
        (("…0100",), 1, "About 1 number: …0100."),
        (("…0100", "…0101"), 2, "About 2 numbers: …0100, …0101."),
        (("…0100",), 2, "About 2 numbers: …0100, …."),
    ],
)
def test_numbers_are_counted_and_named_by_their_ends(ends: tuple[str, ...], numbers: int, about: str) -> None:
    news = Notification(event="ask_opened", reference="acme-1", text="Do it.", ends=ends, numbers=numbers)
    lines = ["Do it.", about, "See it: hosted-sms show acme-1"]
    assert notification_text.body(news) == "\n".join(line for line in lines if line)


def test_a_delivery_is_labelled_by_what_happened_to_whom() -> None:
    assert (
        notification_text.label(Notification(event="ask_opened", reference="acme-1", account="acme"))
        == "ask_opened acme-1"
    )
    assert notification_text.label(Notification(event="account_stopped", account="acme")) == "account_stopped acme"


def test_news_without_a_word_to_say_is_its_headline() -> None:
    assert (
        notification_text.body(Notification(event="account_resumed", account="acme")) == "Telnyx account acme goes on"
    )


def test_a_command_that_only_shows_the_request_is_told_once() -> None:
    news = Notification(event="review_late", reference="acme-1", command="hosted-sms show acme-1")
    assert notification_text.body(news) == "See it: hosted-sms show acme-1"


@pytest.mark.parametrize("event", NotificationEvent)
def test_every_event_stands_on_the_page(event: NotificationEvent) -> None:
    assert f"`{event}`" in (Path(__file__).parents[2] / "docs/notifications.md").read_text()


def test_an_event_of_a_later_version_is_named_as_it_is() -> None:
    assert notification_text.headline(Notification(event="moon_is_full", reference="acme-1")) == "acme-1: moon is full"


def test_a_long_text_is_cut_and_no_number_with_it() -> None:
    news = Notification(event="ask_opened", text="numbers " + ", ".join(f"+1512555{place:04d}" for place in range(500)))
    assert len(news.text) == 1200
    assert news.text.endswith("…")
    assert "512555" not in news.text


def test_a_text_of_just_the_most_is_told_whole() -> None:
    text = "a" * 1200
    assert Notification(event="ask_opened", text=text).text == text


def test_the_text_is_plain() -> None:
    assert Notification(event="ask_opened", text="Telnyx says `failed`.").text == "Telnyx says failed."


def test_people_read_what_to_do_until_when_and_how() -> None:
    news = Notification(
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
    assert notification_text.body(news) == (
        "Have the codes read out.\n"
        "About 3 numbers of c-7: …0100, …0101, ….\n"
        "Answer until 23 December 2026 15:00 UTC.\n"
        "See it: hosted-sms show acme-1\n"
        "Answer it: hosted-sms codes acme-1 NUMBER=CODE"
    )


def test_programs_read_type_time_and_data() -> None:
    news = Notification(
        event="request_ended", event_id="evt_1", reference="acme-1", at=datetime(2026, 12, 1, tzinfo=UTC)
    )
    payload: dict[str, Any] = notification_text.payload(news)
    assert (payload["type"], payload["timestamp"]) == ("request_ended", "2026-12-01T00:00:00Z")
    assert payload["data"]["reference"] == "acme-1"
    assert not {"event", "event_id", "at", "programs_only"} & set(payload["data"])
    assert payload == notification_text.payload(news.model_copy(update={"programs_only": True}))


def test_at_most_ten_numbers_are_named() -> None:
    news = Notification(event="ask_opened", numbers=12, ends=tuple(f"…{place:04d}" for place in range(12)))
    assert news.ends == tuple(f"…{place:04d}" for place in range(10))
    assert notification_text.body(news) == f"About 12 numbers: {', '.join(news.ends)}, …."
