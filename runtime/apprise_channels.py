"""Sends notifications to people through apprise, an extra that knows chats, mail and more by their addresses."""

import os
import re
from typing import Any

from domain.deliveries import NotTaken
from runtime.plain_addresses import THIS_MACHINE_ONLY, VARIABLE, PlainAddresses
from runtime.proxies import trusted_certificates
from runtime.recipients import Channel
from runtime.setting_values import SettingsError

_NEVER_WITH_TLS = ("rsyslog", "growl")
_CLOUD_MODES = ("cloud", "official")
"""How apprise's plugins name the server of the maker, which they always call with TLS."""
_MENTION_OR_LINK = re.compile(r"<(?=\S)|(?<![\w.+-])@(?=\w)|\](?=[(\[:])")
"""What a space behind it breaks: `<!channel>`, `<https://…|text>`, `@everyone`, `[text](https://…)`."""
EXTRA = "pip install 'hosted-sms[notify]'"


class AppriseChannels:
    """The channels of an installation, ready to use."""

    def __init__(self, channels: tuple[Channel, ...], plain: PlainAddresses = THIS_MACHINE_ONLY) -> None:
        """Open every channel, without sending anything; `plain` says which may be called without TLS.

        Raises:
            SettingsError: apprise is not installed, it does not understand an address, or one has no TLS.
        """
        self._services = {one.name: _service(one, plain) for one in channels}

    async def send(self, name: str, title: str, body: str) -> None:
        """Send a plain text.

        Raises:
            NotTaken: the service refused it, or the settings no longer name the channel.
        """
        service = self._services.get(name)
        if service is None:
            raise NotTaken(f"The settings of this worker no longer name the channel {name!r}.", gone=True)
        if not await service.async_notify(
            body=without_mentions(body), title=without_mentions(title), body_format="text"
        ):
            raise NotTaken(f"The channel {name!r} did not accept the notification.")


def without_mentions(text: str) -> str:
    """A text in which no chat finds a mention or a link with another text than its address.

    Apprise escapes Markdown and HTML for some services only, and an escape would show in the others. A space does not.
    """
    return _MENTION_OR_LINK.sub(r"\g<0> ", text)


def _service(channel: Channel, plain: PlainAddresses) -> Any:
    try:
        import apprise  # noqa: PLC0415 - an extra, which an installation without channels does not need
    except ImportError:
        raise SettingsError(
            "HOSTED_SMS_NOTIFY or HOSTED_SMS_CHANNELS names channels, but apprise is not installed: install the extra "
            f"`notify` with {EXTRA}, or remove the channels."
        ) from None
    if authorities := trusted_certificates():  # requests, which apprise uses, knows them by another name only
        os.environ.setdefault("REQUESTS_CA_BUNDLE", authorities)
    # A redirect could lead from https to http.
    service = apprise.Apprise(asset=apprise.AppriseAsset(http_redirects=False))
    if not service.add(channel.url.get_secret_value()):
        raise SettingsError(
            f"HOSTED_SMS_NOTIFY or HOSTED_SMS_CHANNELS: apprise does not understand the address of {channel.name!r}: "
            "correct it, or try it with the command `apprise`."
        )
    for sender in service:
        if not _has_tls(sender) and not plain.allow_host(getattr(sender, "smtp_host", None) or sender.host):
            raise SettingsError(
                f"HOSTED_SMS_NOTIFY or HOSTED_SMS_CHANNELS: the address of {channel.name!r} has no TLS: use its "
                f"form that has (such as jsons:// instead of json://), or put its host into {VARIABLE}."
            )
    return service


def _has_tls(sender: Any) -> bool:
    """Whether a service of apprise is called with TLS, or is on this machine.

    Only a service that people host themselves has a form without TLS beside the one with it.
    """
    if not sender.host or getattr(sender, "mode", None) in _CLOUD_MODES:
        return True
    has_two_forms = bool(sender.protocol and sender.secure_protocol)
    return bool(sender.secure) or not (has_two_forms or sender.protocol in _NEVER_WITH_TLS)
