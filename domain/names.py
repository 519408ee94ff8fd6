"""Names that are contract: workflow types and ids, queues, an account's messages, search attributes, memo keys."""

import re

WORKFLOW_TYPE = "HostNumbers"
NOTIFICATION_WORKFLOW_TYPE = "TellPeople"
"""Delivers one piece of news."""
ACCOUNT_WORKFLOW_TYPE = "HostingAccount"
"""One for each Telnyx account."""
LOCAL_QUEUE = "hosted-sms"
"""Workflows and local work."""
_TELNYX_SUFFIX = "-telnyx"
TELNYX_QUEUE = LOCAL_QUEUE + _TELNYX_SUFFIX
"""Every call to Telnyx. Its fairness key is the account, so a rate limit per account can be set on the server."""
WATCH_ACTIVITY = "watch_order"
"""What looks at a request's order again and again; a webhook has its next look come now."""

PROGRESS_QUERY = "progress"
"""Asks a request or an account where it stands."""
WATCHED_QUERY = "watched"
"""Asks a request what its watch compares the order with."""
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
"""Memo key of the digest by which the same request is told from another under the same reference."""
MEMO_NOTIFICATION = "news"
"""Memo key of a delivery's news; encrypted like the input."""
MEMO_FAILED = "failed"
"""Memo key of the channels and webhooks that a delivery gave up; there is none where all were told."""

MAX_NUMBERS = 200
"""Numbers of one request (Telnyx facts §9)."""

_REFERENCE = re.compile(r"[A-Za-z0-9._-]{1,64}")
_PREFIX = "hosting-"
_OF_ACCOUNTS = "account-"


def telnyx_queue(local_queue: str) -> str:
    """The queue of calls to Telnyx that belongs to a queue of workflows."""
    return local_queue + _TELNYX_SUFFIX


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
    """The workflow id by which a piece of news is delivered once."""
    return f"news-{event_id}"


def is_reference(text: str) -> bool:
    """Whether a text may be a reference: 1–64 letters, digits, dots, underscores or hyphens."""
    return _REFERENCE.fullmatch(text) is not None and text.strip(".") != ""


def is_reserved_for_accounts(reference: str) -> bool:
    """Whether a reference would make the workflow id of an account: then no request may have it."""
    return reference.startswith(_OF_ACCOUNTS)
