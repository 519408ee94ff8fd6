"""The commands that answer an ask, ready to be copied: for the CLI, the Temporal UI and notifications.

Every value in one is quoted for the shell. A reference that begins with `-` is refused today; for one of an earlier
version the options come first, and after `--` no shell or command takes it for an option.
"""

import shlex
from collections.abc import Iterable, Sequence

from domain.asks import ANSWER, rule_of
from domain.printable import line

_SHOWN = 3
_MORE = "…"


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
    named = {"codes": _some(codes, shown), "numbers": _some(numbers, shown)}
    return [_filled(pattern, reference=reference, ask=ask_id, account=account, **named) for pattern in patterns]


def choose(reference: str, ask_id: str, choice: str, order_id: str = "") -> str:
    """The command that answers an ask by one of its choices."""
    pattern = "hosted-sms answer {reference} {ask} {choice}" + (" --order {order}" if order_id else "")
    return _filled(pattern, reference=reference, ask=ask_id, choice=choice, order=order_id)


def resume(account: str) -> str:
    """The command that lets all requests of an account go on."""
    return _filled("hosted-sms account resume {account}", account=account)


def show_account(account: str) -> str:
    """The command that shows where an account stands."""
    return _filled("hosted-sms account show {account}", account=account)


def show(reference: str) -> str:
    """The command that shows everything about a request."""
    return _filled("hosted-sms show {reference}", reference=reference)


def show_import(import_id: str) -> str:
    """The command that shows where an import stands."""
    return f"hosted-sms import show {import_id}"


def _filled(pattern: str, **values: "str | list[str]") -> str:
    """A command with its values. Its options stand at its end, or before `--` where a value could be taken for one."""
    command, dashes, options = pattern.partition(" --")
    if any(isinstance(value, str) and value.startswith("-") for value in values.values()):
        verb, brace, rest = command.partition("{")
        pattern = f"{verb.rstrip()}{dashes}{options} -- {brace}{rest}"
    return pattern.format(**{name: _quoted(value) for name, value in values.items()})


def _quoted(value: "str | list[str]") -> str:
    words = [line(value)] if isinstance(value, str) else value
    return " ".join(word if word == _MORE else shlex.quote(word) for word in words)


def _some(items: Iterable[str], shown: int) -> list[str]:
    everything = list(items)
    return [*everything[:shown], *[_MORE] * (len(everything) > shown)]
