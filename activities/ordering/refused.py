"""What it means that Telnyx refuses an order: a question, or only some numbers that cannot be in it."""

import re
from collections.abc import Sequence

from activities.telnyx_failures import ask_person
from domain.activity_io import PlacementVerdict, PlaceOrder
from domain.messages import NumberVerdict
from domain.vocabulary import Next, NumberState
from telnyx_api.errors import TelnyxError

_NUMBER_POINTER = re.compile(r"/phone_numbers/(\d{1,3})")
"""Where in what was sent a refused number stands (Telnyx facts §7)."""


def asked_about(error: TelnyxError, work: PlaceOrder) -> PlacementVerdict:
    """The question to a person about the whole order."""
    return PlacementVerdict(**dict(ask_person(error, "place the order", work.phone_numbers)))


def refused_numbers(error: TelnyxError, work: PlaceOrder) -> list[str]:
    """The numbers that a refusal points at; none when it is about something else too."""
    places = [_NUMBER_POINTER.fullmatch(pointer) for pointer in getattr(error, "pointers", ())]
    indices = sorted({int(place[1]) for place in places if place})
    if None in places or (indices and indices[-1] >= len(work.phone_numbers)):
        return []
    return [work.phone_numbers[index] for index in indices]


def without(refused: Sequence[str], hosted: Sequence[str], error: TelnyxError, work: PlaceOrder) -> PlacementVerdict:
    """The refused numbers are left out and the rest is ordered, or nothing is when that was asked for.

    One of them that the account hosts by now is active: this request may have done that before its workflow was reset.
    """
    because = f"Telnyx refused to order it. {error}"
    active = NumberVerdict(state=NumberState.ACTIVE, because="This account hosts the number already.")
    numbers = _each(refused, because) | dict.fromkeys(hosted, active)
    out = [number for number in refused if number not in hosted]
    if not (out and work.all_or_nothing):
        return PlacementVerdict(next=Next.AGAIN, because=because, numbers=numbers)
    because = f"All or nothing was asked for, and Telnyx refused {len(out)} of {len(work.phone_numbers)} numbers."
    return PlacementVerdict(next=Next.STOP, because=because, numbers=_each(work.phone_numbers, because) | numbers)


def _each(phone_numbers: Sequence[str], because: str) -> dict[str, NumberVerdict]:
    return dict.fromkeys(phone_numbers, NumberVerdict(state=NumberState.LEFT_OUT, because=because))
