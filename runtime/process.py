"""The start and the end of a process: settings, logs, an event loop, and an exit code of its own."""

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import NoReturn

import uvloop

from runtime import logs, terminals
from runtime.connection import CannotReachTemporal
from runtime.private_files import keep_private
from runtime.settings import Settings, SettingsError, load

EXIT_SETTINGS, EXIT_NO_TEMPORAL = 2, 3


def serve(run: Callable[[Settings], Awaitable[None]], *, refused: tuple[type[Exception], ...] = ()) -> int:
    """Run a process until it stops. An error that ends it is written to stderr as one sentence.

    Args:
        run: what the process does.
        refused: errors that mean wrong settings, in addition to `SettingsError`.

    Returns:
        The exit code: 0 after a stop, 2 when a setting is missing or wrong, 3 when Temporal does not answer.
    """
    wrong_settings: tuple[type[Exception], ...] = (SettingsError, *refused)
    keep_private()
    try:
        settings = load()
        logs.configure(settings)
        _tune_garbage_collector()
        uvloop.run(_await(run, settings))
    except wrong_settings as error:
        terminals.write(sys.stderr, f"{error}\n")
        return EXIT_SETTINGS
    except CannotReachTemporal as error:
        terminals.write(sys.stderr, f"{error}\n")
        return EXIT_NO_TEMPORAL
    return 0


def stop_signal() -> asyncio.Event:
    """An event that SIGTERM and SIGINT set. Call it inside the event loop."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


def leave(code: int) -> NoReturn:
    """End the process with an exit code. Temporal's SDK sometimes aborts while the interpreter shuts down."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


async def _await(run: Callable[[Settings], Awaitable[None]], settings: Settings) -> None:
    await run(settings)


def _tune_garbage_collector() -> None:
    """Collect less often than usual, but still often enough for the requests that leave the cache.

    The modules loaded by now live as long as the process, so the collector skips them. A message makes hundreds of
    objects that are freed at once without it. A request that leaves the cache is a cycle, which only the collector
    frees.
    """
    gc.freeze()
    gc.set_threshold(20_000, 10, 5)
