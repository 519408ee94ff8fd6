"""Sends notifications to people through apprise, an extra that knows chats, mail and more by their addresses."""

import os
from typing import Any

from domain.deliveries import NotTaken
from runtime.proxies import trusted_certificates
from runtime.recipients import Channel
from runtime.setting_values import SettingsError

EXTRA = "pip install 'hosted-sms[notify]'"


class AppriseChannels:
    """The channels of an installation, ready to use."""

    def __init__(self, channels: tuple[Channel, ...]) -> None:
        """Open every channel, without sending anything.

        Raises:
            SettingsError: apprise is not installed, or it does not understand an address.
        """
        self._services = {one.name: _service(one) for one in channels}

    async def send(self, name: str, title: str, body: str) -> None:
        """Send a plain text.

        Raises:
            NotTaken: the service refused it, or the settings no longer name the channel.
        """
        service = self._services.get(name)
        if service is None:
            raise NotTaken(f"The settings of this worker no longer name the channel {name!r}.", gone=True)
        if not await service.async_notify(body=body, title=title, body_format="text"):
            raise NotTaken(f"The channel {name!r} did not accept the notification.")


def _service(channel: Channel) -> Any:
    try:
        import apprise  # noqa: PLC0415 - an extra, which an installation without channels does not need
    except ImportError:
        raise SettingsError(
            "HOSTED_SMS_NOTIFY or HOSTED_SMS_CHANNELS names channels, but apprise is not installed: install the extra "
            f"`notify` with {EXTRA}, or remove the channels."
        ) from None
    if authorities := trusted_certificates():  # requests, which apprise uses, knows them by another name only
        os.environ.setdefault("REQUESTS_CA_BUNDLE", authorities)
    service = apprise.Apprise()
    if not service.add(channel.url.get_secret_value()):
        raise SettingsError(
            f"HOSTED_SMS_NOTIFY or HOSTED_SMS_CHANNELS: apprise does not understand the address of {channel.name!r}: "
            "correct it, or try it with the command `apprise`."
        )
    return service
