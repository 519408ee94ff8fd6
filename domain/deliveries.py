"""How one piece of news gets to whom it is for: what the workflow `TellPeople` and its activities say to each other."""

from domain.messages import Message
from domain.notification import Notification


class NotTaken(Exception):  # noqa: N818 - named for what happened
    """A channel or a webhook did not take what was sent; the text holds no address and no secret."""

    def __init__(self, reason: str, *, gone: bool = False) -> None:
        super().__init__(reason)
        self.gone = gone
        """True when trying again is useless: the settings name it no more."""


class NotStarted(Exception):  # noqa: N818 - named for what happened
    """Temporal did not start the delivery of a piece of news in time, or its answer was lost; nobody may drop it."""


class RecipientNames(Message):
    """Who wants a piece of news, by the names that the worker's settings give them."""

    channels: list[str]
    webhooks: list[str]


class Delivery(Message):
    """One piece of news for one channel or webhook."""

    to: str
    news: Notification


class DeliveryReport(Message):
    """What became of a piece of news."""

    told: list[str]
    failed: list[str]
