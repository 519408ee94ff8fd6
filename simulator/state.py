"""The state of the simulated Telnyx: orders, numbers, codes, hosted numbers, profiles, and the calls it got."""

import random
import uuid
from collections import defaultdict, deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from simulator.behavior import Behavior
from simulator.faults import Faults
from simulator.settings import Settings
from simulator.statuses import FINAL_ORDER_STATUSES
from simulator.test_numbers import behavior_of

MAX_CALLS = 200_000
"""How many calls are kept; the oldest are dropped first."""


@dataclass(slots=True)
class OrderedNumber:
    """One number in one order: its real status, its newest code, and whether it is verified."""

    id: str
    phone_number: str
    status: str = "pending"
    code: str | None = None
    attempts: int = 0
    verified: bool = False


@dataclass(frozen=True, slots=True)
class Upload:
    """The two documents of one upload, by the SHA-256 of their bytes."""

    loa_sha256: str
    bill_sha256: str


@dataclass(slots=True)
class Transfer:
    """An internal transfer: the owner's token, and the deadline of the owner's answer in Unix seconds."""

    token: str
    deadline: int
    decision: str = "pending"


@dataclass(slots=True)
class Order:
    """One order as it really is, with everything that has happened to it."""

    id: str
    messaging_profile_id: str | None
    numbers: dict[str, OrderedNumber]
    created: float
    status: str = "pending"
    uploads: list[Upload] = field(default_factory=list)
    history: list[dict[str, Any]] = field(default_factory=list)
    transfer: Transfer | None = None
    updated_at: str = ""

    @property
    def is_final(self) -> bool:
        """True when nothing more happens to the order."""
        return self.status in FINAL_ORDER_STATUSES

    def record(self, what: str) -> None:
        """Add a line to the order's history."""
        self.updated_at = now()
        self.history.append({"at": self.updated_at, "what": what})


@dataclass(slots=True)
class HostedNumber:
    """A number in the account's inventory of hosted numbers."""

    id: str
    phone_number: str
    messaging_profile_id: str | None
    order_id: str | None
    created_at: str
    updated_at: str
    messaging_product: str = "A2P"
    tags: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Profile:
    """A messaging profile and where its webhooks go."""

    id: str
    created_at: str
    webhook_url: str | None = None
    webhook_failover_url: str | None = None
    webhook_api_version: str = "2"
    enabled: bool = True


@dataclass(slots=True)
class Override:
    """What the control surface changed about one number."""

    eligible_status: str | None = None
    code_error: str | None = None


class World:
    """The whole state of one simulator. Nothing here waits, so every change happens completely or not at all."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.faults = Faults()
        self.random = random.Random(settings.seed)  # noqa: S311 - repeatable on purpose, guards nothing
        self.orders: dict[str, Order] = {}
        self.inventory: dict[str, HostedNumber] = {}
        self.profiles: dict[str, Profile] = {}
        self.overrides: dict[str, Override] = {}
        self.inbox: dict[str, list[dict[str, str]]] = defaultdict(list)
        self.messages: list[dict[str, str]] = []
        self.endings: dict[str, int] = defaultdict(int)
        self.calls: deque[dict[str, Any]] = deque(maxlen=MAX_CALLS)

    def new_id(self) -> str:
        """Draw the next UUID; the same seed gives the same ones."""
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def behavior(self, phone_number: str) -> Behavior:
        """How a number behaves, from the table of test numbers."""
        return behavior_of(phone_number)

    def knows_profile(self, profile_id: str) -> bool:
        """Say whether a messaging profile is known: any UUID is, unless it is listed as unknown."""
        return is_uuid(profile_id) and profile_id.lower() not in self.settings.unknown_profiles

    def profile(self, profile_id: str) -> Profile:
        """The profile with this id, created when it is first used."""
        key = profile_id.lower()
        if key not in self.profiles:
            self.profiles[key] = Profile(key, created_at=now())
        return self.profiles[key]

    def put_into_inbox(self, phone_number: str, method: str, code: str) -> None:
        """Deliver a code to the handset of a number."""
        message = {"phone_number": phone_number, "method": method, "code": code}
        self.messages.append(message)
        self.inbox[phone_number].append(message)

    def activate(self, phone_number: str, profile_id: str | None, order_id: str | None) -> None:
        """Put a number into the inventory; a number that is already there stays as it is."""
        if phone_number not in self.inventory:
            at = now()
            self.inventory[phone_number] = HostedNumber(self.new_id(), phone_number, profile_id, order_id, at, at)

    def switch_off(self, phone_number: str, order_id: str) -> None:
        """Take a number out of the inventory if this order put it there."""
        hosted = self.inventory.get(phone_number)
        if hosted is not None and hosted.order_id == order_id:
            del self.inventory[phone_number]


def now() -> str:
    """The current time as the API writes it: ISO 8601 in UTC."""
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def is_uuid(text: str) -> bool:
    """Say whether a text is a UUID in its usual form with hyphens."""
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False
