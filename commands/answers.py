"""Prints the answer of a request or an account to a message."""

from typing import TYPE_CHECKING

from commands import printer
from domain.vocabulary import CodeOutcome
from services.endings import Ending

if TYPE_CHECKING:
    from domain.messages import Answer

_NOT_TAKEN = {CodeOutcome.REJECTED, CodeOutcome.NOT_ASKED}


def show(answer: "Answer", *, as_json: bool) -> Ending:
    """Prints an answer. It counts as refused when it was not accepted or a code was not taken."""
    bad = [number.phone_number for number in answer.numbers if number.result in _NOT_TAKEN]
    refusal = f"Not taken: {', '.join(bad)}" if bad else "" if answer.accepted else answer.sentence
    if as_json:
        printer.dump(answer)
    else:
        _write(answer, but=refusal)
    if not refusal:
        return Ending.DONE
    printer.fail(refusal, as_json=as_json)
    return Ending.REFUSED


def _write(answer: "Answer", *, but: str) -> None:
    """Prints the sentence and the numbers. A sentence that goes to stderr is not said twice."""
    if answer.sentence != but:
        printer.write_wrapped(answer.sentence)
    for number in answer.numbers:
        printer.write(f"  {number.phone_number}  {number.result.replace('_', ' ')}")
