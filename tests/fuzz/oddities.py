"""What the fuzz tests share: texts and JSON that break parsers, and what a refusal has to be.

Every test here is drawn the same at each run, so that what fails once fails always; `FUZZ=50` draws fifty times as
much, and anew each time.
"""

import os
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

TIMES = int(os.environ.get("FUZZ", "1"))
LONGEST_SENTENCE = 600


def drawn(examples: int) -> settings:
    """How much a test draws; a machine under load may take its time."""
    patient = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]
    return settings(
        max_examples=examples * TIMES,
        derandomize=TIMES == 1,
        database=None,
        deadline=None,
        suppress_health_check=patient,
    )


NASTY = st.sampled_from(
    ["", " ", "\0", "\n", "\r\n", "'", '"', "\\", "%s%n", "{0}", "../../etc/passwd", "-", "--", "=", "+", "٠١٢٣", "²",
     "\u202e", "\ufeff", "\ud800", "é" * 70, "9" * 5000, "[" * 2000, "1e999", "NaN", "-0", "0x10", "null", "true",
     "default", "account-x", "https://[::1", "http://h:99999/v2", "KEY", "whsec_é"]
)  # fmt: skip
TEXT = st.text(max_size=40) | NASTY
PLAIN = TEXT.filter(lambda text: "\0" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text))
"""What an environment and a file in UTF-8 can hold."""

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXT
JSON: st.SearchStrategy[Any] = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4), max_leaves=12
)


def is_sentence(text: str, *secrets: str) -> bool:
    """Whether a refusal is one sentence for a person: on one line, ended, not endless, and without what is secret."""
    told = [secret for secret in secrets if len(secret) > 3 and secret in text]
    return text.endswith(".") and len(text.splitlines()) == 1 and len(text) <= LONGEST_SENTENCE and not told
