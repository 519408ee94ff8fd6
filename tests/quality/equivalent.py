"""Faults that survive because they change nothing that a test could notice, each with its reason."""

EQUIVALENT: dict[str, str] = {
    "ask_times.AskTimes: 0 → -1": "no reminder has a number at or below zero",
    "asks: 'support' → 'support_'": "a sentence for people, of one word",
    "asks: refuse_gaps(RULES, AskKind) → pass": "the table has no gaps to refuse; tests call the function with some",
    "code_limits.need_of_lost_codes: Need(kind=AskKind.SUPPORT, numbers=list(numbers), guidance=guidance, c…"
    " without kind=AskKind.SUPPORT": "a need goes to support by default; it is written for the reader",
    "judge_numbers.judge_number: order_row and ended_by_order without order_row": (
        "an order without a row did not end the number; the type checker needs it"
    ),
    "messages.Message: ConfigDict(frozen=True, extra='ignore', use_attribute_docstrings=True,…"
    " without extra='ignore'": ("what pydantic does by default; it is written for the reader"),
    "notification.Notification: Field(default=False, repr=False) without repr=False": "one more field in a repr",
    "notification.Notification: False → True #2": "the same",
}
"""By the fault's name, as `make mutants` prints it after the line."""
