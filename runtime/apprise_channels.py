"""Tells people through apprise, which knows chats, mail and the like by their addresses; an extra of its own."""

from typing import Any

from domain.deliveries import NotTaken
from runtime.channels import Channel
from runtime.setting_values import SettingsError

EXTRA = "pip install 'hosted-sms[notify]'"


class AppriseChannels:
    """The channels of an installation, ready to be used."""

    def __init__(self, channels: tuple[Channel, ...]) -> None:
        """Opens every channel, without calling anybody.

        Raises:
            SettingsError: apprise is not installed, or it does not understand an address.
        """
        self._services = {one.name: _service(one) for one in channels}

    async def send(self, name: str, title: str, body: str) -> None:
        """Tell people, in plain text.

        Raises:
            NotTaken: it was not taken, or the settings name no such channel any more.
        """
        service = self._services.get(name)
        if service is None:
            raise NotTaken(f"The settings of this worker name no channel {name!r} any more.", gone=True)
        if not await service.async_notify(body=body, title=title, body_format="text"):
            raise NotTaken(f"The channel {name!r} did not take it.")


def _service(channel: Channel) -> Any:
    try:
        import apprise  # noqa: PLC0415 - an extra: whoever has no channel does without
    except ImportError:
        raise SettingsError(
            "HOSTED_SMS_NOTIFY or HOSTED_SMS_CHANNELS names channels, but apprise is not installed: install the extra "
            f"`notify` with {EXTRA}, or remove the channels."
        ) from None
    service = apprise.Apprise()
    if not service.add(channel.url.get_secret_value()):
        raise SettingsError(
            f"HOSTED_SMS_NOTIFY or HOSTED_SMS_CHANNELS: the address of {channel.name!r} is none that apprise "
            "understands: correct it, or try it with the command `apprise`."
        )
    return service
