"""The command `hosted-sms`: its commands by name, and how it ends. What a command does stands in `commands/`.

Exit codes: 0 done, 1 refused, 2 usage, 3 a service or worker did not answer.
"""

import os
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

from cyclopts import App, CycloptsError

from commands import printer

_DONE, _FAULT, _USAGE, _INTERRUPTED = 0, 1, 2, 130

# Named by their place, so that only the module of the command that is asked for is loaded.
COMMANDS = (
    ("setup", "commands.operating:set_up", "Register the search attributes in the Temporal namespace."),
    ("doctor", "commands.operating:doctor", "Examine this installation, with a remedy for whatever is wrong."),
    ("check", "commands.requesting:check", "Ask Telnyx whether numbers can be hosted; nothing is ordered."),
    ("start", "commands.requesting:start", "Start a request."),
    ("import", "commands.requesting:import_file", "Start every request of a CSV file."),
    ("list", "commands.looking:list_requests", "List requests, for instance those that wait for a person."),
    ("show", "commands.looking:show", "Show where a request stands and what is awaited from whom."),
    ("codes", "commands.changing:codes", "Hand in ownership codes."),
    ("resend", "commands.changing:resend", "Ask Telnyx for new ownership codes."),
    ("documents", "commands.changing:documents", "Hand in the LOA, the bill or both."),
    ("retry", "commands.changing:retry", "Try rejected numbers again."),
    ("give-up", "commands.changing:give_up", "Stop trying for some numbers; the others go on."),
    ("cancel", "commands.changing:cancel", "Stop a whole request."),
    ("answer", "commands.changing:answer", "Answer an ask that offers choices."),
    ("transfer approve", "commands.transfer:approve", "Let numbers go to the Telnyx account that ordered them."),
    ("transfer reject", "commands.transfer:reject", "Keep numbers that another Telnyx account ordered."),
    ("account show", "commands.account:show", "Show whether an account is stopped, and who waits for it."),
    ("account resume", "commands.account:resume", "Let all requests of a mended account go on."),
    ("events list", "commands.events:list_events", "List what people and programs were told."),
    ("events replay", "commands.events:replay", "Send what was told once more to the outbound webhooks."),
    ("explain", "commands.operating:explain", "Explain a word of Telnyx."),
)
# Commands of two words stand in a group, which has a help page of its own.
GROUPS = {
    "account": "The Telnyx account that requests share: show, resume.",
    "transfer": "Answer Telnyx when another account wants numbers of ours: approve, reject.",
    "events": "What people and programs were told: list, replay.",
}


def _version() -> str:
    try:
        return version("hosted-sms")
    except PackageNotFoundError:
        return "not installed"


def _app() -> App:
    app = App(
        name="hosted-sms",
        help="Takes phone numbers through Telnyx Hosted SMS: start a request, see what it needs, answer it.",
        version=_version,
        suppress_keyboard_interrupt=False,
    )
    groups: dict[str, App] = {}
    for place, (name, where, help_line) in enumerate(COMMANDS):
        group, _, verb = name.rpartition(" ")
        if group and group not in groups:
            groups[group] = App(name=group, help=GROUPS[group], sort_key=place)
            app.command(groups[group])
        groups.get(group, app).command(where, name=verb, help=help_line, sort_key=place)
    return app


def run(arguments: Sequence[str]) -> int:
    """Runs one command and says how it ended, without leaving the process."""
    as_json = "--json" in arguments
    try:
        code = _app()(list(arguments), exit_on_error=False, print_error=False, result_action="return_value")
    except CycloptsError as error:
        printer.fail(" ".join(str(error).split()), as_json=as_json)
        return _USAGE
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        return _DONE  # whoever read the answer has seen enough
    except Exception as error:  # noqa: BLE001 - the one place where every error becomes an exit code
        return _failed(error, as_json=as_json)
    return code if isinstance(code, int) else _DONE


def _failed(error: Exception, *, as_json: bool) -> int:
    from commands import exit_codes  # noqa: PLC0415 - loads Temporal's SDK, which `--help` does without

    code = exit_codes.exit_code(error)
    if code is None:
        printer.fault(error)
        return _FAULT
    printer.fail(str(error), as_json=as_json)
    return code


def main() -> None:
    """The process: runs the command and leaves with its exit code, whatever the SDK does at exit.

    Temporal's SDK may abort while the interpreter shuts down, which would replace the code; so it never does.
    """
    code = run(sys.argv[1:])
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            continue
    os._exit(code)


if __name__ == "__main__":
    main()
