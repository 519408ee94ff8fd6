"""Prints the answer of a request or an account to a message."""

from commands import printer
from domain.messages import Answer
from domain.vocabulary import CodeOutcome
from services.endings import Ending

_NOT_TAKEN = {CodeOutcome.REJECTED, CodeOutcome.NOT_ASKED}


def show(answer: Answer, *, as_json: bool) -> Ending:
    """Prints an answer. It counts as refused when it was not accepted or a code was not taken."""
    if as_json:
        printer.dump(answer)
    else:
        printer.write(answer.sentence)
        for number in answer.numbers:
            printer.write(f"  {number.phone_number}  {number.result.replace('_', ' ')}")
    bad = [number.phone_number for number in answer.numbers if number.result in _NOT_TAKEN]
    if answer.accepted and not bad:
        return Ending.DONE
    printer.fail(f"Not taken: {', '.join(bad)}" if bad else answer.sentence, as_json=as_json)
    return Ending.REFUSED
