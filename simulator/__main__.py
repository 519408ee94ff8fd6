"""`python -m simulator --port 8123`: serves the simulated Telnyx API until it is told to stop."""

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from simulator.app import run_simulator
from simulator.settings import NEVER_KNOWN_PROFILE, TRANSFER_WINDOW, Settings
from simulator.test_numbers import render_page


def arguments() -> argparse.ArgumentParser:
    """The options of the command."""
    parser = argparse.ArgumentParser(prog="python -m simulator", description=__doc__)
    add = parser.add_argument
    add("--port", type=int, default=0, help="port to listen on; 0 takes a free one and prints it")
    add("--host", default="127.0.0.1", help="address to listen on")
    add("--review-seconds", type=float, default=3.0, metavar="S", help="length of the whole review after an upload")
    add("--transfer-seconds", type=float, default=TRANSFER_WINDOW, metavar="S", help="window of an internal transfer")
    add("--unknown-profile", action="append", default=[], metavar="ID", help="messaging profile that is not known")
    add("--ownership-word-over-rest", action="store_true", help="show ownership_successful over REST too")
    add("--seed", type=int, default=1, help="start of ids and codes, so that a run can be repeated")
    add("--webhook-key-file", type=Path, metavar="FILE", help="keeps the key that signs webhooks; made when missing")
    add("--print-test-numbers", action="store_true", help="print docs/test-numbers.md and leave")
    return parser


def settings_from(options: argparse.Namespace) -> Settings:
    """The settings that the options describe."""
    return Settings(
        review_seconds=options.review_seconds,
        transfer_seconds=options.transfer_seconds,
        unknown_profiles={NEVER_KNOWN_PROFILE, *(profile.lower() for profile in options.unknown_profile)},
        ownership_word_over_rest=options.ownership_word_over_rest,
        seed=options.seed,
        webhook_key_file=options.webhook_key_file,
    )


async def serve(settings: Settings, host: str, port: int) -> None:
    """Serves until SIGTERM or SIGINT; prints one line with the address when ready."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with run_simulator(settings, host=host, port=port) as address:
        sys.stdout.write(f"Simulator ready: {address} (API under {address}/v2)\n")
        sys.stdout.flush()
        await stop.wait()


def main() -> None:
    """Reads the options and serves."""
    options = arguments().parse_args()
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
