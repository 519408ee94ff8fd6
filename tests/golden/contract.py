"""Writes down the contract of the product, one fact in a line: `python -m tests.golden.contract --write`.

The contract is what programs, people, stored data and running workflows rely on. `contract.txt` holds it. The file
names no class, module, function or constant of ours, so a rename in the code does not change it. A change of the file
is a change of the contract.
"""

import argparse
import asyncio
import hashlib
import io
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any
from unittest import mock

from cyclopts import App
from temporalio import activity, workflow

from tests.golden import heartbeats, ours, shapes, sources

GOLDEN = Path(__file__).with_name("contract.txt")
REPLAY = Path(__file__).parents[1] / "replay"
_SETTINGS = ("HOSTED_SMS_", "TELNYX_", "TEMPORAL_")


def workflows() -> Iterator[str]:
    """Workflow types with their arguments, results, updates, signals, queries and carry."""
    for one in ours.WORKFLOWS:
        defined = workflow._Definition.must_from_class(one)
        title = f"workflow {defined.name}"
        yield from _both_ways(title, ours.takes(defined.run_fn, defined.arg_types), defined.ret_type)
        for name, update in _named(defined.updates):
            yield f"{title} update {name}: {'may be refused' if update.validator else 'is never refused'}"
            yield from _both_ways(f"{title} update {name}", ours.takes(update.fn, update.arg_types), update.ret_type)
        for name, signal in _named(defined.signals):
            yield from _takes(f"{title} signal {name}", ours.takes(signal.fn, signal.arg_types))
        for name, query in _named(defined.queries):
            yield from _both_ways(f"{title} query {name}", query.arg_types, query.ret_type)
    for name, state in ours.CARRY.items():
        yield from shapes.lines(f"workflow {name} carry", state)


def _named(handlers: Mapping[str | None, Any]) -> Iterator[tuple[str, Any]]:
    """Without the handler that refuses every unknown name."""
    return ((name, handler) for name, handler in handlers.items() if name is not None)


def activities() -> Iterator[str]:
    """Activity names with their queues, arguments and results."""
    for made in ours.registered(mock.MagicMock(), mock.Mock()):
        queue = made["task_queue"]
        for one in made.get("workflows", ()):
            yield f"queue {queue}: workflow {workflow._Definition.must_from_class(one).name}"
        for one in made["activities"]:
            defined = activity._Definition.must_from_callable(one)
            yield f"queue {queue}: activity {defined.name}"
            yield from _both_ways(f"activity {defined.name}", defined.arg_types, defined.ret_type)


def _both_ways(title: str, takes: list[Any] | None, gives: Any) -> Iterator[str]:
    yield from _takes(title, takes)
    yield from shapes.lines(f"{title} gives", gives or type(None))


def _takes(title: str, takes: list[Any] | None) -> Iterator[str]:
    if not takes:
        yield f"{title} takes: nothing"
    for one in takes or ():
        yield from shapes.lines(f"{title} takes", one)


def names() -> Iterator[str]:
    """Search attributes, workflow ids, closed sets of words, failure types that are class names, samples."""
    for key in ours.SEARCH_ATTRIBUTES:
        yield f"search attribute {key.name}: {key.indexed_value_type.name}"
    for title, identity in ours.IDS.items():
        yield f"id of a {title}: {identity}"
    for title, words in ours.WORDS.items():
        yield from (f"word of {title}: {word.value}" for word in words)
    yield from (f"failure type by class: {one.__name__}" for one in ours.FAILURE_CLASSES)
    yield from (f"sample, {title}: {shapes.as_json(value)}" for title, value in ours.samples().items())


def settings() -> Iterator[str]:
    """Environment variables with their types and defaults."""
    for name, field in ours.settings().items():
        bounds = shapes.bounds(field.metadata)
        yield f"setting {name}: {shapes.word(field.annotation)}{bounds}, default {shapes.as_json(field.default)}"
    yield from (f"setting {name}: path of a file with a secret" for name in ours.secret_files())


def commands(app: App, path: str) -> Iterator[str]:
    """Commands with their arguments and options."""
    for name in app:
        if name in {*app.help_flags, *app.version_flags}:
            yield f"{path} {name}: flag"
            continue
        command, title = app[name], f"{path} {name}"
        if command.default_command is None:
            yield from commands(command, title)
            continue
        yield f"{title}: command"
        yield from (f"{title}{line}" for line in _parameters(command))
        yield from (line for line in commands(command, title) if not line.endswith(": flag"))


def _parameters(command: App) -> Iterator[str]:
    shown = [one for one in command.assemble_argument_collection() if one.show]
    for place, one in enumerate(shown, 1):
        positional = one.field_info.kind == one.field_info.POSITIONAL_ONLY
        title = f", argument {place}" if positional else ""
        default = "required" if one.required else f"default {shapes.as_json(one.field_info.default)}"
        yield f"{title} {' '.join(dict.fromkeys((*one.names, *one.negatives)))}: {shapes.word(one.hint)}, {default}"


def command_line() -> Iterator[str]:
    """Everything that can be typed, and how it ends."""
    yield from commands(ours.command(), "hosted-sms")
    for title, answer in ours.ANSWERS.items():
        yield from shapes.lines(f"hosted-sms --json of {title}", answer)
    for title, columns in ours.CSV_COLUMNS.items():
        yield f"CSV columns, {title}: {', '.join(columns)}"
    for title, error in ours.ENDINGS.items():
        yield f"exit code, {title}: {ours.exit_code(error)}"
    yield f"exit code, usage: {ours.usage_exit_code()}"
    with mock.patch.dict(os.environ, {"HOSTED_SMS_NO_SUCH_SETTING": "1"}):
        for process, code in ours.process_exit_codes().items():
            yield f"exit code, {process}, wrong setting: {code}"
    with mock.patch.dict(os.environ, {"TELNYX_API_KEY": "KEY", "HOSTED_SMS_PLAINTEXT": "1"}):
        yield f"exit code, worker, Temporal not reached: {ours.unreachable_exit_code()}"


def web() -> Iterator[str]:
    """Methods and paths of every process, and what the simulator's control surface knows."""
    for process, app in ours.routes().items():
        for route in app.router.routes() if callable(app.router.routes) else app.routes:
            methods = [route.method] if hasattr(route, "method") else sorted(route.methods)
            path = route.resource.canonical if hasattr(route, "resource") else route.path
            yield from (f"{process}: {method} {path}" for method in methods)
    yield from (f"simulator call: {call}" for call in ours.SIMULATOR_CALLS)
    yield from (f"simulator fault: {kind}" for kind in ours.FAULT_KINDS)
    for option in ours.SIMULATOR_OPTIONS._actions:
        kind = "flag" if option.nargs == 0 else shapes.word(option.type or str)
        default = "" if option.nargs == 0 else f", default {shapes.as_json(option.default)}"
        yield f"python -m simulator {' '.join(option.option_strings)}: {kind}{default}"


def histories() -> Iterator[str]:
    """Digests of the recorded histories, which must replay as they are, and of the list of their commands."""
    for path in [*(REPLAY / "histories").iterdir(), REPLAY / "commands.txt"]:
        yield f"sha256 of {path.name}: {hashlib.sha256(path.read_bytes()).hexdigest()}"


def contract() -> str:
    """The text of the golden file, as the code is now."""
    elsewhere = {name: value for name, value in os.environ.items() if not name.startswith(_SETTINGS)}
    quiet = redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO())  # processes that must fail say so
    with mock.patch.dict(os.environ, elsewhere, clear=True), quiet[0], quiet[1]:
        facts = {*workflows(), *activities(), *names(), *settings(), *web(), *sources.facts(), *histories()}
        facts |= {*command_line(), *asyncio.run(heartbeats.facts())}
    return "".join(f"{fact}\n" for fact in sorted(facts))


def main() -> None:
    """Print the contract, or write it into the golden file."""
    parser = argparse.ArgumentParser(prog="python -m tests.golden.contract", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the golden file; that changes the contract")
    if parser.parse_args().write:
        GOLDEN.write_text(contract())
    else:
        sys.stdout.write(contract())


if __name__ == "__main__":
    main()
