"""The command `hosted-sms`: its commands by name, and how it ends. What a command does stands in `terminal/`.

Exit codes: 0 done, 1 refused, 2 usage, 3 a service or worker did not answer.
"""

import os
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

from cyclopts import App, CycloptsError

from terminal import telling

_DONE, _FAULT, _USAGE, _INTERRUPTED = 0, 1, 2, 130

# Named by their place, so that only the module of the command that is asked for is loaded.
COMMANDS = (
    ("setup", "terminal.operating:set_up", "Register the search attributes in the Temporal namespace."),
    ("doctor", "terminal.operating:doctor", "Examine this installation, with a remedy for whatever is wrong."),
    ("check", "terminal.requesting:check", "Ask Telnyx whether numbers can be hosted; nothing is ordered."),
    ("start", "terminal.requesting:start", "Start a request."),
    ("import", "terminal.requesting:import_file", "Start every request of a CSV file."),
    ("list", "terminal.looking:list_requests", "List requests, for instance those that wait for a person."),
    ("show", "terminal.looking:show", "Show where a request stands and what is awaited from whom."),
    ("codes", "terminal.changing:codes", "Hand in ownership codes."),
    ("resend", "terminal.changing:resend", "Ask Telnyx for new ownership codes."),
    ("documents", "terminal.changing:documents", "Hand in the LOA, the bill or both."),
    ("retry", "terminal.changing:retry", "Try rejected numbers again."),
    ("give-up", "terminal.changing:give_up", "Stop trying for some numbers; the others go on."),
    ("cancel", "terminal.changing:cancel", "Stop a whole request."),
    ("answer", "terminal.changing:answer", "Answer an ask that offers choices."),
    ("transfer approve", "terminal.transferring:approve", "Let numbers go to the Telnyx account that ordered them."),
    ("transfer reject", "terminal.transferring:reject", "Keep numbers that another Telnyx account ordered."),
    ("account show", "terminal.accounts:show", "Show whether an account is stopped, and who waits for it."),
    ("account resume", "terminal.accounts:resume", "Let all requests of a mended account go on."),
    ("events list", "terminal.news:list_events", "List what people and programs were told."),
    ("events replay", "terminal.news:replay", "Send what was told once more to the outbound webhooks."),
    ("explain", "terminal.operating:explain", "Explain a word of Telnyx."),
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
        telling.fail(" ".join(str(error).split()), as_json=as_json)
        return _USAGE
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        return _DONE  # whoever read the answer has seen enough
    except Exception as error:  # noqa: BLE001 - the one place where every error becomes an exit code
        return _failed(error, as_json=as_json)
    return code if isinstance(code, int) else _DONE


def _failed(error: Exception, *, as_json: bool) -> int:
    from terminal import failing  # noqa: PLC0415 - loads Temporal's SDK, which `--help` does without

    code = failing.exit_code(error)
    if code is None:
        telling.fault(error)
        return _FAULT
    telling.fail(str(error), as_json=as_json)
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
