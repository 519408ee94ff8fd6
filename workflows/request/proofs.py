"""Codes for numbers that wait for none: the same code from a second person, a wrong one, one that comes too late.

None of them is tried at Telnyx. A request remembers a fingerprint of the code that proved a number, so that a wrong
code for that number is not taken for the right one.
"""

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from domain.messages import Code, NumberResult
from domain.text import join_some
from domain.vocabulary import CodeOutcome, NumberState
from workflows.request.context import RequestContext

_PROVED = {NumberState.VERIFIED, NumberState.IN_REVIEW, NumberState.ACTIVE}


class NotTried(NamedTuple):
    """What is said of codes that were not tried."""

    results: list[NumberResult]
    sentence: str
    """Why, with the present step; empty without any such code."""
    has_wrong_code: bool
    """Whether one of them differs from the code that proved its number."""


def remember_proofs(request: RequestContext, codes: Sequence[Code], results: Sequence[NumberResult]) -> None:
    """Remember which codes proved their numbers."""
    proved = {row.phone_number for row in results if row.result == CodeOutcome.VERIFIED}
    for entry in codes:
        if entry.phone_number in proved:
            request.state.numbers[entry.phone_number].proof = _fingerprint(request, entry)


def not_tried(request: RequestContext, codes: Sequence[Code]) -> NotTried:
    """Say of each code for a number that waits for none what became of the number."""
    results = [NumberResult(phone_number=entry.phone_number, result=_result(request, entry)) for entry in codes]
    whys = [_why(request, entry) for entry in codes]
    sentence = f"Not tried: {join_some(whys)}; the request is at the step {request.state.step}." if whys else ""
    return NotTried(results, sentence, any(_is_wrong(request, entry) for entry in codes))


def _result(request: RequestContext, entry: Code) -> CodeOutcome:
    proved = request.state.numbers[entry.phone_number].state in _PROVED
    return CodeOutcome.ALREADY_VERIFIED if proved else CodeOutcome.NOT_ASKED


def _why(request: RequestContext, entry: Code) -> str:
    number, record = entry.phone_number, request.state.numbers[entry.phone_number]
    if record.state not in _PROVED:
        return f"no code is awaited for {number}, which is {record.state.replace('_', ' ')}"
    if not record.proof:
        return f"{number} is verified already"
    return f"{number} is verified already, by {'another' if _is_wrong(request, entry) else 'this'} code"


def _is_wrong(request: RequestContext, entry: Code) -> bool:
    record = request.state.numbers[entry.phone_number]
    return record.state in _PROVED and record.proof not in {"", _fingerprint(request, entry)}


def _fingerprint(request: RequestContext, entry: Code) -> str:
    return hashlib.sha256(f"{request.given.reference} {entry.phone_number} {entry.code}".encode()).hexdigest()[:16]
