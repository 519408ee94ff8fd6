"""Opens the desk for one command: settings read, logs sent to stderr, Temporal reached."""

import sys

from runtime import logs
from runtime import settings as runtime_settings
from services.hosted_sms import HostedSms, open_desk


async def desk() -> HostedSms:
    """The desk of this installation.

    Raises:
        SettingsError: a setting is missing or wrong.
        CannotReachTemporal: no server answers.
    """
    settings = runtime_settings.load()
    logs.configure(settings, sys.stderr)
    return await open_desk(settings)
