"""The words for what is awaited from whom, and the exact command that answers it."""

from collections.abc import Sequence

from domain.messages import AskView
from domain.vocabulary import AskKind

_AWAITED = {
    AskKind.CODES: "the ownership codes, from whoever answers the phones",
    AskKind.DOCUMENTS: "the documents, from whoever asked for the hosting",
    AskKind.CARRIER: "a word with the losing carrier, from the customer",
    AskKind.CHOICE: "a decision, from support",
    AskKind.TRANSFER: "the word of the Telnyx account that hosts the numbers; you need do nothing",
    AskKind.ACCOUNT: "the account set right, from its owner",
    AskKind.SUPPORT: "a look at it, from support",
}
_NUMBERS_SPELT = 10  # of a command; more are left to the reader


def awaited(ask: AskView) -> str:
    """What is awaited from whom."""
    words = {str(kind): sentence for kind, sentence in _AWAITED.items()}
    return words.get(ask.kind, f"an answer to “{ask.kind}”")


def commands(reference: str, ask: AskView) -> list[str]:
    """The commands that answer an ask, ready to be copied; long ones are continued with a backslash."""
    if ask.choices:
        return _choices(reference, ask)
    if ask.kind == AskKind.CODES:
        return [_command(f"hosted-sms codes {reference}", [f"{number}=CODE" for number in ask.numbers])]
    if ask.kind == AskKind.DOCUMENTS:
        return [_command(f"hosted-sms documents {reference}", ["--loa FILE", "--bill FILE"])]
    if ask.kind in {AskKind.CARRIER, AskKind.SUPPORT}:
        return [_command(f"hosted-sms {verb} {reference}", ask.numbers) for verb in ("retry", "give-up")]
    return []


def _choices(reference: str, ask: AskView) -> list[str]:
    lines = []
    for choice in ask.choices:
        order = [f"--order {choice.order_id}"] if choice.order_id else []
        lines.append(f"# {choice.sentence}" if choice.sentence else f"# {choice.choice}")
        lines.append(_command(f"hosted-sms answer {reference} {ask.id} {choice.choice}", order))
    return lines


def _command(start: str, arguments: Sequence[str]) -> str:
    shown = list(arguments[:_NUMBERS_SPELT])
    if len(arguments) > len(shown):
        shown.append("…")
    line = " ".join([start, *shown])
    return line if len(line) <= 76 else " \\\n  ".join([start, *shown])  # noqa: PLR2004 - 80 columns less the indent
