"""What `make up` adds to the demo: one more request, which waits for a person, and the addresses to look at."""

import contextlib
import shlex
import time
from pathlib import Path

from domain import names
from domain.vocabulary import AskKind
from runtime.private_files import write_private
from tools.demo.command import ROOT
from tools.demo.narrator import Narrator
from tools.demo.processes import LOOK_EVERY, until
from tools.demo.stack import Stack

WAITING = "waiting"
_NUMBERS = ("+15125550141", "+15125550142")
_PROFILE = "3f1b8c52-6a0e-4d8b-9c34-5b7a2f10c008"
_KINDS = ", ".join(f"'{kind}'" for kind in AskKind)
WAITS_FOR_A_PERSON = f"ExecutionStatus = 'Running' AND {names.NEEDS} IN ({_KINDS})"
"""The query of `hosted-sms list --needs-me`. A list of needs that became empty is not null."""
_ALL = f"WorkflowType = '{names.WORKFLOW_TYPE}'"


def stay(stack: Stack, narrator: Narrator, settings_file: Path) -> None:
    """Start a request that waits, print the addresses, and stay until Ctrl-C.

    Raises:
        DemoFailed: a process ended by itself.
    """
    _start_one_that_waits(stack)
    _write_settings(stack, settings_file)
    try:
        _print_addresses(stack, narrator, settings_file)
        with contextlib.suppress(KeyboardInterrupt):
            while True:
                stack.must_run()
                time.sleep(LOOK_EVERY * 10)
        narrator.plain("\nStopping.")
    finally:
        settings_file.unlink(missing_ok=True)


def _start_one_that_waits(stack: Stack) -> None:
    stack.receive_webhooks(_PROFILE)
    numbers = [word for number in _NUMBERS for word in ("--number", number)]
    stack.hosted_sms("start", "--reference", WAITING, "--profile", _PROFILE, "--customer", "c-1008", *numbers)

    def asks() -> bool | None:
        return bool(stack.hosted_sms.json("show", WAITING)["asks"]) or None

    until(f"A question of the request {WAITING}", asks)


def _write_settings(stack: Stack, path: Path) -> None:
    """Write the settings as a file for `source`. Only its owner can read it, because it has keys."""
    # The last two are for the plain `temporal` command and for docs/integration.md.
    settings = stack.environment | {"TEMPORAL_CODEC_ENDPOINT": stack.console, "SIMULATOR": stack.telnyx.address}
    lines = [f"export {name}={shlex.quote(value)}" for name, value in settings.items()]
    write_private(path, "\n".join([*lines, f"export PATH={shlex.quote(str(ROOT / '.venv/bin'))}:$PATH", ""]))


def _print_addresses(stack: Stack, narrator: Narrator, settings_file: Path) -> None:
    narrator.heading("All of it runs until Ctrl-C. Look at it in the Temporal UI")
    narrator.plain(f"  waiting for a person      {stack.list_link(WAITS_FOR_A_PERSON)}")
    narrator.plain(f"  all requests              {stack.list_link(_ALL)}")
    narrator.plain(f"  the new request           {stack.workflow_link(WAITING)}")
    narrator.heading("Answer a request yourself, in another terminal")
    narrator.plain(f"  source {settings_file.relative_to(ROOT)}")
    narrator.plain(f"  hosted-sms show {WAITING}")
    narrator.plain(f"  curl -s '{stack.telnyx.address}/_simulator/inbox?phone_number=%2B{_NUMBERS[0][1:]}'")
    narrator.plain(f"  hosted-sms codes {WAITING} {_NUMBERS[0]}=CODE")
    narrator.heading("Other addresses")
    narrator.plain(f"  Temporal                  {stack.environment['TEMPORAL_ADDRESS']}")
    narrator.plain(f"  simulated Telnyx          {stack.telnyx.address}/v2")
    narrator.plain(f"  its orders                {stack.telnyx.address}/_simulator/orders")
    narrator.plain(f"  console                   {stack.console} (decrypts data for the UI)")
    narrator.plain(f"  logs and documents        {stack.folder.relative_to(ROOT)}")
