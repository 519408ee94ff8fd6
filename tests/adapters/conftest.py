"""A client of the Temporal server that all tests share."""

import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment


@pytest.fixture
def client(live_server: WorkflowEnvironment) -> Client:
    return live_server.client
