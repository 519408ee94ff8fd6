"""The people of a story: helpful, mistaken, late, and those who change their mind."""

from contextlib import suppress

from temporalio.client import WorkflowUpdateFailedError
from temporalio.service import RPCError

from domain import names
from domain.accounts import ResumeAccount
from domain.messages import (
    Answer,
    AnswerAsk,
    AskView,
    Cancel,
    Code,
    Document,
    GiveUp,
    ReplaceDocuments,
    ResendCodes,
    RetryNumbers,
    SubmitCodes,
)
from domain.vocabulary import AskKind, NumberState
from services.updates import CODES_SIGNAL
from tests.property.requests import Request
from tests.property.stories import Action, Do


async def help_out(request: Request, turn: int) -> None:
    """Do what the open asks want. `turn` chooses among several answers."""
    for ask in await _open_asks(request):
        await _decide(request, ask, turn)
        if not ask.choices and ask.kind != AskKind.ACCOUNT:
            await _do_as_asked(request, ask, turn)


async def decide(request: Request, turn: int) -> None:
    """Do what no deadline does: answer choices without waiting any longer, and resume the account."""
    for ask in await _open_asks(request):
        await _decide(request, ask, turn, may_wait=False)
    if request.keeps_waiting and (undecided := await _undecided(request)):
        await request.send(GiveUp(phone_numbers=undecided, why="late", by="test"))


async def _undecided(request: Request) -> list[str]:
    """The numbers that may wait for ever. A finished one cannot be given up, nor can the others together with it."""
    seen = (await request.look()).numbers if await request.is_open() else []
    return [number.phone_number for number in seen if not NumberState(number.state).is_final]


async def _open_asks(request: Request) -> list[AskView]:
    return (await request.look()).asks if await request.is_open() else []


async def _decide(request: Request, ask: AskView, turn: int, *, may_wait: bool = True) -> None:
    if ask.choices:
        await answer(request, ask, turn, may_wait=may_wait)
    elif ask.kind == AskKind.ACCOUNT:
        await resume_account(request)


async def _do_as_asked(request: Request, ask: AskView, turn: int) -> None:
    match ask.kind:
        case "codes":
            codes = _codes(request, ask.numbers, "right")
            if codes:
                await request.send(SubmitCodes(codes=codes, by="test"))
            if len(codes) < len(ask.numbers):
                await request.send(ResendCodes(method="call", by="test"))
        case "documents":
            documents = await request.env.documents(request.reference, "loa", "bill")
            await request.send(ReplaceDocuments(**documents, by="test"))
        case _ if turn % 2:
            await request.send(GiveUp(phone_numbers=ask.numbers, why="test", by="test"))
        case _:
            await request.send(RetryNumbers(phone_numbers=ask.numbers, by="test"))


async def resume_account(request: Request) -> None:
    """Resume the account, whose one question keeps all its requests waiting."""
    account = request.env.client.get_workflow_handle(names.account_workflow_id(request.env.account))
    with suppress(WorkflowUpdateFailedError, RPCError):  # another person was quicker, or there is no such workflow
        await account.execute_update(names.RESUME_UPDATE, ResumeAccount(by="test"), result_type=Answer)


async def answer(request: Request, ask: AskView, turn: int, *, may_wait: bool = True) -> None:
    """Answer an ask that offers choices with one of them."""
    choices = [choice for choice in ask.choices if may_wait or choice.choice != "wait"] or ask.choices
    choice = choices[turn % len(choices)]
    message = AnswerAsk(ask=ask.id, choice=choice.choice, order_id=choice.order_id, by="test")
    answered = await request.send(message)
    if answered is not None and answered.accepted:
        request.keeps_waiting = request.keeps_waiting or choice.choice == "wait"
        counts_as_active = choice.choice == "go_on" and any(other.choice == "wait" for other in ask.choices)
        request.called_active |= set(ask.numbers) if counts_as_active else set()
        request.reordered |= set(ask.numbers) if choice.choice == "order_anew" else set()


async def write(request: Request, action: Action, numbers: list[str]) -> None:
    """Send the message of an action, whether it fits or not."""
    match action.do:
        case Do.CODES:
            await request.send(SubmitCodes(codes=_codes(request, numbers, action.how), by="test"))
        case Do.SIGNAL_CODES:
            await request.signal(CODES_SIGNAL, SubmitCodes(codes=_codes(request, numbers, action.how), by="test"))
        case Do.RESEND:
            chosen = numbers if action.numbers else []
            await request.send(ResendCodes(phone_numbers=chosen, method=action.how, by="test"))
        case Do.DOCUMENTS:
            await request.send(ReplaceDocuments(**await _documents(request, action.how), by="test"))
        case Do.GIVE_UP:
            await request.send(GiveUp(phone_numbers=numbers, why="test", by="test"))
        case Do.RETRY:
            await request.send(RetryNumbers(phone_numbers=numbers, by="test"))
        case Do.CANCEL:
            await _cancel(request, action.how)
        case Do.ANSWER:
            await _answer_one(request, action)


async def _cancel(request: Request, how: str) -> None:
    if how == "update":
        await request.send(Cancel(why="test", by="test"))
    elif await request.is_open():
        await request.handle.cancel()


async def _answer_one(request: Request, action: Action) -> None:
    asks = [ask for ask in await _open_asks(request) if ask.choices]
    if asks:
        await answer(request, asks[action.numbers % len(asks)], action.figure)


def _codes(request: Request, numbers: list[str], how: str) -> list[Code]:
    """The newest code of each number, right or not. A number without one is left out when codes should be right."""
    inbox = request.env.world.inbox
    newest = {number: inbox[number][-1]["code"] if inbox.get(number) else "" for number in numbers}
    if how == "right":
        return [Code(phone_number=number, code=code) for number, code in newest.items() if code]
    if how == "wrong":
        return [Code(phone_number=n, code=str((int(code or 0) + 1) % 100000).zfill(5)) for n, code in newest.items()]
    if how == "malformed":
        return [Code(phone_number=number, code="one two") for number in numbers]
    return [Code(phone_number="+13125559999", code="12345")]


async def _documents(request: Request, how: str) -> dict[str, Document]:
    if how == "missing":
        return {"loa": Document(sha256="0" * 64, size=1, name="loa.pdf")}
    return await request.env.documents(request.reference, *(("loa", "bill") if how == "both" else (how,)))
