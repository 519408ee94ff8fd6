"""The hours in which codes may be sent to a number, so that no one is called at night."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONES = {
    "Eastern": ZoneInfo("America/New_York"),
    "Central": ZoneInfo("America/Chicago"),
    "Mountain": ZoneInfo("America/Denver"),
    "Arizona": ZoneInfo("America/Phoenix"),
    "Pacific": ZoneInfo("America/Los_Angeles"),
    "Alaska": ZoneInfo("America/Anchorage"),
    "Hawaii": ZoneInfo("Pacific/Honolulu"),
}
"""All time zones of US numbers."""

_WRITTEN = re.compile(r"([0-9]{1,2})-([0-9]{1,2})(?: ([A-Za-z]+))?")
_MIDNIGHT = 24


@dataclass(frozen=True)
class ContactHours:
    """Hours of every day in one time zone."""

    opens: int
    closes: int
    zone: str = "Central"

    def next_open(self, instant: datetime) -> datetime:
        """The instant itself if it is within the hours, else the next opening, in UTC."""
        local = instant.astimezone(ZONES[self.zone])
        if self.opens <= local.hour < self.closes:
            return instant
        day = local.date() + timedelta(days=local.hour >= self.closes)
        return datetime.combine(day, time(self.opens), ZONES[self.zone]).astimezone(ZoneInfo("UTC"))

    def __str__(self) -> str:
        return f"{self.opens}–{self.closes} {self.zone}"


def parse_contact_hours(text: str) -> ContactHours | None:
    """Read hours as a request writes them, such as `9-17` (US Central) or `8-20 Pacific`; None for an empty text.

    Raises:
        ValueError: the text is not understood; one sentence for the person who wrote it.
    """
    if not text:
        return None
    written = _WRITTEN.fullmatch(text.strip())
    hours = ContactHours(int(written[1]), int(written[2]), (written[3] or "Central").title()) if written else None
    if hours is None or hours.zone not in ZONES or not hours.opens < hours.closes <= _MIDNIGHT:
        zones = ", ".join(ZONES)
        raise ValueError(f"The contact hours {text[:40]!r} are not understood; write them as `9-17 Pacific` ({zones}).")
    return hours
