"""What a bench asks the simulator about a whole account: its list, how it is read, and which numbers are ordered."""

from collections import Counter
from urllib.parse import parse_qs

from tools.bench.calls import ORDERS, Calls


class AccountCalls(Calls):
    """The calls of the bench, and the view of a whole account."""

    async def slow_list(self, seconds: float) -> None:
        """From now on every page of the list takes so long."""
        plan = {"rate": 1.0, "kinds": ["slow"], "calls": ["list"], "delay": seconds, "seed": 1}
        await self._ask("POST", "/_simulator/faults", json=plan)

    async def listed(self) -> list[bool]:
        """Every page of the list of orders that was read, oldest first: whether it was the first of its reading."""
        rows = await self._ask("GET", "/_simulator/calls")
        pages = [row for row in rows if (row["method"], row["path"]) == ("GET", ORDERS)]
        return [parse_qs(row["query"]).get("page[number]", ["1"]) == ["1"] for row in pages]

    async def orders_of(self, phone_numbers: set[str]) -> Counter[str]:
        """How many orders each of these numbers has, of any status."""
        truth = await self.orders_in_truth()
        found = [row["phone_number"] for order in truth for row in order["phone_numbers"]]
        return Counter(number for number in found if number in phone_numbers)
