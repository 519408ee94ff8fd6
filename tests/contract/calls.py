"""Every call of the client with any valid arguments, and the operation of the OpenAPI document that it makes."""

from collections.abc import Awaitable, Callable

from hypothesis import strategies as st

from telnyx_api.client import TelnyxClient
from telnyx_api.files import Pdf

Call = Callable[[TelnyxClient], Awaitable[object]]

IDS = st.uuids().map(str) | st.text(min_size=1, max_size=12).filter(lambda text: text.strip("."))
UUIDS = st.uuids().map(str)
NUMBER = st.from_regex(r"\+1[2-9][0-9]{9}", fullmatch=True)
NUMBERS = st.lists(NUMBER, min_size=1, max_size=4, unique=True)
CODES = st.dictionaries(NUMBER, st.from_regex(r"[0-9]{3,12}", fullmatch=True), min_size=1, max_size=3)
TOKENS = st.text(min_size=1, max_size=20)
PAGES = st.integers(1, 10**6)
SIZES = st.integers(1, 250)
PDFS = st.builds(Pdf, st.from_regex(r"[A-Za-z0-9_-]{1,20}\.pdf", fullmatch=True), st.binary(max_size=60))
MAYBE_NUMBER = st.none() | NUMBER
FILTERS = st.fixed_dictionaries(
    {"messaging_profile_id": st.none() | UUIDS, "phone_number": MAYBE_NUMBER, "contains": st.none() | st.just("555")}
)
TAGS = st.none() | st.lists(st.text(max_size=8), max_size=3)


CALLS: dict[str, tuple[str, st.SearchStrategy[Call]]] = {
    "check_eligibility": ("CheckEligibilityNumbers", st.builds(lambda n: lambda c: c.check_eligibility(n), NUMBERS)),
    "create_order": (
        "CreateMessagingHostedNumberOrder",
        st.builds(lambda p, n: lambda c: c.create_order(p, n), UUIDS, NUMBERS),
    ),
    "list_orders": (
        "ListMessagingHostedNumberOrders",
        st.builds(lambda n, s: lambda c: c.list_orders(n, s), PAGES, SIZES),
    ),
    "all_orders": (
        "ListMessagingHostedNumberOrders",
        st.builds(lambda n: lambda c: c.all_orders(named=n), st.none() | NUMBERS),
    ),
    "get_order": ("GetMessagingHostedNumberOrder", st.builds(lambda o: lambda c: c.get_order(o), IDS)),
    "delete_order": ("DeleteMessagingHostedNumberOrder", st.builds(lambda o: lambda c: c.delete_order(o), IDS)),
    "request_codes": (
        "CreateVerificationCodesForMessagingHostedNumberOrder",
        st.builds(lambda o, n, m: lambda c: c.request_codes(o, n, m), IDS, NUMBERS, st.sampled_from(["sms", "call"])),
    ),
    "submit_codes": (
        "ValidateVerificationCodesForMessagingHostedNumberOrder",
        st.builds(lambda o, codes: lambda c: c.submit_codes(o, codes), IDS, CODES),
    ),
    "upload_documents": (
        "UploadMessagingHostedNumberOrderFile",
        st.builds(lambda o, loa, bill: lambda c: c.upload_documents(o, loa=loa, bill=bill), IDS, PDFS, PDFS),
    ),
    "approve_transfer": (
        "ApproveHostedNumberInternalTransfer",
        st.builds(lambda o, t: lambda c: c.approve_transfer(o, t), IDS, TOKENS),
    ),
    "reject_transfer": (
        "RejectHostedNumberInternalTransfer",
        st.builds(lambda o, t: lambda c: c.reject_transfer(o, t), IDS, TOKENS),
    ),
    "list_hosted_numbers": (
        "ListMessagingHostedNumbers",
        st.builds(
            lambda filters, n, s, sort: (
                lambda c: c.list_hosted_numbers(page_number=n, page_size=s, sort=sort, **filters)
            ),
            FILTERS,
            PAGES,
            SIZES,
            st.sampled_from([None, "asc", "desc"]),
        ),
    ),
    "all_hosted_numbers": (
        "ListMessagingHostedNumbers",
        st.builds(lambda n: lambda c: c.all_hosted_numbers(named=n), st.none() | NUMBERS),
    ),
    "find_hosted_number": (
        "ListMessagingHostedNumbers",
        st.builds(lambda n: lambda c: c.find_hosted_number(n), NUMBER),
    ),
    "get_hosted_number": (
        "GetMessagingHostedNumber",
        st.builds(lambda n: lambda c: c.get_hosted_number(n), IDS | NUMBER),
    ),
    "update_hosted_number": (
        "UpdateMessagingHostedNumber",
        st.builds(
            lambda n, p, m, tags: (
                lambda c: c.update_hosted_number(n, messaging_profile_id=p, messaging_product=m, tags=tags)
            ),
            IDS | NUMBER,
            st.none() | UUIDS | st.just(""),
            st.none() | st.just("P2P"),
            TAGS,
        ),
    ),
    "delete_hosted_number": (
        "DeleteMessagingHostedNumber",
        st.builds(lambda n: lambda c: c.delete_hosted_number(n), IDS),
    ),
    "get_profile": ("RetrieveMessagingProfile", st.builds(lambda p: lambda c: c.get_profile(p), UUIDS)),
}
"""For each method of the client: its operation, and any call of it."""
