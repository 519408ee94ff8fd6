"""Texts and JSON that break parsers, and what a refusal must look like.

Every run of a fuzz test draws the same examples, so that a failure can be repeated. `FUZZ=50` draws fifty times as
many, and others in each run.
"""

import os
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

TIMES = int(os.environ.get("FUZZ", "1"))
LONGEST_SENTENCE = 600


def drawn(examples: int) -> settings:
    """The settings of a test that draws so many examples; a slow machine does not fail it."""
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]
    return settings(
        max_examples=examples * TIMES,
        derandomize=TIMES == 1,
        database=None,
        deadline=None,
        suppress_health_check=slow,
    )


NASTY = st.sampled_from(
    ["", " ", "\0", "\n", "\r\n", "'", '"', "\\", "%s%n", "{0}", "../../etc/passwd", "-", "--", "=", "+", "٠١٢٣", "²",
     "\u202e", "\ufeff", "\ud800", "é" * 70, "9" * 5000, "[" * 2000, "1e999", "NaN", "-0", "0x10", "null", "true",
     "default", "account-x", "https://[::1", "http://h:99999/v2", "KEY", "whsec_é"]
)  # fmt: skip
TEXT = st.text(max_size=40) | NASTY
PLAIN = TEXT.filter(lambda text: "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text))
"""Texts that an environment variable and a UTF-8 file can hold."""

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXT
JSON: st.SearchStrategy[Any] = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4), max_leaves=12
)


def is_sentence(text: str, *secrets: str) -> bool:
    """Whether a refusal is one short sentence on one line, without the secrets."""
    shown = [secret for secret in secrets if len(secret) > 3 and secret in text]
    return text.endswith(".") and len(text.splitlines()) == 1 and len(text) <= LONGEST_SENTENCE and not shown
