"""How news reads: plain text for people, and one JSON shape for programs."""

from datetime import UTC, datetime
from typing import Any

from domain import command_hints
from domain.asks import awaited
from domain.notification import Notification, NotificationEvent

_HEADLINES = {
    NotificationEvent.ASK_OPENED: "{about} needs {kind}",
    NotificationEvent.ASK_REMINDER: "{about} still needs {kind}",
    NotificationEvent.ASK_ESCALATED: "{about} needs {kind}, and nobody has answered",
    NotificationEvent.REQUEST_ENDED: "{about} ended: {outcome}",
    NotificationEvent.NUMBERS_ACTIVE: "{about} has active numbers",
    NotificationEvent.REVIEW_LATE: "{about} waits for a review that is late",
    NotificationEvent.ACCOUNT_STOPPED: "Telnyx account {account} is stopped",
    NotificationEvent.ACCOUNT_RESUMED: "Telnyx account {account} goes on",
    NotificationEvent.TELNYX_SILENT: "Telnyx does not answer about {about}",
    NotificationEvent.TRANSFER_APPROVAL_REQUESTED: "Another account wants to take a number of {about}",
}
_IN_THE_ENVELOPE = {"event", "event_id", "programs_only"}


def label(news: Notification) -> str:
    """What its delivery is called on the Temporal server."""
    return f"{news.event} {news.reference or news.account}"


def headline(news: Notification) -> str:
    """One line: what it is about and what happened; an event that this version does not know is named as it is."""
    pattern = {str(event): text for event, text in _HEADLINES.items()}.get(news.event, "{about}: {event}")
    return pattern.format(
        about=news.reference or f"account {news.account}",
        account=news.account,
        event=_spaced(news.event),
        kind=awaited(news.kind, news.numbers),
        outcome=_spaced(news.outcome),
    )


def body(news: Notification) -> str:
    """The whole of it in plain text: what to do, for which numbers, until when, and the command that answers."""
    lines = [news.text, _about_numbers(news), _until(news.deadline), *_to_do(news)]
    return "\n".join(line for line in lines if line) or headline(news)


def payload(news: Notification) -> dict[str, Any]:
    """What a program receives; the same at every try and at every repeat."""
    data = news.model_dump(mode="json", exclude=_IN_THE_ENVELOPE)
    return {"type": news.event, "timestamp": data.pop("at"), "data": data}


def _about_numbers(news: Notification) -> str:
    if not news.numbers:
        return ""
    named = ", ".join(news.ends) + (", …" if len(news.ends) < news.numbers else "") if news.ends else ""
    count = f"{news.numbers} number{'' if news.numbers == 1 else 's'}"
    whom = f" of {news.customer}" if news.customer else ""
    return f"About {count}{whom}{f': {named}' if named else ''}."


def _until(deadline: datetime | None) -> str:
    return f"Answer until {deadline.astimezone(UTC):%d %B %Y %H:%M} UTC." if deadline else ""


def _to_do(news: Notification) -> list[str]:
    show = command_hints.show(news.reference)
    shown = [f"See it: {show}"] if news.reference else []
    return [*shown, f"Answer it: {news.command}"] if news.command not in {"", show} else shown


def _spaced(word: str) -> str:
    return word.replace("_", " ")
