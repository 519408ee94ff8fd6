"""How a process of ours begins and ends: settings, logs, an event loop, and an exit code that is its own."""

import gc
import os
import sys
from collections.abc import Awaitable, Callable
from typing import NoReturn

import uvloop

from runtime import logs
from runtime.connection import CannotReachTemporal
from runtime.settings import Settings, SettingsError, load

EXIT_SETTINGS, EXIT_NO_TEMPORAL = 2, 3


def serve(run: Callable[[Settings], Awaitable[None]], *, refused: tuple[type[Exception], ...] = ()) -> int:
    """Runs until it has stopped; what ends it early is told in its own sentence.

    Args:
        run: what the process does, with its settings.
        refused: errors that are the fault of the settings, besides `SettingsError`.

    Returns:
        The exit code: 0 after a stop, 2 when a setting is missing or wrong, 3 when Temporal does not answer.
    """
    of_settings: tuple[type[Exception], ...] = (SettingsError, *refused)
    try:
        settings = load()
        logs.configure(settings)
        _spare_the_collector()
        uvloop.run(_awaited(run, settings))
    except of_settings as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_SETTINGS
    except CannotReachTemporal as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_NO_TEMPORAL
    return 0


def leave(code: int) -> NoReturn:
    """Ends the process with this code: Temporal's SDK sometimes aborts while the interpreter shuts down."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


async def _awaited(run: Callable[[Settings], Awaitable[None]], settings: Settings) -> None:
    await run(settings)


def _spare_the_collector() -> None:
    """What is loaded by now lives as long as the process, and a message makes hundreds of objects that die at once.

    A request that leaves the cache dies in circles, which the collector alone finds: it must come by often enough.
    """
    gc.freeze()
    gc.set_threshold(20_000, 10, 5)
