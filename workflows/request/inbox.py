"""What people and programs wrote to a request, until the event loop has dealt with it.

Update handlers only put messages in and wait for their answer. The event loop alone takes them out. So one thing at a
time happens to an order, and no lock is needed. A message that cannot be handled now is kept back: its sender is told
at once, and it keeps its place until it can be handled.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from temporalio import workflow

from domain.messages import Answer, Message
from workflows.request.state import MAX_WAITING

KEPT = "It is kept and still being tried. `show` says how it went."
KEPT_BACK = "It is kept. Telnyx refuses the account at present; it is handled as soon as the account is resumed."


@dataclass(eq=False)
class PendingMessage:
    """One message and the answer that its sender waits for."""

    message: Message
    wants_answer: bool = True
    answer: Answer | None = None
    arrived: datetime = field(default_factory=workflow.now)

    def kept(self, sentence: str = KEPT) -> None:
        """Tell the sender that it takes longer. The message is still handled."""
        self.reply(Answer(accepted=True, sentence=sentence))

    def reply(self, answer: Answer) -> None:
        """Answer the sender. Only the first answer counts, since the sender does not wait for a second."""
        if self.answer is None:
            self.answer = answer

    @property
    def is_awaited(self) -> bool:
        """Whether its sender waits for an answer."""
        return self.wants_answer and self.answer is None


class Inbox:
    """The messages in the order in which they arrived.

    Args:
        kept_back: says of a message whether it cannot be handled now.
    """

    def __init__(self, kept_back: Callable[[Message], bool] = lambda _message: False) -> None:
        self._waiting: list[PendingMessage] = []
        self._in_hand: PendingMessage | None = None
        self._kept_back = kept_back

    def put(self, pending: PendingMessage) -> None:
        """A message arrives."""
        self._waiting.append(pending)
        self.tell_kept_back()

    @property
    def refusal(self) -> str:
        """Why no further message is taken now; empty while there is room."""
        if len(self._waiting) < MAX_WAITING:
            return ""
        return f"{MAX_WAITING} messages wait already: send it again when they have been handled."

    def put_back(self, pending: PendingMessage) -> None:
        """It turned out that the message cannot be handled now. It goes first when it can."""
        self._waiting.insert(0, pending)

    def take(self) -> PendingMessage | None:
        """The oldest message that can be handled. It stays in hand until the next one is taken."""
        self._in_hand = next(iter(self._ready()), None)
        if self._in_hand is not None:
            self._waiting.remove(self._in_hand)
        return self._in_hand

    def _ready(self) -> list[PendingMessage]:
        return [pending for pending in self._waiting if not self._kept_back(pending.message)]

    @property
    def has_mail(self) -> bool:
        """Whether a message waits to be taken."""
        return bool(self._ready())

    @property
    def sender_waits(self) -> bool:
        """Whether the sender of a message not yet taken waits for an answer."""
        return any(pending.is_awaited for pending in self._waiting)

    def kept_waiting_since(self, begun: datetime) -> datetime | None:
        """Since when the first sender waits whom a piece of work holds up; None when it holds up none.

        A message that this very work handles is not held up: it is answered within the time limit of the work.

        Args:
            begun: when the work began.
        """
        held_up = [*self._waiting, *([self._in_hand] if self._in_hand and self._in_hand.arrived < begun else [])]
        return min((pending.arrived for pending in held_up if pending.is_awaited), default=None)

    def tell_kept(self) -> None:
        """Answer the senders who waited long enough. Their messages are still handled."""
        for pending in self._everything():
            pending.kept()

    def tell_kept_back(self) -> None:
        """Answer the senders whose messages cannot be handled now."""
        for pending in self._waiting:
            if self._kept_back(pending.message):
                pending.kept(KEPT_BACK)

    def answer_rest(self, answer: Answer) -> list[Message]:
        """Answer every message that is left, the one in hand included, and return those that were never handled."""
        in_hand = [self._in_hand] if self._in_hand else []
        everything = [*in_hand, *self._waiting]
        unhandled = [*(pending for pending in in_hand if pending.answer is None), *self._waiting]
        self._waiting, self._in_hand = [], None
        for pending in everything:
            pending.reply(answer)
        return [pending.message for pending in unhandled]

    def _everything(self) -> list[PendingMessage]:
        return [*([self._in_hand] if self._in_hand else []), *self._waiting]

    def unread(self) -> list[Message]:
        """Take out the messages whose senders do not wait any more, so that the next run gets them."""
        messages = [pending.message for pending in self._waiting if not pending.is_awaited]
        self._waiting = [pending for pending in self._waiting if pending.is_awaited]
        return messages
