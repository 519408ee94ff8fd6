"""The command that answers an ask, as one would type it: shown in the Temporal UI, and sent along with news."""

from collections.abc import Iterable, Sequence

from domain.vocabulary import AskKind

_COMMANDS = {
    AskKind.CODES: "hosted-sms codes {reference} {codes}",
    AskKind.DOCUMENTS: "hosted-sms documents {reference} --loa LOA.pdf --bill BILL.pdf",
    AskKind.CARRIER: "hosted-sms retry {reference} {numbers}",
    AskKind.SUPPORT: "hosted-sms retry {reference} {numbers}",
}
_ANSWER = "hosted-sms answer {reference} {ask} CHOICE"
_SHOWN = 3


def answering(
    reference: str, ask_id: str, kind: AskKind, numbers: Sequence[str] = ("NUMBER",), *, choices: bool = False
) -> str:
    """The command that answers an ask.

    Args:
        reference: of the request.
        ask_id: of the ask, such as `choice-2`.
        kind: of the ask.
        numbers: whole, for whoever may see them; left out, `NUMBER` stands for them.
        choices: whether it offers choices; then only one of those answers it.
    """
    return (_ANSWER if choices else _COMMANDS.get(kind, _ANSWER)).format(
        reference=reference,
        ask=ask_id,
        codes=_some(f"{number}=CODE" for number in numbers),
        numbers=_some(numbers),
    )


def resume(account: str) -> str:
    """The command that lets all requests of an account go on."""
    return f"hosted-sms account resume {account}"


def show(reference: str) -> str:
    """The command that shows everything about a request."""
    return f"hosted-sms show {reference}"


def _some(items: Iterable[str]) -> str:
    shown = list(items)
    return " ".join(shown[:_SHOWN]) + (" …" if len(shown) > _SHOWN else "")
