"""What an ask needs from whom, and the commands that answer it, ready to be copied."""

from domain import asks, command_hints
from domain.messages import AskView

_NUMBERS_SHOWN = 10
_ORDER = " --order "
_WIDTH = 76
"""80 columns less the indent."""


def awaited(ask: AskView) -> str:
    """What an ask needs, and from whom."""
    rule = asks.rule_of(ask.kind)
    what = asks.awaited(ask.kind, len(ask.numbers))
    return f"{what}, from {rule.who}" if rule else what


def commands(reference: str, account: str, ask: AskView) -> list[str]:
    """The commands that answer an ask. Long ones are continued with a backslash.

    Args:
        reference: of the request.
        account: of the request.
        ask: of the request.
    """
    if ask.choices:
        return _choices(reference, ask)
    lines = command_hints.answering(reference, ask.id, ask.kind, ask.numbers, account=account, shown=_NUMBERS_SHOWN)
    split = [line.split() for line in lines if "CHOICE" not in line]
    return [_folded(" ".join(words[:3]), words[3:]) for words in split]


def _choices(reference: str, ask: AskView) -> list[str]:
    lines = []
    for choice in ask.choices:
        start, option, order = command_hints.choose(reference, ask.id, choice.choice, choice.order_id).partition(_ORDER)
        lines.append(f"# {choice.sentence or choice.choice}")
        lines.append(_folded(start, [f"{option.lstrip()}{order}"] if option else []))
    return lines


def _folded(start: str, arguments: list[str]) -> str:
    """A command on one line or, where that would be too long, with each argument on a line of its own."""
    line = " ".join([start, *arguments])
    return line if len(line) <= _WIDTH else " \\\n  ".join([start, *arguments])
