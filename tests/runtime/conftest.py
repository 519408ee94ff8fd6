"""Every test of this room begins without any setting of ours, Telnyx's or Temporal's in its environment."""

import logging
import os
from collections.abc import Iterator

import pytest
import structlog


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("HOSTED_SMS_", "TELNYX_", "TEMPORAL_")):
            monkeypatch.delenv(name)
    # Else a profile of whoever runs the tests would be read.
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", "/nonexistent/temporal.toml")


@pytest.fixture
def logging_restored() -> Iterator[None]:
    """For tests that configure logging: afterwards pytest's own handlers and structlog's defaults are back."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
