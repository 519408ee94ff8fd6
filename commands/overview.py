"""The pages that list commands, such as `hosted-sms --help`. They load no command and no library, so they are fast."""

import ast
import textwrap
from collections.abc import Mapping
from pathlib import Path

_WIDTH = 80
_ROOM = Path(__file__).parent


def page(name: str, about: str, commands: Mapping[str, str]) -> str:
    """A page of a program or a group of commands.

    Args:
        name: as it is typed, such as `hosted-sms account`.
        about: what it is for.
        commands: a sentence for each command, by name.
    """
    column = max(map(len, commands)) + 2
    lines = [f"  {command:<{column}}{sentence}" for command, sentence in commands.items()]
    return "\n".join(
        [
            f"Usage: {name} COMMAND",
            "",
            *textwrap.wrap(about, _WIDTH),
            "",
            "Commands:",
            *lines,
            "",
            f"`{name} COMMAND --help` explains one of them.",
        ]
    )


def sentence(where: str) -> str:
    """The first line of the docstring of a command, such as `commands.show:show`, read without loading its module."""
    module, _, function = where.partition(":")
    source = (_ROOM.parent / Path(*module.split("."))).with_suffix(".py").read_text(encoding="utf-8")
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == function:
            return (ast.get_docstring(node) or "").partition("\n")[0]
    raise LookupError(where)
