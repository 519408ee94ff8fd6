"""Connects one command to the system: reads the settings, sends logs to stderr, reaches Temporal."""

import sys

from runtime import logs
from runtime import settings as runtime_settings
from services.hosted_sms import HostedSms


async def connect() -> HostedSms:
    """The system that the settings name.

    Raises:
        SettingsError: a setting is missing or wrong.
        CannotReachTemporal: no server answers.
    """
    settings = runtime_settings.load()
    logs.configure(settings, sys.stderr)
    return await HostedSms.connect(settings)
