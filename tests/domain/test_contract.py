"""The domain's part of the contract: messages and words are those of the golden file.

`tests/golden` pins the whole contract, in a process of its own. These tests need no worker, so `make mutants` can run
them against every fault planted in `domain/`.
"""

from enum import StrEnum
from pathlib import Path

import pytest

from domain import accounts, activity_io, checks, deliveries, messages, notification, transfers
from domain.messages import Message
from domain.vocabulary import AskKind, ChoiceKind, CodeOutcome, Next, NumberState, Outcome, Step
from tests.golden import shapes

GOLDEN = set((Path(__file__).parents[1] / "golden" / "contract.txt").read_text().splitlines())
MODULES = (accounts, activity_io, checks, deliveries, messages, notification, transfers)
PARTS = {
    "CodeHistory",
    "NumberCheck",
    "UndecidedNumber",
    "Orphan",
    "Document",
    "Options",
    "Code",
    "Choice",
} | {
    "NumberProgress",
    "AskView",
    "Event",
    "LosingRequest",
    "UndecidedNumber",
    "NumberNotice",
}
"""Messages that the golden file has only as a part of others."""
NOT_SENT = {"RequestHoldings"}
WORDS: dict[str, type[StrEnum]] = {
    "ask kind": AskKind,
    "choice": ChoiceKind,
    "code result": CodeOutcome,
    "next": Next,
    "notification event": notification.NotificationEvent,
    "number state": NumberState,
    "outcome": Outcome,
    "step": Step,
    "transfer answer": transfers.TransferOutcome,
}
MESSAGES = [
    found
    for module in MODULES
    for found in vars(module).values()
    if isinstance(found, type) and issubclass(found, Message) and found.__module__ == module.__name__
]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.__name__)
def test_a_message_has_the_fields_and_defaults_of_the_golden_file(message: type[Message]) -> None:
    head, *fields = shapes.lines("", message)
    places = [line.removesuffix(head) for line in GOLDEN if line.endswith(head)]
    found = any(all(place + field in GOLDEN for field in fields) for place in places)
    assert found == (message.__name__ not in PARTS | NOT_SENT)


@pytest.mark.parametrize("name", WORDS)
def test_a_closed_set_has_exactly_the_words_of_the_golden_file(name: str) -> None:
    begins = f"word of {name}: "
    assert set(WORDS[name]) == {line.removeprefix(begins) for line in GOLDEN if line.startswith(begins)}
