"""`hosted-sms explain`."""

import dataclasses
from typing import Annotated

from cyclopts import Parameter

from commands import printer
from commands.options import PASTED, TEXT, Output
from services.endings import Ending


def explain(
    word: Annotated[str, PASTED, Parameter(help="The status, in any case.")], /, *, output: Output = TEXT
) -> Ending:
    """Explain a status of Telnyx.

    Prints what it means, who has to act, and what to do.
    """
    from domain.explain import explain as find

    found = find(word)
    if not found:
        printer.fail(
            f"No table knows {word!r}: check the spelling in the Telnyx portal, or ask Telnyx support what it means.",
            as_json=output.json,
        )
        return Ending.REFUSED
    if output.json:
        printer.dump_plain([dataclasses.asdict(one) for one in found])
        return Ending.DONE
    for one in found:
        printer.write(f"{one.word} ({one.table}): {one.meaning}\n  Who has to act: {one.whose_move}")
        printer.write_wrapped(one.guidance, indent=2)
    return Ending.DONE
