"""The typed search attributes of a request; registered by `hosted-sms setup` before any workflow starts."""

from temporalio.common import SearchAttributeKey

from domain import names

PHONE_NUMBERS = SearchAttributeKey.for_keyword_list(names.PHONE_NUMBERS)
"""Fingerprints, never numbers: 200 of them just fit the server's 2,048 bytes."""
NEEDS = SearchAttributeKey.for_keyword_list(names.NEEDS)
"""Kinds of the open asks."""
ORDER_IDS = SearchAttributeKey.for_keyword_list(names.ORDER_IDS)
"""The newest 50 Telnyx orders."""
STEP = SearchAttributeKey.for_keyword(names.STEP)
OUTCOME = SearchAttributeKey.for_keyword(names.OUTCOME)
ACCOUNT = SearchAttributeKey.for_keyword(names.ACCOUNT)
CUSTOMER = SearchAttributeKey.for_keyword(names.CUSTOMER)
DEADLINE = SearchAttributeKey.for_datetime(names.DEADLINE)

ALL = (PHONE_NUMBERS, NEEDS, ORDER_IDS, STEP, OUTCOME, ACCOUNT, CUSTOMER, DEADLINE)
"""Every attribute, for registration and for the check that none is missing."""
