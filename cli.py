"""The command `hosted-sms`: its commands by name, and how it ends. `commands/` holds what each of them does.

Exit codes: 0 done, 1 refused, 2 wrong usage, 3 a service or worker did not answer, 130 interrupted.
"""

import gc
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, cast

from commands import printer
from runtime import private_files, terminals

if TYPE_CHECKING:
    from cyclopts import App
    from rich.console import Console

    from services.endings import Ending

_DONE, _USAGE, _INTERRUPTED = 0, 2, 130
_OBJECTS_BETWEEN_COLLECTIONS = 50_000
"""Loading modules makes objects that stay, so looking for garbage among them is a tenth of the time of a command."""
_NAME = "hosted-sms"
_ABOUT = "Take phone numbers through Telnyx Hosted SMS: start a request, see what it needs, answer it."

# A command is named by its place, so that only the module of the command that is typed is loaded.
COMMANDS = {
    "setup": "commands.installation:set_up",
    "doctor": "commands.installation:doctor",
    "check": "commands.check:check",
    "start": "commands.start:start",
    "import": "commands.bulk_import:import_file",
    "import list": "commands.imports:list_imports",
    "import show": "commands.imports:show",
    "import pause": "commands.imports:pause",
    "import resume": "commands.imports:resume",
    "import stop": "commands.imports:stop",
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
_WITH_COMMANDS = {name.rpartition(" ")[0] for name in COMMANDS} & COMMANDS.keys()
"""Commands that have commands below them, such as `import FILE` and `import list`."""
# Other commands of two words stand in a group, which has a help page of its own.
GROUPS = {
    "account": "Show or resume a Telnyx account.",
    "transfer": "Approve or reject that another Telnyx account takes numbers.",
    "events": "List or replay notifications.",
}


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("hosted-sms")
    except PackageNotFoundError:
        return "not installed"


def _overview(arguments: Sequence[str]) -> str | None:
    """The page of all commands or of a group; None when the arguments ask for no such page."""
    group = " ".join(argument for argument in arguments if argument not in {"--help", "-h"})
    if group and group not in GROUPS:
        return None
    from commands import overview

    sentences: dict[str, str] = {}
    for name, where in COMMANDS.items():
        parent, _, verb = name.rpartition(" ")
        if parent == group:
            sentences[verb] = overview.sentence(where)
        elif not group and parent in GROUPS:
            sentences[parent] = GROUPS[parent]
    return overview.page(f"{_NAME} {group}".strip(), GROUPS.get(group, _ABOUT), sentences)


def _app(arguments: Sequence[str] = ("import",)) -> "App":
    """All commands. A command with commands below it is loaded only when the arguments name it."""
    from cyclopts import App

    # Cyclopts asks for a console with every error, which we print ourselves. It loads rich when a page is printed.
    console = cast("Console", printer.LaterConsole())
    app = App(
        name=_NAME,
        help=_ABOUT,
        console=console,
        error_console=console,
        version=_version,
        help_format="plaintext",  # reading our docstrings as Markdown would take a third of the time of `--help`
        suppress_keyboard_interrupt=False,
    )
    groups: dict[str, App] = {}
    for name, where in COMMANDS.items():
        group, _, verb = name.rpartition(" ")
        if group and group not in groups:
            groups[group] = App(name=group, help=GROUPS.get(group))
            app.command(groups[group])
        if name in _WITH_COMMANDS:
            groups[name] = App(name=name, usage=f"Usage: {_NAME} {name} FILE, or {_NAME} {name} COMMAND")
            app.command(groups[name])
            if name in arguments:
                groups[name].default(_loaded(where))
        else:
            groups.get(group, app).command(where, name=verb, help=_help(name, where, arguments))
    return app


def _loaded(where: str) -> Callable[..., object]:
    from importlib import import_module

    module, _, function = where.partition(":")
    loaded: Callable[..., object] = getattr(import_module(module), function)
    return loaded


def _help(name: str, where: str, arguments: Sequence[str]) -> str | None:
    """What a command below a command does, for the page of that one. The other pages load no library."""
    parent = name.rpartition(" ")[0]
    if parent not in _WITH_COMMANDS or parent not in arguments:
        return None
    from commands import overview

    return overview.sentence(where)


def run(arguments: Sequence[str]) -> int:
    """Runs one command and returns its exit code."""
    terminals.accept_any_text(sys.stdout, sys.stderr)
    page = _version() if list(arguments) == ["--version"] else _overview(arguments)
    if page is not None:
        printer.write(page)
        return _DONE
    from cyclopts import CycloptsError

    as_json = "--json" in arguments
    try:
        ending = _app(arguments)(list(arguments), exit_on_error=False, print_error=False, result_action="return_value")
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
    from services import endings

    ending = endings.ending_of(error)
    if ending is endings.Ending.FAULT:
        printer.fault(error)
    else:
        printer.fail(str(error), as_json=as_json)
    return _exit_code(ending)


def _exit_code(ending: "Ending") -> int:
    from commands.exit_codes import EXIT_CODES

    return EXIT_CODES[ending]


def main() -> None:
    """Runs the command as a process and leaves with its exit code.

    Temporal's SDK may abort while the interpreter shuts down, which would replace the code. So it never shuts down.
    """
    private_files.keep_private()
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    code = run(sys.argv[1:])
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            continue
    os._exit(code)


if __name__ == "__main__":
    main()
