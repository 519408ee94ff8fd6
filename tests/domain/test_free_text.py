"""Whatever a person or a program is shown of a request or an account can be shown, and what is kept has a bound."""

from typing import Annotated, Any

import pytest
from pydantic import Field, TypeAdapter

from domain import accounts, activity_io, checks, free_text, messages, notification, transfers, verdicts
from domain.messages import Message
from domain.notification import Notification, NotificationEvent
from domain.notification_text import body, headline, label
from domain.printable import LONGEST_NAME, LONGEST_SENTENCES, LONGEST_TEXT
from tests.strangers import INJECTION, is_harmless, is_harmless_page, live_markdown, texts_in

SHOWN: list[type[Message]] = [
    *(messages.Progress, messages.AskView, messages.Choice, messages.NumberProgress, messages.Event),
    *(messages.Answer, messages.NumberResult, accounts.AccountProgress, transfers.TransferResult),
    *(checks.NumberCheck, checks.UndecidedNumber, checks.PreflightReport, checks.Orphan),
]
# Numbers are validated, and of an address only the face that reads it knows what it may hold.
NO_TEXT = {"phone_number", "numbers", "webhook_url"}
WRITTEN: list[tuple[type[Message], str]] = [
    # the fields that are put into what is shown
    *((messages.Cancel, name) for name in ("why", "by")),
    *((messages.GiveUp, name) for name in ("why", "by")),
    *((kind, "by") for kind in (messages.SubmitCodes, messages.ResendCodes, messages.ReplaceDocuments)),
    *((kind, "by") for kind in (messages.RetryNumbers, messages.AnswerAsk, messages.AccountResumed)),
    *((messages.HostingRequest, "by"), (messages.Document, "name"), (accounts.ResumeAccount, "by")),
    *((accounts.AccountTrouble, "because"), (accounts.AccountSilence, "because")),
    *((verdicts.Verdict, "because"), (verdicts.NumberVerdict, "because"), (verdicts.Need, "guidance")),
    *((activity_io.DeletionVerdict, "left_behind"), (activity_io.DocumentCheckResult, "sentence")),
    *((notification.NumberNotice, name) for name in ("status",)),
]


def read(kind: type[Message], name: str, text: str) -> Any:
    """What a field holds after a text, or a list with it, was read."""
    field = kind.model_fields[name]
    whole: Any = Annotated[field.annotation, Field(), *field.metadata]
    adapter: TypeAdapter[Any] = TypeAdapter(whole)
    return adapter.validate_python(text if field.annotation is str else [text])


def test_every_text_of_what_is_shown_is_made_printable_when_it_is_read(subtests: pytest.Subtests) -> None:
    shown = [(kind, name) for kind in SHOWN for name in kind.model_fields if name not in NO_TEXT]
    with_text = [(kind, name) for kind, name in shown if "str" in str(kind.model_fields[name].annotation)]
    assert len(with_text) > len(SHOWN)
    for kind, name in [*with_text, *WRITTEN]:
        with subtests.test(kind=kind.__name__, field=name):
            texts = list(texts_in(read(kind, name, INJECTION)))
            assert texts
            assert all(map(is_harmless, texts))
            assert len("".join(texts_in(read(kind, name, "a" * 100_000)))) <= LONGEST_SENTENCES


def test_a_name_a_reason_and_our_sentences_have_their_bounds() -> None:
    lengths = [len(TypeAdapter(kind).validate_python("é" * 100_000)) for kind in (free_text.Name, free_text.Line)]
    assert lengths == [LONGEST_NAME, LONGEST_TEXT]


@pytest.mark.parametrize("event", [*NotificationEvent, INJECTION])
def test_a_notification_has_a_subject_of_one_line_and_holds_nothing_that_cannot_be_shown(event: str) -> None:
    told = Notification(
        event=event, reference=INJECTION, account=INJECTION, customer=INJECTION, kind=INJECTION, outcome=INJECTION,
        numbers=1, ends=("+15125550100",), text=f"Our first line.\n{INJECTION}".replace("\r\n", " "), command=INJECTION,
    )  # fmt: skip
    assert is_harmless(headline(told))
    assert is_harmless_page(body(told))
    assert (is_harmless(label(told)), live_markdown(label(told))) == (True, [])
