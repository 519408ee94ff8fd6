"""Connects a command to the system: reads the settings, sends logs to stderr, reaches Temporal."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from services.hosted_sms import HostedSms


async def connect(*, without_keys: bool = False) -> "HostedSms":
    """The system that the settings name.

    Args:
        without_keys: for a command that neither reads nor writes what is encrypted, and so needs no keys.

    Raises:
        SettingsError: a setting is missing or wrong.
        CannotReachTemporal: no server answers.
    """
    from commands import late_logs
    from runtime import settings as runtime_settings
    from services.hosted_sms import HostedSms

    settings = runtime_settings.load()
    if without_keys and settings.keys is None:
        settings = settings.model_copy(update={"plaintext": True})
    late_logs.configure(settings)
    return await HostedSms.connect(settings)


async def connect_for(reference: str) -> "HostedSms":
    """The same for a command about one request. A malformed reference is refused before any server is asked."""
    from services import parsing

    parsing.reference(reference)
    return await connect()
