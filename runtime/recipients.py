"""Who gets which notification: the channels for people and the outbound webhooks for programs."""

from collections.abc import Iterable

from pydantic import BaseModel, SecretStr

from domain.notification import Notification, NotificationEvent
from runtime.setting_values import SettingsError

SECRET_PREFIX = "whsec_"  # noqa: S105 - the prefix of every secret of Standard Webhooks


class Route(BaseModel, frozen=True):
    """Which notifications a recipient gets. An empty filter lets everything through."""

    accounts: frozenset[str] = frozenset()
    customers: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()
    escalation: bool = False
    """Gets `ask_escalated`, and besides that only the events in `events`."""

    def matches(self, notification: Notification) -> bool:
        """Whether the recipient gets this notification."""
        return (
            (not self.accounts or notification.account in self.accounts)
            and (not self.customers or notification.customer in self.customers)
            and self._matches_event(notification.event)
        )

    def _matches_event(self, event: str) -> bool:
        if self.escalation:
            return event == NotificationEvent.ASK_ESCALATED or event in self.events
        return not self.events or event in self.events


class Channel(BaseModel, frozen=True):
    """A channel for people. Its address holds secrets, so logs and payloads use its name."""

    name: str
    url: SecretStr
    route: Route = Route()


class Webhook(Channel, frozen=True):
    """The address of a program, and the secret that signs what is posted there."""

    secret: SecretStr


class Recipients(BaseModel, frozen=True):
    """All channels and webhooks of an installation."""

    channels: tuple[Channel, ...] = ()
    webhooks: tuple[Webhook, ...] = ()

    def channels_for(self, notification: Notification) -> list[str]:
        """The names of the channels that get it. A repeat is for programs only."""
        if notification.programs_only:
            return []
        return [one.name for one in self.channels if one.route.matches(notification)]

    def webhooks_for(self, notification: Notification) -> list[str]:
        """The names of the webhooks that get it."""
        return [one.name for one in self.webhooks if one.route.matches(notification)]

    def has_recipient_for(self, notification: Notification) -> bool:
        """Whether a channel or webhook gets it."""
        return bool(self.channels_for(notification) or self.webhooks_for(notification))

    def check_accounts(self, known: Iterable[str]) -> None:
        """Check that every account in a filter exists.

        Raises:
            SettingsError: one does not, so its recipient would wait for ever.
        """
        accounts = set(known)
        for one in (*self.channels, *self.webhooks):
            for account in sorted(one.route.accounts - accounts):
                raise SettingsError(
                    f"HOSTED_SMS_CHANNELS: {one.name!r} names the account {account!r}, which does not exist: use one "
                    f"of {', '.join(sorted(accounts))}."
                )
