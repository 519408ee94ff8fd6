"""Submits a file of ownership codes: finds the request of each number, and sends each request its codes at once."""

import asyncio
from collections.abc import Sequence
from enum import StrEnum
from typing import Unpack

from pydantic import BaseModel
from temporalio.client import Client

from domain.messages import Answer, SubmitCodes
from domain.phone_numbers import mask, mask_all
from domain.text import join_some
from domain.vocabulary import CodeOutcome
from runtime.codec import UndecryptablePayload
from runtime.fingerprints import Fingerprints
from services import nothing_found, number_owners, updates
from services.codes_file import CodeRow, CodesFile
from services.endings import Ending, ending_of
from services.errors import ServiceError
from services.number_owners import Owners
from services.updates import Sending

_AT_ONCE = 20
"""Requests that are sent their codes at the same time."""


class RowResult(StrEnum):
    """What became of a row that brought no result of a code (`CodeOutcome`)."""

    KEPT = "kept"
    """The request has the code and is still trying it."""
    MALFORMED = "malformed"
    NO_REQUEST = "no_request"
    """No running request has the number."""
    SEVERAL_REQUESTS = "several_requests"
    REFUSED = "refused"
    """The request took none of its codes."""
    NO_ANSWER = "no_answer"
    """The code may still be applied: repeat the same command."""


_TAKEN = {CodeOutcome.VERIFIED, CodeOutcome.ALREADY_VERIFIED, RowResult.KEPT}


class CodeRowResult(BaseModel):
    """What became of a row. The number is masked unless its request answered."""

    row: int
    phone_number: str
    reference: str
    result: str
    sentence: str

    @property
    def ending(self) -> Ending:
        """How the row ended."""
        if self.result == RowResult.NO_ANSWER:
            return Ending.NO_ANSWER
        return Ending.DONE if self.result in _TAKEN else Ending.REFUSED


async def submit(
    client: Client, fingerprints: Fingerprints, given: CodesFile, *, by: str, **sending: Unpack[Sending]
) -> list[CodeRowResult]:
    """Submits the codes of a file, with an answer for each of its rows.

    The update id of each request is made from `update_id` and the codes, so that the same file again returns the first
    answers. It is made with the fingerprint key: without one, who sees an update id could try all codes.

    Raises:
        Refused: the fingerprint key is not the one of the requests, or the namespace was never set up.
        NoAnswer: the server does not answer.
    """
    owners = await number_owners.find(client, fingerprints, [row.code.phone_number for row in given.rows])
    groups, results = _grouped(given.rows, owners)
    if any(result.result == RowResult.NO_REQUEST for result in results):
        await nothing_found.prove_no_number(client, fingerprints)
    results += [_result(mistake.row, "", RowResult.MALFORMED, mistake.sentence) for mistake in given.mistakes]
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(reference: str, rows: Sequence[CodeRow]) -> list[CodeRowResult]:
        async with gate:
            message = SubmitCodes(codes=[row.code for row in rows], by=by)
            own = sending.copy()
            own["update_id"] = update_id(fingerprints, reference, rows, sending.get("update_id", ""))
            return await _submitted(client, reference, rows, message, **own)

    for answered in await asyncio.gather(*(one(*group) for group in groups.items())):
        results += answered
    return sorted(results, key=lambda result: result.row)


def update_id(fingerprints: Fingerprints, reference: str, rows: Sequence[CodeRow], intention: str) -> str:
    """The id of the update of one request: a function of its codes and of an intention (`--id`)."""
    codes = sorted(f"{row.code.phone_number}={row.code.code}" for row in rows)
    return "codes-" + fingerprints.digest("\n".join([intention, reference, *codes]))


def _grouped(rows: Sequence[CodeRow], owners: Owners) -> tuple[dict[str, list[CodeRow]], list[CodeRowResult]]:
    """The rows of each request, and the results of those that belong to none or to several."""
    groups: dict[str, list[CodeRow]] = {}
    results = []
    for row in rows:
        references = sorted(owner.reference for owner in owners.of.get(row.code.phone_number, []))
        if len(references) == 1:
            groups.setdefault(references[0], []).append(row)
        else:
            results.append(_unclear(row, references, owners.unreadable))
    return groups, results


def _unclear(row: CodeRow, references: Sequence[str], unreadable: Sequence[UndecryptablePayload]) -> CodeRowResult:
    if references:
        some = join_some(references, 3)
        sentence = f"Several running requests have the number ({some}): use `hosted-sms codes REFERENCE`."
        return _result(row.row, row.code.phone_number, RowResult.SEVERAL_REQUESTS, sentence)
    why = f" {unreadable[0]}" if unreadable else ""
    sentence = f"No running request has the number.{why}"
    return _result(row.row, row.code.phone_number, RowResult.NO_REQUEST, sentence)


def _result(row: int, number: str, result: str, sentence: str, reference: str = "") -> CodeRowResult:
    shown = mask(number) if number else ""
    return CodeRowResult(row=row, phone_number=shown, reference=reference, result=result, sentence=mask_all(sentence))


async def _submitted(
    client: Client, reference: str, rows: Sequence[CodeRow], message: SubmitCodes, **sending: Unpack[Sending]
) -> list[CodeRowResult]:
    try:
        answer = await updates.send(client, reference, message, **sending)
    except (ServiceError, UndecryptablePayload) as error:
        result = RowResult.NO_ANSWER if ending_of(error) is Ending.NO_ANSWER else RowResult.REFUSED
        # The update id is not the `--id` of the command.
        sentence = str(error).replace(
            f"repeat with the same --id {sending.get('update_id')}", "repeat the same command"
        )
        return [
            _result(row.row, row.code.phone_number, result, f"{sentence.removesuffix('.')}.", reference) for row in rows
        ]
    return [_answered(row, answer, reference) for row in rows]


def _answered(row: CodeRow, answer: Answer, reference: str) -> CodeRowResult:
    number = row.code.phone_number
    results = {one.phone_number: one.result for one in answer.numbers}
    otherwise = RowResult.KEPT if answer.accepted else RowResult.REFUSED
    result = results.get(number, otherwise)
    return CodeRowResult(row=row.row, phone_number=number, reference=reference, result=result, sentence=answer.sentence)
