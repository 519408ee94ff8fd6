"""Names that are contract: workflow types and ids, queues, an account's messages, search attributes, memo keys."""

import re

WORKFLOW_TYPE = "HostNumbers"
NOTIFICATION_WORKFLOW_TYPE = "TellPeople"
"""Delivers one notification."""
ACCOUNT_WORKFLOW_TYPE = "HostingAccount"
"""One for each Telnyx account."""
LOCAL_QUEUE = "hosted-sms"
"""Workflows and local work."""
_TELNYX_SUFFIX = "-telnyx"
TELNYX_QUEUE = LOCAL_QUEUE + _TELNYX_SUFFIX
"""Calls to Telnyx. Its fairness key is the account, so a rate limit per account can be set on the server."""
_LOOKS_SUFFIX = "-looks"
LOOKS_QUEUE = LOCAL_QUEUE + _LOOKS_SUFFIX
"""What merely looks whether something changed at Telnyx. It never takes the slots of what a person waits for."""
WATCH_ACTIVITY = "watch_order"
DELETE_ACTIVITY = "delete_order"
FIND_ACTIVITY = "find_order"
"""Reads a request's order again and again; a webhook makes the next read come now."""

PROGRESS_QUERY = "progress"
"""Asks a request or an account where it stands."""
WATCHED_QUERY = "watched"
"""Asks a request what its watch compares the order with."""
NOTIFICATIONS_QUERY = "notifications"
"""Asks a request or an account what people and programs were to be told."""
CLAIM_UPDATE = "claim"
"""Claims numbers of an account for a request."""
RESUME_UPDATE = "resume"
"""Lets all requests of a stopped account go on."""
STOP_SIGNAL = "trouble"
"""Reports to an account's workflow that Telnyx refuses the account."""
SILENCE_SIGNAL = "silent"
"""Reports to an account's workflow that Telnyx does not answer."""

PHONE_NUMBERS = "HostingPhoneNumbers"
NEEDS = "HostingNeeds"
ORDER_IDS = "HostingOrderIds"
STEP = "HostingStep"
OUTCOME = "HostingOutcome"
ACCOUNT = "HostingAccount"
CUSTOMER = "HostingCustomer"
DEADLINE = "HostingDeadline"

MEMO_DIGEST = "content"
"""Memo key of a digest: it tells whether a second start with the same reference is the same request."""
MEMO_NOTIFICATION = "news"
"""Memo key of the notification that is delivered; encrypted like the input."""
MEMO_FAILED = "failed"
"""Memo key of the channels and webhooks that a delivery gave up on; absent when all were reached."""

MAX_NUMBERS = 200
"""Numbers of one request (docs/telnyx.md §9)."""

_REFERENCE = re.compile(r"[A-Za-z0-9._-]{1,64}")
_PREFIX = "hosting-"
_OF_ACCOUNTS = "account-"


def telnyx_queue(local_queue: str) -> str:
    """The queue of calls to Telnyx that belongs to a queue of workflows."""
    return local_queue + _TELNYX_SUFFIX


def looks_queue(local_queue: str) -> str:
    """The queue of looks at Telnyx that belongs to a queue of workflows."""
    return local_queue + _LOOKS_SUFFIX


def workflow_id(reference: str) -> str:
    """The workflow id of a request's reference."""
    return _PREFIX + reference


def account_workflow_id(account: str) -> str:
    """The workflow id of a Telnyx account."""
    return workflow_id(_OF_ACCOUNTS + account)


def reference_of(workflow_id: str) -> str:
    """The reference of a request's workflow id."""
    return workflow_id.removeprefix(_PREFIX)


def notification_workflow_id(event_id: str) -> str:
    """The workflow id that makes one notification be delivered only once."""
    return f"news-{event_id}"


def webhook_path(account: str) -> str:
    """The path under which `webhooks.py` takes the webhooks of a Telnyx account."""
    return f"/telnyx/{account}"


def is_reference(text: str) -> bool:
    """Say whether a text may be a reference: 1–64 letters, digits, dots, underscores or hyphens."""
    return _REFERENCE.fullmatch(text) is not None and text.strip(".") != ""


def looks_like_an_option(reference: str) -> bool:
    """Say whether a command would take a reference for an option. No new request may have such a reference."""
    return reference.startswith("-")


def is_reserved_for_accounts(reference: str) -> bool:
    """Say whether a reference would make the workflow id of an account; no request may have such a reference."""
    return reference.startswith(_OF_ACCOUNTS)
