"""Delivery of one notification: what the workflow `TellPeople` and its activities say to each other."""

from domain.messages import Message
from domain.notification import Notification


class NotTaken(Exception):  # noqa: N818 - its name is the failure type, which is part of the contract
    """A channel or a webhook did not take the notification; the text holds no address and no secret."""

    def __init__(self, reason: str, *, gone: bool = False) -> None:
        super().__init__(reason)
        self.gone = gone
        """True when the settings no longer name it, so that another try is useless."""


class NotStarted(Exception):  # noqa: N818 - its name is the failure type, which is part of the contract
    """Temporal did not confirm in time that a delivery started. The notification must not be dropped."""


class RecipientNames(Message):
    """Who wants a notification, by the names in the worker's settings."""

    channels: list[str]
    webhooks: list[str]


class Delivery(Message):
    """One notification for one channel or webhook."""

    to: str
    news: Notification


class DeliveryReport(Message):
    """The recipients that got the notification, and those for which the delivery gave up."""

    told: list[str]
    failed: list[str]
