"""Every test of this room starts without settings of ours, Telnyx's or Temporal's in its environment."""

import os
from collections.abc import Iterator

import pytest
import structlog


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("HOSTED_SMS_", "TELNYX_", "TEMPORAL_")):
            monkeypatch.delenv(name)
    # This hides the Temporal profile of the person who runs the tests.
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", "/nonexistent/temporal.toml")


@pytest.fixture
def logging_restored() -> Iterator[None]:
    """Restores structlog's defaults after a test that configures logging."""
    yield
    structlog.reset_defaults()
