"""A client of a real Temporal server, as the tests of `services/` use it."""

from tests.services.fixtures import client, dev_server

__all__ = ["client", "dev_server"]
