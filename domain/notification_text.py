"""How a notification reads: plain text for people, and one JSON shape for programs."""

from typing import Any

from domain import command_hints, markdown
from domain.asks import awaited
from domain.notification import Notification, NotificationEvent
from domain.printable import line
from domain.text import count, format_utc

_HEADLINES = {
    NotificationEvent.ASK_OPENED: "{about} needs {kind}",
    NotificationEvent.ASK_REMINDER: "{about} still needs {kind}",
    NotificationEvent.ASK_ESCALATED: "{about} needs {kind}, and no one has answered",
    NotificationEvent.REQUEST_ENDED: "{about} ended: {outcome}",
    NotificationEvent.NUMBERS_ACTIVE: "{about} has active numbers",
    NotificationEvent.REVIEW_LATE: "{about} waits for a review that is late",
    NotificationEvent.ACCOUNT_STOPPED: "Telnyx account {account} is stopped",
    NotificationEvent.ACCOUNT_RESUMED: "Telnyx account {account} works again",
    NotificationEvent.TELNYX_SILENT: "Telnyx does not answer about {about}",
    NotificationEvent.TRANSFER_APPROVAL_REQUESTED: "Another Telnyx account wants to take over numbers of {about}",
}
_IN_THE_ENVELOPE = {"event", "event_id", "programs_only"}


def label(notification: Notification) -> str:
    """Name its delivery in the Temporal UI: the event, and the request or account."""
    return markdown.escape(f"{notification.event} {notification.reference or notification.account}")


def headline(notification: Notification) -> str:
    """Say in one line what happened to what. An event that this version does not know is shown by its name."""
    patterns = {str(event): pattern for event, pattern in _HEADLINES.items()}
    said = patterns.get(notification.event, "{about}: {event}").format(
        about=notification.reference or f"account {notification.account}",
        account=notification.account,
        event=_spaced(notification.event),
        kind=awaited(notification.kind, notification.numbers),
        outcome=_spaced(notification.outcome),
    )
    return line(said)  # a line end in the subject of a mail would begin another header


def body(notification: Notification) -> str:
    """Say everything in plain text: what to do, for which numbers, until when, and the commands."""
    until = f"Answer until {format_utc(notification.deadline)}." if notification.deadline else ""
    lines = [notification.text, _about_numbers(notification), until, *_commands(notification)]
    return "\n".join(line for line in lines if line) or headline(notification)


def payload(notification: Notification) -> dict[str, Any]:
    """What a program receives; it is the same at every attempt and every repeat."""
    data = notification.model_dump(mode="json", exclude=_IN_THE_ENVELOPE)
    return {"type": notification.event, "timestamp": data.pop("at"), "data": data}


def _about_numbers(notification: Notification) -> str:
    if not notification.numbers:
        return ""
    named = list(notification.ends) + ["…"] * (len(notification.ends) < notification.numbers)
    owner = f" of {notification.customer}" if notification.customer else ""
    numbers = f": {', '.join(named)}" if notification.ends else ""
    return f"About {count(notification.numbers, 'number')}{owner}{numbers}."


def _commands(notification: Notification) -> list[str]:
    show = command_hints.show(notification.reference)
    shown = [f"See it: {show}"] if notification.reference else []
    return [*shown, f"Answer it: {notification.command}"] if notification.command not in {"", show} else shown


def _spaced(word: str) -> str:
    return word.replace("_", " ")
