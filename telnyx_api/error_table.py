"""Which error a response is: first whose word it is, then the HTTP status, then Telnyx's own code (docs/telnyx.md §7).

Only a body with Telnyx's error object and one of its codes is Telnyx's word. A proxy, a gateway, a firewall or a CDN
answers with any status and any other body: a page, nothing, or JSON of its own. It may have passed the call on or not,
so such an answer is `OutcomeUnknown`, with any status. The one exception is 429.

The status goes first because sources disagree about the meaning of a code: 10006 is "Invalid ID" in one and
"Not authorized" in another (docs/telnyx.md §2). No source lists the codes of hosted numbers. A code that is not in the
table counts as wrong input, which is the plain meaning of a 4xx.
"""

from collections.abc import Collection, Mapping, Sequence

from telnyx_api.call import Call
from telnyx_api.errors import (
    Conflict,
    FixInput,
    NeedsPerson,
    NotFound,
    OutcomeUnknown,
    Problem,
    StopAccount,
    TelnyxError,
    TryLater,
)
from telnyx_api.problems import parse_problems, read_codes
from telnyx_api.retry_after import read_retry_after

MAX_PROBLEMS_SHOWN = 5
"""How many problems the sentence of an error spells out. It counts the others, and `problems` holds all of them."""

BY_STATUS: Mapping[int, type[TelnyxError]] = {
    401: StopAccount,
    402: StopAccount,
    403: StopAccount,
    404: NotFound,
    408: OutcomeUnknown,  # the server stopped waiting, perhaps after it began to work
    409: Conflict,
    410: NotFound,
    423: NeedsPerson,
    429: TryLater,
}

_RATE_LIMIT = 429
"""The only status that promises that nothing was done (RFC 6585). A gateway that limits the rate turns the call away as
Telnyx does, so it is `TryLater` in any form, and its headers say for how long."""

_CODES: Mapping[type[TelnyxError], str] = {
    FixInput: (
        "10002 10004 10006 10015 10016 10022 10023 10024 10025 10026 10027 10028 10029 10031 10032 10033 10014 "
        "10013 10017 85005 40155"
    ),
    StopAccount: (
        "10009 10010 20001 20002 20003 20006 20008 20012 20013 20014 20015 20016 20017 10038 10039 40312 40314"
    ),
    # Telnyx says "retry with backoff" for 10007 "unexpected error" and 10008 "request timeout". Neither says that
    # nothing was done, so only a read may simply be repeated.
    OutcomeUnknown: "10007 10008",
    TryLater: "10011 10036 10037 40157",
    Conflict: "10012 10021 40151",
    NotFound: "10005 10001",
    NeedsPerson: "10035 40150 40153 40154 40156 40159",
}
BY_CODE: Mapping[str, type[TelnyxError]] = {code: kind for kind, codes in _CODES.items() for code in codes.split()}

_GRAVEST_FIRST = (StopAccount, NeedsPerson, OutcomeUnknown, Conflict, NotFound, FixInput, TryLater)
"""With several problems in one response the gravest decides: waiting does not help where a person must act."""

_MORE_EXACT_THAN_403 = (NeedsPerson, Conflict)
"""A 403 is about the account, unless its code says that it is about one number."""


def classify(http_status: int, codes: Collection[str]) -> type[TelnyxError]:
    """The class of a response without success, from its HTTP status and the codes of its problems.

    Without any code it is not Telnyx's word.
    """
    if not any(codes):
        return TryLater if http_status == _RATE_LIMIT else OutcomeUnknown
    named = {BY_CODE[code] for code in codes if code in BY_CODE}
    gravest = next((kind for kind in _GRAVEST_FIRST if kind in named), FixInput)
    if http_status == 403 and gravest in _MORE_EXACT_THAN_403:  # noqa: PLR2004 - a status reads best as its number
        return gravest
    if http_status in BY_STATUS:
        return BY_STATUS[http_status]
    return gravest if 400 <= http_status < 500 else OutcomeUnknown  # noqa: PLR2004 - same


def build_error(call: Call, api_key: str, http_status: int, headers: Mapping[str, str], body: object) -> TelnyxError:
    """The error for a response without success.

    `headers` have lower-case names. `body` is the parsed JSON or None. Telnyx may repeat the key and the call's secrets
    in its texts, so they are removed. A read in conflict with a change is repeated, as Telnyx's own SDK does: there is
    nothing else to read first (docs/telnyx.md §7).
    """
    problems = parse_problems(body, (api_key, *call.secrets))
    kind = classify(http_status, read_codes(body))
    kind = TryLater if call.only_reads and kind is Conflict else kind
    came = f"Telnyx answered HTTP {http_status}" if problems else f"HTTP {http_status} came"
    return kind(
        f"{came} when asked to {call.doing}, {_explain(problems)}; {remedy_of(kind, call)}.",
        http_status=http_status,
        problems=problems,
        retry_after=read_retry_after(http_status, headers),
    )


def remedy_of(kind: type[TelnyxError], call: Call) -> str:
    """What to do after a failed call. A read changed nothing, so it is simply repeated."""
    return TryLater.remedy if call.only_reads and kind is OutcomeUnknown else kind.remedy


def _explain(problems: Sequence[Problem]) -> str:
    if not problems:
        return "but without an error code of Telnyx, so a proxy or gateway on the way may have answered"
    shown = "; ".join(map(str, problems[:MAX_PROBLEMS_SHOWN]))
    more = f"; and {len(problems) - MAX_PROBLEMS_SHOWN} more" if len(problems) > MAX_PROBLEMS_SHOWN else ""
    return f"with {shown}{more}"
