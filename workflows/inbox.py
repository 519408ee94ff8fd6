"""What people and programs wrote to a request, until the one consumer has dealt with it.

Update handlers only put letters in and wait for their answer; the steps alone take them out. So one thing at a time
happens to an order, and no lock is needed.
"""

from dataclasses import dataclass

from domain.messages import Answer, Message

KEPT = "It is kept and still being tried; `show` tells how it went."


@dataclass(eq=False)
class Letter:
    """One message and the answer that its sender waits for."""

    message: Message
    wants_answer: bool = True
    answer: Answer | None = None

    def kept(self) -> None:
        """Tell the sender that it takes longer; the letter is still dealt with."""
        self.reply(Answer(accepted=True, sentence=KEPT))

    def reply(self, answer: Answer) -> None:
        """Answer the sender; the first answer counts, since the sender does not wait for a second."""
        if self.answer is None:
            self.answer = answer


class Inbox:
    """The letters in the order in which they came."""

    def __init__(self) -> None:
        self._waiting: list[Letter] = []
        self._in_hand: Letter | None = None

    def put(self, letter: Letter) -> None:
        """A letter arrives."""
        self._waiting.append(letter)

    def take(self) -> Letter | None:
        """The oldest letter; it stays in hand until the next one is taken."""
        self._in_hand = self._waiting.pop(0) if self._waiting else None
        return self._in_hand

    @property
    def has_mail(self) -> bool:
        """Whether a letter waits to be taken."""
        return bool(self._waiting)

    @property
    def somebody_waits(self) -> bool:
        """Whether the sender of a letter not yet taken waits for an answer."""
        return any(letter.wants_answer and letter.answer is None for letter in self._waiting)

    def tell_kept(self) -> None:
        """Answer those who waited long enough; their letters are still dealt with."""
        for letter in self._waiting:
            letter.kept()

    def answer_rest(self, answer: Answer) -> None:
        """Answer every letter that is left, the one in hand included; none is dealt with any more."""
        letters = [*([self._in_hand] if self._in_hand else []), *self._waiting]
        self._waiting, self._in_hand = [], None
        for letter in letters:
            letter.reply(answer)

    def unread(self) -> list[Message]:
        """Take out the messages that nobody waits for, to be carried along."""
        messages = [letter.message for letter in self._waiting if not letter.wants_answer]
        self._waiting = [letter for letter in self._waiting if letter.wants_answer]
        return messages
