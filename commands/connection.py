"""Connects a command to the system: reads the settings, sends logs to stderr, reaches Temporal."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from services.hosted_sms import HostedSms


async def connect() -> "HostedSms":
    """The system that the settings name.

    Raises:
        SettingsError: a setting is missing or wrong.
        CannotReachTemporal: no server answers.
    """
    from commands import late_logs
    from runtime import settings as runtime_settings
    from services.hosted_sms import HostedSms

    settings = runtime_settings.load()
    late_logs.configure(settings)
    return await HostedSms.connect(settings)


async def connect_for(reference: str) -> "HostedSms":
    """The same for a command about one request. A malformed reference is refused before any server is asked."""
    from services import parsing

    parsing.reference(reference)
    return await connect()
