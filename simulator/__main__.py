"""`python -m simulator --port 8123` serves a simulated Telnyx API until it is stopped."""

import argparse
import asyncio
import os
import signal
import sys
from pathlib import Path

from simulator.app import run_simulator
from simulator.settings import NEVER_KNOWN_PROFILE, TRANSFER_WINDOW, Settings
from simulator.test_numbers import render_page


def arguments() -> argparse.ArgumentParser:
    """Build the parser of the command's options."""
    parser = argparse.ArgumentParser(prog="python -m simulator", description=__doc__)
    add = parser.add_argument
    add("--port", type=int, default=0, help="port to listen on; 0 takes any free port and prints it")
    add("--host", default="127.0.0.1", help="address to listen on")
    add("--review-seconds", type=float, default=3.0, metavar="S", help="how long the review takes after an upload")
    add(
        "--transfer-seconds",
        type=float,
        default=TRANSFER_WINDOW,
        metavar="S",
        help="how long the owner of a number may object to an internal transfer",
    )
    add(
        "--unknown-profile",
        action="append",
        default=[],
        metavar="ID",
        help="id of a messaging profile that the API does not know; may be repeated",
    )
    add("--ownership-word-over-rest", action="store_true", help="show the status ownership_successful over REST too")
    add("--seed", type=int, default=1, help="seed of ids and codes; the same seed gives the same ones")
    add(
        "--webhook-key-file",
        type=Path,
        metavar="FILE",
        help="file with the key that signs webhooks; created if it is missing",
    )
    add("--print-test-numbers", action="store_true", help="print docs/test-numbers.md and exit")
    return parser


def settings_from(options: argparse.Namespace) -> Settings:
    """Turn the options into settings."""
    return Settings(
        review_seconds=options.review_seconds,
        transfer_seconds=options.transfer_seconds,
        unknown_profiles={NEVER_KNOWN_PROFILE, *(profile.lower() for profile in options.unknown_profile)},
        ownership_word_over_rest=options.ownership_word_over_rest,
        seed=options.seed,
        webhook_key_file=options.webhook_key_file,
    )


async def serve(settings: Settings, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT. Print one line with the address when ready."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with run_simulator(settings, host=host, port=port) as address:
        sys.stdout.write(f"Simulator ready: {address} (API under {address}/v2)\n")
        sys.stdout.flush()
        await stop.wait()


def main() -> None:
    """Read the options and serve."""
    options = arguments().parse_args()
    os.umask(0o077)  # only its own user reads what it writes, such as the key of its webhooks
    if options.print_test_numbers:
        sys.stdout.write(render_page())
        return
    try:
        asyncio.run(serve(settings_from(options), options.host, options.port))
    except OSError as error:
        raise SystemExit(
            f"Cannot listen on {options.host}:{options.port} ({error.strerror}); choose another --port."
        ) from None


if __name__ == "__main__":
    main()
