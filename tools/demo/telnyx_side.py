"""What happens on Telnyx's side of the simulation: what handsets show, which orders there are, what goes wrong."""

from collections.abc import Mapping
from typing import Any

import httpx

from tools.demo.processes import HANGS_AFTER, DemoFailed


class TelnyxSide:
    """The control surface of a running simulator."""

    def __init__(self, address: str) -> None:
        self.address = address

    def newest_code(self, phone_number: str) -> str | None:
        """The code that the handset of a number shows last; None while it shows none."""
        shown = self._get("inbox", phone_number=phone_number)
        return str(shown[-1]["code"]) if shown else None

    def newest_codes(self) -> dict[str, str]:
        """By number: the code that each handset shows last."""
        return {str(message["phone_number"]): str(message["code"]) for message in self._get("inbox")}

    def orders(self) -> list[dict[str, Any]]:
        """Every order ever created, in truth."""
        return list(self._get("orders"))

    def orders_of(self, phone_number: str) -> list[dict[str, Any]]:
        """The orders that hold a number."""
        return [
            order for order in self.orders() if phone_number in {row["phone_number"] for row in order["phone_numbers"]}
        ]

    def calls(self) -> list[dict[str, Any]]:
        """Every call of the API, oldest first."""
        return list(self._get("calls"))

    def faults(self, *kinds: str, **options: object) -> None:
        """Lets calls go wrong from now on; without kinds nothing does."""
        self._ask("POST", "faults", json={"kinds": kinds, **options})

    def fault_counts(self) -> dict[str, int]:
        """How often each kind of fault struck so far."""
        return dict(self._get("faults"))

    def dials(self, **settings: float) -> None:
        """Changes how long reviews and internal transfers take, and the like."""
        self._ask("POST", "settings", json=settings)

    def change_number(self, phone_number: str, **answers: object) -> None:
        """Changes what Telnyx answers about one number."""
        self._ask("POST", f"numbers/{phone_number}", json=answers)

    def decide(self, order_id: str, word: str, numbers: Mapping[str, str | None]) -> None:
        """Acts as reviewer, carrier or portal: gives an order and numbers of it other words."""
        self._ask("POST", f"orders/{order_id}/status", json={"order": word, "numbers": dict(numbers)})

    def webhook_key(self) -> str:
        """The public key that proves its webhooks, as the portal shows it."""
        return self._ask("GET", "webhook_key").text

    def send_webhooks(self, profile: str, url: str) -> None:
        """Sets the webhook URL of a messaging profile."""
        self._ask("POST", f"profiles/{profile}", json={"webhook_url": url})

    def webhooks(self) -> list[dict[str, Any]]:
        """Every try to deliver a webhook, oldest first, with how it was answered."""
        return list(self._get("webhooks"))

    def _get(self, path: str, **parameters: str) -> Any:
        return self._ask("GET", path, params=parameters).json()

    def _ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        url = f"{self.address}/_simulator/{path}"
        try:
            return httpx.request(method, url, timeout=HANGS_AFTER, trust_env=False, **options).raise_for_status()
        except httpx.HTTPError as error:
            raise DemoFailed(f"The simulator did not answer {method} {url} as it should: {error}.") from None
