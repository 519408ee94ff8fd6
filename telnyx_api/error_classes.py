"""Which error an answer of Telnyx is: the HTTP status decides first, then Telnyx's own code (Telnyx facts §7).

The status goes first because sources disagree about what one code means: 10006 is "Invalid ID" in one and
"Not authorized" in another (Telnyx facts §2). No source says which codes hosted numbers return, so a code that
stands in no row is taken for wrong input, the plain meaning of a 4xx.
"""

from collections.abc import Collection, Mapping

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
from telnyx_api.redaction import redact
from telnyx_api.retry_after import seconds_to_wait

MOST_PROBLEMS = 5
"""How many complaints an error sentence spells out; the others are counted, and all are kept in `problems`."""

BY_STATUS: Mapping[int, type[TelnyxError]] = {
    401: StopAccount,
    402: StopAccount,
    403: StopAccount,
    404: NotFound,
    408: OutcomeUnknown,  # the server gave up waiting, perhaps after it began to work
    409: Conflict,
    410: NotFound,
    423: NeedsPerson,
    429: TryLater,  # the only status that promises that nothing was done
}

_CODES: Mapping[type[TelnyxError], str] = {
    FixInput: (
        "10002 10004 10006 10015 10016 10022 10023 10024 10025 10026 10027 10028 10029 10031 10032 10033 10014 "
        "10013 10017 85005 40155"
    ),
    StopAccount: (
        "10009 10010 20001 20002 20003 20006 20008 20012 20013 20014 20015 20016 20017 10038 10039 40312 40314"
    ),
    # 10007 "unexpected error" and 10008 "request timeout" are of the group "retry with backoff", but neither says
    # that nothing was done; a read is simply repeated, a change is looked for first.
    OutcomeUnknown: "10007 10008",
    TryLater: "10011 10036 10037 40157",
    Conflict: "10012 10021 40151",
    NotFound: "10005 10001",
    NeedsPerson: "10035 40150 40153 40154 40156 40159",
}
BY_CODE: Mapping[str, type[TelnyxError]] = {code: kind for kind, codes in _CODES.items() for code in codes.split()}

# With several complaints in one answer the gravest decides: whatever needs a person is not cured by waiting.
_GRAVEST_FIRST = (StopAccount, NeedsPerson, OutcomeUnknown, Conflict, NotFound, FixInput, TryLater)

_LARGEST_CODE = 10**9  # Telnyx's codes have five digits; beyond this a figure in a body is nonsense

# A 403 is a matter of the account unless its code says that it is about one number only.
_MORE_EXACT_THAN_403 = (NeedsPerson, Conflict)


def classify(http_status: int, codes: Collection[str]) -> type[TelnyxError]:
    """The class of an answer that is not a success, from its HTTP status and Telnyx's codes."""
    named = {BY_CODE[code] for code in codes if code in BY_CODE}
    gravest = next((kind for kind in _GRAVEST_FIRST if kind in named), FixInput)
    if http_status == 403 and gravest in _MORE_EXACT_THAN_403:  # noqa: PLR2004 - a status reads best as its number
        return gravest
    if http_status in BY_STATUS:
        return BY_STATUS[http_status]
    return gravest if 400 <= http_status < 500 else OutcomeUnknown  # noqa: PLR2004 - same


def judge(  # noqa: PLR0913 - the parts of an answer, and of the call what its error depends on
    doing: str,
    http_status: int,
    headers: Mapping[str, str],
    body: object,
    secrets: Collection[str] = (),
    *,
    only_read: bool = False,
) -> TelnyxError:
    """The error for an answer that is not a success.

    `doing` says what was asked for, such as "create the order"; `headers` have lower-case names; `body` is the parsed
    JSON or None; `secrets` are the key, token and codes of this call, which Telnyx might repeat in its text. A call
    that `only_read` meets a conflict while others change something: there is nothing to read first, so it is made
    again, as Telnyx's own SDK does (Telnyx facts §7).
    """
    raw = _complaints(body)
    kind = classify(http_status, [_text(item.get("code")) for item in raw])
    kind = TryLater if only_read and kind is Conflict else kind
    problems = tuple(_problem(item, secrets) for item in raw)
    spelt = "; ".join(map(str, problems[:MOST_PROBLEMS])) or "no explanation that could be read"
    more = f"; and {len(problems) - MOST_PROBLEMS} more" if len(problems) > MOST_PROBLEMS else ""
    return kind(
        f"Telnyx answered HTTP {http_status} when asked to {doing}, with {spelt}{more}; {kind.remedy}.",
        http_status=http_status,
        problems=problems,
        retry_after=seconds_to_wait(http_status, headers),
    )


def _complaints(body: object) -> list[Mapping[str, object]]:
    """The error objects of a body: `{errors: [...]}`, or one bare error object (Telnyx facts §2)."""
    if not isinstance(body, dict):
        return []
    found = body.get("errors", body if "code" in body or "title" in body else [])
    rows = found if isinstance(found, list) else [found]
    return [row for row in rows if isinstance(row, dict)]


def _problem(item: Mapping[str, object], secrets: Collection[str]) -> Problem:
    source = item.get("source")
    place: Mapping[str, object] = source if isinstance(source, dict) else {}
    return Problem(
        code=redact(_text(item.get("code")), secrets),
        title=redact(_text(item.get("title")), secrets),
        detail=redact(_text(item.get("detail") or item.get("description")), secrets),
        pointer=redact(_text(place.get("pointer")), secrets),
        parameter=redact(_text(place.get("parameter")), secrets),
    )


def _text(value: object) -> str:
    """A word as text, and nothing for what is no word: codes are strings (Telnyx facts §7), but figures pass too."""
    if isinstance(value, str):
        return value
    is_figure = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _LARGEST_CODE
    return str(value) if is_figure else ""
