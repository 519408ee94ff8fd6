"""Connects a command to the system: reads the settings, sends logs to stderr, reaches Temporal."""

import sys

from runtime import logs
from runtime import settings as runtime_settings
from services import parsing
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


async def connect_for(reference: str) -> HostedSms:
    """The same for a command about one request. A malformed reference is refused before any server is asked."""
    parsing.reference(reference)
    return await connect()
