"""The side of Telnyx in the simulation: handsets, orders, faults and webhooks."""

from collections.abc import Mapping
from typing import Any

import httpx

from tools.demo.processes import HANGS_AFTER, DemoFailed


class TelnyxSide:
    """Client of the control surface of a running simulator."""

    def __init__(self, address: str) -> None:
        self.address = address

    def newest_code(self, phone_number: str) -> str | None:
        """The newest code on the handset of a number; None if there is none."""
        shown = self._get("inbox", phone_number=phone_number)
        return str(shown[-1]["code"]) if shown else None

    def newest_codes(self) -> dict[str, str]:
        """The newest code on each handset, by phone number."""
        return {str(message["phone_number"]): str(message["code"]) for message in self._get("inbox")}

    def orders(self) -> list[dict[str, Any]]:
        """Every order that was ever created, with its true status."""
        return list(self._get("orders"))

    def orders_of(self, phone_number: str) -> list[dict[str, Any]]:
        """The orders with a number."""
        return [
            order for order in self.orders() if phone_number in {row["phone_number"] for row in order["phone_numbers"]}
        ]

    def calls(self) -> list[dict[str, Any]]:
        """Every call of the API, oldest first."""
        return list(self._get("calls"))

    def faults(self, *kinds: str, **options: object) -> None:
        """Let calls fail from now on. Without kinds, no call does."""
        self._ask("POST", "faults", json={"kinds": kinds, **options})

    def fault_counts(self) -> dict[str, int]:
        """How often each kind of fault has occurred."""
        return dict(self._get("faults"))

    def change_settings(self, **settings: float) -> None:
        """Change settings of the simulator, such as the duration of a review."""
        self._ask("POST", "settings", json=settings)

    def change_number(self, phone_number: str, **answers: object) -> None:
        """Change what Telnyx answers about one number."""
        self._ask("POST", f"numbers/{phone_number}", json=answers)

    def decide(self, order_id: str, status: str, numbers: Mapping[str, str | None]) -> None:
        """Act as reviewer, carrier or portal: change the status of an order and of its numbers."""
        self._ask("POST", f"orders/{order_id}/status", json={"order": status, "numbers": dict(numbers)})

    def webhook_key(self) -> str:
        """The public key of its webhooks, as the portal shows it."""
        return self._ask("GET", "webhook_key").text

    def send_webhooks(self, profile: str, url: str) -> None:
        """Set the webhook URL of a messaging profile."""
        self._ask("POST", f"profiles/{profile}", json={"webhook_url": url})

    def webhooks(self) -> list[dict[str, Any]]:
        """Every attempt to deliver a webhook, oldest first, with the response."""
        return list(self._get("webhooks"))

    def _get(self, path: str, **parameters: str) -> Any:
        return self._ask("GET", path, params=parameters).json()

    def _ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        url = f"{self.address}/_simulator/{path}"
        try:
            return httpx.request(method, url, timeout=HANGS_AFTER, trust_env=False, **options).raise_for_status()
        except httpx.HTTPError as error:
            raise DemoFailed(f"The simulator did not answer {method} {url}: {error}.") from None
