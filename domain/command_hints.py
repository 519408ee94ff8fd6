"""The commands that answer an ask, ready to be typed: for the CLI, the Temporal UI and notifications."""

from collections.abc import Iterable, Sequence

from domain.asks import ANSWER, rule_of

_SHOWN = 3


def answering(  # noqa: PLR0913 - what may stand in a command
    reference: str,
    ask_id: str,
    kind: str,
    numbers: Sequence[str] = ("NUMBER",),
    *,
    choices: bool = False,
    account: str = "",
    shown: int = _SHOWN,
) -> list[str]:
    """The commands that answer an ask, the usual one first.

    Args:
        reference: of the request.
        ask_id: of the ask, such as `choice-2`.
        kind: of the ask, such as `codes`; a kind of a later version is answered by a choice.
        numbers: whole phone numbers, for people who may see them. By default `NUMBER` stands for them.
        choices: whether the ask offers choices. Then one of them answers it, unless the ask is per account.
        account: of the request.
        shown: how many numbers to name; `…` stands for the others.
    """
    rule = rule_of(kind)
    patterns = rule.commands if rule and (rule.per_account or not choices) else (ANSWER,)
    codes = [f"{number}=CODE" for number in numbers]
    return [
        pattern.format(
            reference=reference, ask=ask_id, account=account, codes=_some(codes, shown), numbers=_some(numbers, shown)
        )
        for pattern in patterns
    ]


def resume(account: str) -> str:
    """The command that lets all requests of an account go on."""
    return f"hosted-sms account resume {account}"


def show(reference: str) -> str:
    """The command that shows everything about a request."""
    return f"hosted-sms show {reference}"


def _some(items: Iterable[str], shown: int) -> str:
    everything = list(items)
    return " ".join(everything[:shown]) + (" …" if len(everything) > shown else "")
