"""What is left running after the demo: one more request that waits for a person, and where to look at everything."""

import contextlib
import shlex
import time
from pathlib import Path

from domain import names
from domain.vocabulary import AskKind
from tools.demo.command import ROOT
from tools.demo.narrator import Telling
from tools.demo.processes import LOOK_EVERY, until
from tools.demo.stack import Stack

WAITING = "waiting"
_NUMBERS = ("+15125550141", "+15125550142")
_PROFILE = "3f1b8c52-6a0e-4d8b-9c34-5b7a2f10c008"
_KINDS = ", ".join(f"'{kind}'" for kind in AskKind)
WAITS_FOR_A_PERSON = f"ExecutionStatus = 'Running' AND {names.NEEDS} IN ({_KINDS})"
"""The query of `hosted-sms list --needs-me`. A list of needs that became empty is not null."""
_ALL = f"WorkflowType = '{names.WORKFLOW_TYPE}'"


def stay(stack: Stack, telling: Telling, settings_file: Path) -> None:
    """Starts a request that waits, tells the addresses, and stays until Ctrl-C.

    Raises:
        DemoFailed: a process ended by itself.
    """
    _start_one_that_waits(stack)
    _write_settings(stack, settings_file)
    try:
        _tell(stack, telling, settings_file)
        with contextlib.suppress(KeyboardInterrupt):
            while True:
                stack.must_run()
                time.sleep(LOOK_EVERY * 10)
        telling.plain("\nStopping.")
    finally:
        settings_file.unlink(missing_ok=True)


def _start_one_that_waits(stack: Stack) -> None:
    stack.bring_webhooks(_PROFILE)
    numbers = [word for number in _NUMBERS for word in ("--number", number)]
    stack.hosted_sms("start", "--reference", WAITING, "--profile", _PROFILE, "--customer", "c-1008", *numbers)

    def asks() -> bool | None:
        return bool(stack.hosted_sms.json("show", WAITING)["asks"]) or None

    until(f"A question of the request {WAITING}", asks)


def _write_settings(stack: Stack, path: Path) -> None:
    """A file to be sourced; it holds keys, so only its owner reads it."""
    path.touch(mode=0o600)
    # The last two are for the plain `temporal` command and for docs/integration.md.
    settings = stack.environment | {"TEMPORAL_CODEC_ENDPOINT": stack.console, "SIMULATOR": stack.telnyx.address}
    lines = [f"export {name}={shlex.quote(value)}" for name, value in settings.items()]
    path.write_text("\n".join([*lines, f"export PATH={shlex.quote(str(ROOT / '.venv/bin'))}:$PATH", ""]))


def _tell(stack: Stack, telling: Telling, settings_file: Path) -> None:
    telling.chapter("It stays running until Ctrl-C. Look at it in the Temporal UI")
    telling.plain(f"  what waits for a person   {stack.list_link(WAITS_FOR_A_PERSON)}")
    telling.plain(f"  all requests              {stack.list_link(_ALL)}")
    telling.plain(f"  the one that waits        {stack.workflow_link(WAITING)}")
    telling.chapter("Answer it yourself, in another terminal")
    telling.plain(f"  source {settings_file.relative_to(ROOT)}")
    telling.plain(f"  hosted-sms show {WAITING}")
    telling.plain(f"  curl -s '{stack.telnyx.address}/_simulator/inbox?phone_number=%2B{_NUMBERS[0][1:]}'")
    telling.plain(f"  hosted-sms codes {WAITING} {_NUMBERS[0]}=CODE")
    telling.chapter("Other addresses")
    telling.plain(f"  Temporal                  {stack.environment['TEMPORAL_ADDRESS']}")
    telling.plain(
        f"  simulated Telnyx          {stack.telnyx.address}/v2, orders at {stack.telnyx.address}/_simulator/orders"
    )
    telling.plain(f"  console                   {stack.console} (decrypts for the UI)")
    telling.plain(f"  logs and documents        {stack.folder.relative_to(ROOT)}")
