"""`hosted-sms explain`."""

import dataclasses
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from commands import printer
from commands.options import PASTED, TEXT, Output
from services.endings import Ending

if TYPE_CHECKING:
    from domain.explain import Explanation
    from domain.own_words import OwnWord

_SHOWN = 80


def explain(
    word: Annotated[str, PASTED, Parameter(help="The status, in any case.")], /, *, output: Output = TEXT
) -> Ending:
    """Explain a status of Telnyx, or a word of this program.

    Prints what it means, who has to act, and what to do.
    """
    from domain import explain as tables

    found, ours = tables.explain(word), tables.explain_ours(word)
    if output.json and (found or ours):
        printer.dump_plain([*map(dataclasses.asdict, found), *map(dataclasses.asdict, ours)])
    elif not (found or ours):
        printer.fail(_unknown(word, tables.suggest(word)), as_json=output.json)
        return Ending.REFUSED
    else:
        for status in found:
            _print(f"{status.word} ({status.table})", status)
        for own in ours:
            _print(f"{own.word} (our word, {own.kind})", own)
    return Ending.DONE


def _unknown(word: str, meant: str | None) -> str:
    if meant is not None:
        return f"No table knows {word[:_SHOWN]!r}: did you mean {meant}?"
    remedy = "check the spelling in the Telnyx portal, or ask Telnyx support what it means"
    return f"No table knows {word[:_SHOWN]!r}: {remedy}."


def _print(head: str, row: "Explanation | OwnWord") -> None:
    printer.write_wrapped(f"{head}: {row.meaning}", hanging=2)
    printer.write_wrapped(f"Who has to act: {row.whose_move}", indent=2)
    printer.write_wrapped(row.guidance, indent=2)
