"""Faults that survive because they change nothing that anybody could notice, each with the reason in one line."""

EQUIVALENT: dict[str, str] = {
    "judging_orders._judge_open: order and kind in _ENDED_BY_ORDER without order": (
        "without an order there is no kind, and None stands in no table; the type checker wants it said"
    ),
    "judging_eligibility._number_verdict: finding.row is not None and finding.kind in"
    " {EligibilityKind.LEFT_OUT,… without finding.row is not None": (
        "a finding without a row has no kind; the type checker wants it said"
    ),
    "ask_times.AskTimes: 0 → -1": "the first reminder is the first; nothing at or below zero names one",
    "sending_codes.codes_lost: Need(kind=AskKind.SUPPORT, numbers=list(numbers), guidance=guidance, c…"
    " without kind=AskKind.SUPPORT": "a need goes to support unless it says otherwise; here it says so for the reader",
    "messages.Message: ConfigDict(frozen=True, extra='ignore') without extra='ignore'": (
        "what pydantic does unless told otherwise; here it is said for the reader"
    ),
    "news_text: {'codes': 'ownership codes', 'documents': 'documents', 'carrier': 'a w… without 'documents'": (
        "a kind without an entry is called by its own name, which is what the entry says"
    ),
    "news_text: 'documents' → 'documents_'": "the same",
    "news.News: Field(default=False, repr=False) without repr=False": "one field more in a repr that nobody logs",
    "news.News: False → True #2": "the same: it is shown in a repr",
}
"""By the fault's name, as `make mutants` prints it behind the line."""
