"""The Telnyx API for hosted numbers: one method per endpoint, and one request per call (docs/telnyx.md §1).

Every method returns a model of `telnyx_api.replies` or raises an error of `telnyx_api.errors`, and nothing else.
Phone numbers are E.164 strings such as `+12125550101`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial

from telnyx_api.call import Call
from telnyx_api.connection import Connection
from telnyx_api.files import Pdf
from telnyx_api.list_kinds import NUMBER_LIST, NUMBERS, ORDER_LIST, ORDERS
from telnyx_api.pagination import PAGE_SIZE
from telnyx_api.replies import (
    CodeRequest,
    CodeResult,
    Eligibility,
    MessagingProfile,
    NumberSettings,
    NumberSettingsPage,
    Order,
    OrderPage,
)
from telnyx_api.reply_parser import parse_one, parse_page, parse_page_rows, parse_rows
from telnyx_api.request_parts import path_segment
from telnyx_api.whole_list import WholeList

_order = partial(parse_one, Order)
_settings = partial(parse_one, NumberSettings)
_profile = partial(parse_one, MessagingProfile)


class TelnyxClient(Connection):
    """All calls about hosted numbers of one account. `Connection` says how it is made and closed."""

    async def check_eligibility(self, phone_numbers: Sequence[str]) -> list[Eligibility]:
        """Whether each number can be hosted, and if not, why. Orders nothing."""
        body = {"phone_numbers": list(phone_numbers)}
        path = f"{ORDERS}/eligibility_numbers_check"
        call = Call("check eligibility", "POST", path, changes_nothing=True, json=body)
        return await self._ask(call, partial(parse_rows, Eligibility, under="phone_numbers"))

    async def create_order(self, messaging_profile_id: str, phone_numbers: Sequence[str]) -> Order:
        """Order hosting for the numbers. After `OutcomeUnknown`, list the orders before a second attempt."""
        body = {"messaging_profile_id": messaging_profile_id, "phone_numbers": list(phone_numbers)}
        return await self._ask(Call("create the order", "POST", ORDERS, json=body), _order)

    async def list_orders(self, page_number: int = 1, page_size: int = PAGE_SIZE) -> OrderPage:
        """One page of the account's orders, in any order; `page_size` is at most 250."""
        call = Call("list the orders", "GET", ORDERS, params=_page_params(page_number, page_size))
        return await self._ask(call, _order_page)

    async def all_orders(self, *, named: Iterable[str] | None = None) -> list[Order]:
        """Every order of the account, or those of which the id or a number is among `named`.

        The list is read from a moment after the call on. One reading serves everyone who asked before it began.

        Raises `TryLater` when the list loses entries or changes its order while it is read. It may grow.
        """
        return await self._orders.about(None if named is None else frozenset(named))

    @cached_property
    def _orders(self) -> WholeList[Order]:
        return WholeList(ORDER_LIST, self._ask)

    async def get_order(self, order_id: str) -> Order:
        """The order as it is now, with the status of each number."""
        return await self._ask(Call("read the order", "GET", _order_path(order_id)), _order)

    async def delete_order(self, order_id: str) -> Order:
        """Remove the order and all of its numbers, so check first that none of them is active."""
        return await self._ask(Call("delete the order", "DELETE", _order_path(order_id)), _order)

    async def request_codes(self, order_id: str, phone_numbers: Sequence[str], method: str) -> list[CodeRequest]:
        """Send a code to each number by `sms` or `call`. A row with an `error` was not sent."""
        body = {"phone_numbers": list(phone_numbers), "verification_method": method}
        call = Call("send the codes", "POST", _order_path(order_id, "verification_codes"), json=body)
        return await self._ask(call, partial(parse_rows, CodeRequest, under="phone_numbers"))

    async def submit_codes(self, order_id: str, codes: Mapping[str, str]) -> list[CodeResult]:
        """Submit the code of each number. A wrong code is a result, `rejected`, and not an error."""
        rows = [{"phone_number": number, "code": code} for number, code in codes.items()]
        call = Call(
            "check the codes",
            "POST",
            _order_path(order_id, "validation_codes"),
            json={"verification_codes": rows},
            secrets=tuple(codes.values()),
        )
        return await self._ask(call, partial(parse_rows, CodeResult, under="phone_numbers"))

    async def upload_documents(self, order_id: str, *, loa: Pdf, bill: Pdf) -> Order:
        """Upload the signed letter of authorization and the phone bill, always both (docs/telnyx.md §1)."""
        files = {part: (pdf.name, pdf.content, "application/pdf") for part, pdf in (("loa", loa), ("bill", bill))}
        call = Call("take the documents", "POST", _order_path(order_id, "actions/file_upload"), files=files)
        return await self._ask(call, _order)

    async def approve_transfer(self, order_id: str, token: str) -> None:
        """As the losing account, let the numbers go. The single-use `token` comes from Telnyx's notification."""
        await self._decide_transfer("approve", order_id, token)

    async def reject_transfer(self, order_id: str, token: str) -> None:
        """As the losing account, keep the numbers. The single-use `token` comes from Telnyx's notification."""
        await self._decide_transfer("reject", order_id, token)

    async def _decide_transfer(self, decision: str, order_id: str, token: str) -> None:
        # No source describes the body (docs/telnyx.md §1). A page is a proxy's, and the token works only once.
        path = _order_path(order_id, decision)
        await self._tell(Call(f"{decision} the transfer", "POST", path, params={"token": token}, secrets=(token,)))

    async def list_hosted_numbers(  # noqa: PLR0913 - one argument for each parameter of the endpoint
        self,
        *,
        messaging_profile_id: str | None = None,
        phone_number: str | None = None,
        contains: str | None = None,
        page_number: int = 1,
        page_size: int = PAGE_SIZE,
        sort: str | None = None,
    ) -> NumberSettingsPage:
        """One page of the account's hosted numbers that match all filters; `sort` is `asc` or `desc`."""
        filters = {
            "filter[messaging_profile_id]": messaging_profile_id,
            "filter[phone_number]": phone_number,
            "filter[phone_number][contains]": contains,
            "sort[phone_number]": sort,
        }
        params = _page_params(page_number, page_size) | {key: given for key, given in filters.items() if given}
        return await self._ask(Call("list the hosted numbers", "GET", NUMBERS, params=params), _settings_page)

    async def all_hosted_numbers(self, *, named: Iterable[str] | None = None) -> list[NumberSettings]:
        """Every hosted number of the account, or those among `named`; read like `all_orders`."""
        return await self._hosted_numbers.about(None if named is None else frozenset(named))

    async def find_hosted_number(self, phone_number: str) -> list[NumberSettings]:
        """The settings of one number, if the account hosts it. Telnyx has a filter for it."""
        kind = replace(NUMBER_LIST, params=NUMBER_LIST.params | {"filter[phone_number]": phone_number})
        return await WholeList(kind, self._ask).about(None)

    @cached_property
    def _hosted_numbers(self) -> WholeList[NumberSettings]:
        return WholeList(NUMBER_LIST, self._ask)

    async def get_hosted_number(self, id_or_number: str) -> NumberSettings:
        """The messaging settings of a hosted number, by its id or the number itself."""
        path = f"{NUMBERS}/{path_segment(id_or_number, 'hosted number')}"
        return await self._ask(Call("read the hosted number", "GET", path), _settings)

    async def update_hosted_number(
        self,
        id_or_number: str,
        *,
        messaging_profile_id: str | None = None,
        messaging_product: str | None = None,
        tags: Sequence[str] | None = None,
    ) -> NumberSettings:
        """Change the given settings and keep the others; `messaging_profile_id=""` removes the profile."""
        wanted = {
            "messaging_profile_id": messaging_profile_id,
            "messaging_product": messaging_product,
            "tags": None if tags is None else list(tags),
        }
        path = f"{NUMBERS}/{path_segment(id_or_number, 'hosted number')}"
        body = {key: given for key, given in wanted.items() if given is not None}
        return await self._ask(Call("change the hosted number", "PATCH", path, json=body), _settings)

    async def delete_hosted_number(self, number_id: str) -> Order:
        """Stop hosting one number and return its order. Use the id: no source says that the number works here."""
        path = f"{NUMBERS}/{path_segment(number_id, 'hosted number id')}"
        return await self._ask(Call("remove the hosted number", "DELETE", path), _order)

    async def get_profile(self, profile_id: str) -> MessagingProfile:
        """A messaging profile: whether it is enabled, and where its webhooks go."""
        path = f"/messaging_profiles/{path_segment(profile_id, 'messaging profile id')}"
        return await self._ask(Call("read the messaging profile", "GET", path), _profile)


def _order_path(order_id: str, action: str = "") -> str:
    path = f"{ORDERS}/{path_segment(order_id, 'order id')}"
    return f"{path}/{action}" if action else path


def _page_params(page_number: int, page_size: int) -> dict[str, str | int]:
    return {"page[number]": page_number, "page[size]": page_size}


def _order_page(body: object) -> OrderPage:
    return OrderPage(orders=parse_page_rows(Order, body), page=parse_page(body))


def _settings_page(body: object) -> NumberSettingsPage:
    return NumberSettingsPage(numbers=parse_page_rows(NumberSettings, body), page=parse_page(body))
