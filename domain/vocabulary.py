"""The closed sets of words in our own messages. Telnyx's statuses are in the tables of `domain.explain`."""

from enum import StrEnum


class Step(StrEnum):
    """The step of a request, in the order of Telnyx's guide."""

    ELIGIBILITY = "eligibility"
    ORDER = "order"
    CODES = "codes"
    DOCUMENTS = "documents"
    REVIEW = "review"
    DONE = "done"


class Outcome(StrEnum):
    """How a request ended; `running` while it has not."""

    RUNNING = "running"
    ACTIVE = "active"
    PARTLY_ACTIVE = "partly_active"
    NOT_ACTIVE = "not_active"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class NumberState(StrEnum):
    """Where one number stands."""

    NEW = "new"
    """Not checked yet, or checked and not in an order yet."""
    LEFT_OUT = "left_out"
    """Cannot be hosted; never ordered."""
    UNVERIFIED = "unverified"
    """In an order, without its ownership code yet."""
    VERIFIED = "verified"
    """Its ownership is verified; the documents come next."""
    IN_REVIEW = "in_review"
    """Telnyx and the losing carrier have the documents."""
    ACTIVE = "active"
    """SMS works. The number is never touched again."""
    REJECTED = "rejected"
    """The losing carrier rejected it."""
    FAILED = "failed"
    """Telnyx closed it for another reason."""
    GIVEN_UP = "given_up"
    """A person, a deadline or a cancel ended it."""

    @property
    def is_final(self) -> bool:
        """True when nothing more happens to the number in this round."""
        return self in _FINAL


_FINAL = frozenset(
    {NumberState.LEFT_OUT, NumberState.ACTIVE, NumberState.REJECTED, NumberState.FAILED, NumberState.GIVEN_UP},
)


class Next(StrEnum):
    """What a verdict tells a workflow to do. A sixth value needs a decision record and a workflow patch."""

    GO_ON = "go_on"
    WAIT = "wait"
    ASK = "ask"
    AGAIN = "again"
    """Place a new order for the numbers that say so."""
    STOP = "stop"


class AskKind(StrEnum):
    """What is awaited from a person; `domain.asks` has what follows from each kind."""

    CODES = "codes"
    DOCUMENTS = "documents"
    CARRIER = "carrier"
    CHOICE = "choice"
    TRANSFER = "transfer"
    ACCOUNT = "account"
    SUPPORT = "support"


class CodeOutcome(StrEnum):
    """What became of a submitted code."""

    VERIFIED = "verified"
    REJECTED = "rejected"
    ALREADY_VERIFIED = "already_verified"
    NOT_ASKED = "not_asked"


class ChoiceKind(StrEnum):
    """Every choice that an ask may offer. A workflow knows how to apply each of them."""

    AGAIN = "again"
    """Do the refused step again, because its cause is fixed."""
    WAIT = "wait"
    """Keep watching. Ask again only if the status changes."""
    GIVE_UP = "give_up"
    """Give up the numbers of the ask."""
    GO_ON = "go_on"
    """Go on with the numbers although their status is unknown: order them, or count them as active."""
    NEW_ORDER = "order_anew"
    """Give up this order, and place a new one for the numbers of the ask alone."""
    ADOPT = "adopt"
    """Take the named order as the order of this round."""
