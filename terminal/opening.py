"""Opens the desk for one command: settings read, logs sent to stderr, Temporal reached."""

import sys

from runtime import logs
from runtime import settings as runtime_settings
from support.desk import Desk, open_desk


async def desk() -> Desk:
    """The desk of this installation.

    Raises:
        SettingsError: a setting is missing or wrong.
        CannotReachTemporal: no server answers.
    """
    settings = runtime_settings.load()
    logs.configure(settings, sys.stderr)
    return await open_desk(settings)
