"""What was measured, as data: written to a file, read back, and turned into ratios."""

from pydantic import BaseModel


class Cost(BaseModel):
    """What it cost to take some requests through the flow."""

    requests: int
    seconds: float
    cpu_seconds: dict[str, float]
    """Of each process, by name: `driver`, `worker`, `server`, `simulator`."""
    calls: int
    """Of the Telnyx API."""

    def milliseconds(self, *names: str) -> float:
        """CPU milliseconds per request of these processes together; one that the design has not costs nothing."""
        return 1000 * sum(self.cpu_seconds.get(name, 0.0) for name in names) / self.requests

    @property
    def design_milliseconds(self) -> float:
        """CPU milliseconds per request of all that the design brings along: everything but the simulator."""
        return self.milliseconds(*(name for name in self.cpu_seconds if name != "simulator"))

    @property
    def requests_per_second(self) -> float:
        """How many requests were done in a second."""
        return self.requests / self.seconds

    @property
    def calls_per_request(self) -> float:
        """How many calls of the Telnyx API a request took."""
        return self.calls / self.requests


class History(BaseModel):
    """What is stored of one happy request of one number, played alone."""

    events: int
    bytes: int
    readable_bytes: int | None = None
    """The same without encryption, where there is any."""


class Design(BaseModel):
    """One design measured."""

    cost: Cost
    history: History | None = None
    wide_cost: Cost | None = None
    """Of requests of 200 numbers each, one at a time."""
    narrow_cost: Cost | None = None
    """Of requests of one number each, one at a time, for comparison with the wide ones."""
    wide_history: History | None = None


def ratio(part: float, whole: float) -> float:
    """How many times the whole the part is.

    Raises:
        ValueError: the whole is nothing, so something was not measured.
    """
    if whole <= 0:
        raise ValueError(f"There is no ratio to {whole}: it was not measured.")
    return part / whole
