"""The command `hosted-sms`: its commands by name, and how it ends. `commands/` holds what each of them does.

Exit codes: 0 done, 1 refused, 2 wrong usage, 3 a service or worker did not answer, 130 interrupted.
"""

import ast
import inspect
import os
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from cyclopts import App, CycloptsError

from commands import printer

if TYPE_CHECKING:
    from services.endings import Ending

_DONE, _USAGE, _INTERRUPTED = 0, 2, 130

# A command is named by its place, so that only the module of the command that is typed is loaded.
COMMANDS = {
    "setup": "commands.installation:set_up",
    "doctor": "commands.installation:doctor",
    "check": "commands.check:check",
    "start": "commands.start:start",
    "import": "commands.bulk_import:import_file",
    "list": "commands.list:list_requests",
    "show": "commands.show:show",
    "codes": "commands.codes:codes",
    "resend": "commands.codes:resend",
    "documents": "commands.documents:documents",
    "retry": "commands.numbers_on_hold:retry",
    "give-up": "commands.numbers_on_hold:give_up",
    "cancel": "commands.cancel:cancel",
    "answer": "commands.answer:answer",
    "transfer approve": "commands.transfer:approve",
    "transfer reject": "commands.transfer:reject",
    "account show": "commands.account:show",
    "account resume": "commands.account:resume",
    "events list": "commands.events:list_events",
    "events replay": "commands.events:replay",
    "explain": "commands.explain:explain",
}
# Commands of two words stand in a group, which has a help page of its own.
GROUPS = {
    "account": "Show or resume a Telnyx account.",
    "transfer": "Approve or reject that another Telnyx account takes numbers.",
    "events": "List or replay notifications.",
}


def _version() -> str:
    try:
        return version("hosted-sms")
    except PackageNotFoundError:
        return "not installed"


def _app() -> App:
    app = App(
        name="hosted-sms",
        help="Take phone numbers through Telnyx Hosted SMS: start a request, see what it needs, answer it.",
        version=_version,
        suppress_keyboard_interrupt=False,
    )
    groups: dict[str, App] = {}
    for place, (name, where) in enumerate(COMMANDS.items()):
        group, _, verb = name.rpartition(" ")
        if group and group not in groups:
            groups[group] = App(name=group, help=GROUPS[group], sort_key=place)
            app.command(groups[group])
        groups.get(group, app).command(where, name=verb, help=_help(where), sort_key=place)
    return app


def _help(where: str) -> str:
    """The docstring of a command, read without loading its module, which takes a second."""
    module, _, function = where.partition(":")
    source = Path(__file__).parent.joinpath(*module.split(".")).with_suffix(".py").read_text(encoding="utf-8")
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == function:
            return inspect.cleandoc(ast.get_docstring(node) or "")
    raise LookupError(where)


def run(arguments: Sequence[str]) -> int:
    """Runs one command and returns its exit code."""
    as_json = "--json" in arguments
    try:
        ending = _app()(list(arguments), exit_on_error=False, print_error=False, result_action="return_value")
    except CycloptsError as error:
        printer.fail(" ".join(str(error).split()), as_json=as_json)
        return _USAGE
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        return _DONE  # the reader of the output has seen enough
    except Exception as error:  # noqa: BLE001 - the one place where every error becomes an exit code
        return _failed(error, as_json=as_json)
    return _DONE if ending is None else _exit_code(ending)  # help and version end without one


def _failed(error: Exception, *, as_json: bool) -> int:
    from services import endings  # noqa: PLC0415 - as in `_exit_code`

    ending = endings.ending_of(error)
    if ending is endings.Ending.FAULT:
        printer.fault(error)
    else:
        printer.fail(str(error), as_json=as_json)
    return _exit_code(ending)


def _exit_code(ending: "Ending") -> int:
    from commands.exit_codes import EXIT_CODES  # noqa: PLC0415 - loads Temporal's SDK, which `--help` does without

    return EXIT_CODES[ending]


def main() -> None:
    """Runs the command as a process and leaves with its exit code.

    Temporal's SDK may abort while the interpreter shuts down, which would replace the code. So it never shuts down.
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
