"""What a worker checks before it takes work: a mistake shows at the start, and not weeks later inside a request."""

import structlog
from temporalio.client import Client
from temporalio.service import RPCError

from runtime.apprise_channels import AppriseChannels
from runtime.settings import Settings, SettingsError
from services.setup import missing_attributes

_log = structlog.get_logger(__name__)


def check_recipients(settings: Settings) -> None:
    """Check the channels and webhooks without calling any of them.

    Raises:
        SettingsError: one cannot work, or waits for notifications of an account that does not exist.
    """
    recipients = settings.recipients()
    recipients.check_accounts(settings.telnyx_accounts())
    AppriseChannels(recipients.channels, settings.plain_addresses)


async def check_search_attributes(client: Client) -> None:
    """Check that the namespace has our search attributes: a workflow that sets an unknown one is stuck for ever.

    Raises:
        SettingsError: the namespace lacks one.
        Refused: one exists with another type.
    """
    try:
        missing = await missing_attributes(client)
    except RPCError:  # some servers do not let a client ask
        _log.warning("search_attributes_not_checked", advice="run hosted-sms doctor")
        return
    if missing:
        names = ", ".join(key.name for key in missing)
        raise SettingsError(
            f"The namespace {client.namespace!r} lacks the search attributes {names}: run hosted-sms setup."
        )
