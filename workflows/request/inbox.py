"""What people and programs wrote to a request, until the one consumer has dealt with it.

Update handlers only put letters in and wait for their answer; the steps alone take them out. So one thing at a time
happens to an order, and no lock is needed. A letter that cannot be dealt with now is kept back: its sender is told at
once, and it keeps its place until it can.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from temporalio import workflow

from domain.messages import Answer, Message

KEPT = "It is kept and still being tried; `show` tells how it went."
KEPT_BACK = "It is kept: Telnyx refuses the account at present, and it is dealt with as soon as that is mended."


@dataclass(eq=False)
class PendingMessage:
    """One message and the answer that its sender waits for."""

    message: Message
    wants_answer: bool = True
    answer: Answer | None = None
    arrived: datetime = field(default_factory=workflow.now)

    def kept(self, sentence: str = KEPT) -> None:
        """Tell the sender that it takes longer; the letter is still dealt with."""
        self.reply(Answer(accepted=True, sentence=sentence))

    def reply(self, answer: Answer) -> None:
        """Answer the sender; the first answer counts, since the sender does not wait for a second."""
        if self.answer is None:
            self.answer = answer

    @property
    def is_awaited(self) -> bool:
        """Whether its sender waits for an answer."""
        return self.wants_answer and self.answer is None


class Inbox:
    """The letters in the order in which they came."""

    def __init__(self, kept_back: Callable[[Message], bool] = lambda _message: False) -> None:
        """`kept_back` says of which messages nothing can be done now."""
        self._waiting: list[PendingMessage] = []
        self._in_hand: PendingMessage | None = None
        self._kept_back = kept_back

    def put(self, letter: PendingMessage) -> None:
        """A letter arrives."""
        self._waiting.append(letter)
        self.tell_kept_back()

    def put_back(self, letter: PendingMessage) -> None:
        """It turned out that nothing can be done about it now; it comes first when something can."""
        self._waiting.insert(0, letter)

    def take(self) -> PendingMessage | None:
        """The oldest letter that can be dealt with; it stays in hand until the next one is taken."""
        self._in_hand = next(iter(self._ready()), None)
        if self._in_hand is not None:
            self._waiting.remove(self._in_hand)
        return self._in_hand

    def _ready(self) -> list[PendingMessage]:
        return [letter for letter in self._waiting if not self._kept_back(letter.message)]

    @property
    def has_mail(self) -> bool:
        """Whether a letter waits to be taken."""
        return bool(self._ready())

    @property
    def somebody_waits(self) -> bool:
        """Whether the sender of a letter not yet taken waits for an answer."""
        return any(letter.is_awaited for letter in self._waiting)

    def kept_waiting_since(self, begun: datetime) -> datetime | None:
        """Since when the first waits of all whom the work that began then holds up; None when it holds up nobody.

        Whose letter is dealt with by this very work, at once, is answered within the time limit of that work.
        """
        held_up = [*self._waiting, *([self._in_hand] if self._in_hand and self._in_hand.arrived < begun else [])]
        return min((letter.arrived for letter in held_up if letter.is_awaited), default=None)

    def tell_kept(self) -> None:
        """Answer those who waited long enough; their letters are still dealt with."""
        for letter in [*self._waiting, *([self._in_hand] if self._in_hand else [])]:
            letter.kept()

    def tell_kept_back(self) -> None:
        """Answer those whose letters cannot be dealt with now."""
        for letter in self._waiting:
            if self._kept_back(letter.message):
                letter.kept(KEPT_BACK)

    def answer_rest(self, answer: Answer) -> None:
        """Answer every letter that is left, the one in hand included; none is dealt with any more."""
        letters = [*([self._in_hand] if self._in_hand else []), *self._waiting]
        self._waiting, self._in_hand = [], None
        for letter in letters:
            letter.reply(answer)

    def unread(self) -> list[Message]:
        """Take out the messages that nobody waits for any more, to be carried along."""
        messages = [letter.message for letter in self._waiting if not letter.is_awaited]
        self._waiting = [letter for letter in self._waiting if letter.is_awaited]
        return messages
