"""Reads the bodies of the control surface; a wrong body gets a 400 with one sentence."""

import json
from typing import Any, TypeGuard

from aiohttp import web


class Body:
    """A control body. Its keys are read one by one, so that a key that was never read can be refused."""

    def __init__(self, values: dict[str, Any]) -> None:
        self._values = values
        self._taken: set[str] = set()

    def has(self, key: str) -> bool:
        """Say whether the key was sent, null included."""
        return key in self._values

    def text(self, key: str) -> str | None:
        """Read a text; None when it is null or was not sent."""
        value = self._take(key)
        if value is not None and not isinstance(value, str):
            raise bad_request(f"{key} must be a text or null.")
        return value

    def flag(self, key: str) -> bool | None:
        """Read true or false; None when it was not sent."""
        value = self._take(key)
        if value is not None and not isinstance(value, bool):
            raise bad_request(f"{key} must be true or false.")
        return value

    def figure(self, key: str) -> float | None:
        """Read a number of at least 0; None when it was not sent."""
        value = self._take(key)
        if value is not None and not _is_figure(value):
            raise bad_request(f"{key} must be a number of at least 0.")
        return value

    def figure_or_bounds(self, key: str) -> float | tuple[float, float] | None:
        """Read a number of at least 0, or a list of a lower and an upper bound; None when it was not sent."""
        value = self._take(key)
        if isinstance(value, list) and len(value) == 2 and all(map(_is_figure, value)) and value[0] <= value[1]:  # noqa: PLR2004 - from and to
            return value[0], value[1]
        if value is not None and not _is_figure(value):
            raise bad_request(f"{key} must be a number of at least 0, or two of them: from and to.")
        return value

    def whole(self, key: str) -> int | None:
        """Read a whole number; None when it was not sent."""
        value = self._take(key)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            raise bad_request(f"{key} must be a whole number.")
        return value

    def texts(self, key: str) -> list[str]:
        """Read a list of texts; empty when it was not sent."""
        value = self._take(key)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(item, str | int) for item in value):
            raise bad_request(f"{key} must be a list of texts.")
        return [str(item) for item in value]

    def statuses(self, key: str) -> dict[str, str | None]:
        """Read a status or null by phone number; empty when it was not sent."""
        value = self._take(key)
        if value is None:
            return {}
        if not isinstance(value, dict) or not all(
            status is None or isinstance(status, str) for status in value.values()
        ):
            raise bad_request(f"{key} must be an object of phone numbers with a text or null each.")
        return value

    def refuse_unknown_keys(self) -> None:
        """Refuse keys that were not read."""
        unknown = sorted(set(self._values) - self._taken)
        if unknown:
            raise bad_request(f"Unknown keys: {', '.join(unknown)}. Known keys: {', '.join(sorted(self._taken))}.")

    def _take(self, key: str) -> Any:
        self._taken.add(key)
        return self._values.get(key)


def _is_figure(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def bad_request(sentence: str) -> web.HTTPBadRequest:
    """Refuse a control body with one sentence."""
    return web.HTTPBadRequest(text=sentence)


async def control_body(request: web.Request) -> Body:
    """Read the body of a control call; a missing body is an empty object."""
    try:
        values = json.loads(await request.read() or b"{}")
    except ValueError:
        raise bad_request("The body is not valid JSON.") from None
    if not isinstance(values, dict):
        raise bad_request("The body must be a JSON object.")
    return Body(values)
