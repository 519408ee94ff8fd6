"""A process notices that its key opens what others seal."""

import base64

import pytest
from pydantic import SecretStr
from temporalio.client import Client

from runtime.settings import Settings
from services.shared_keys import shared_with_requests
from tests.services.fixtures import KEYS, Begin

OWN = f"w1:{base64.b64encode(b'w' * 32).decode()}"


@pytest.mark.parametrize(
    ("keys", "shared"), [(OWN, []), (KEYS, ["test"]), (f"{OWN},{KEYS}", ["test"]), (None, [])], ids=str
)
async def test_a_key_with_which_requests_are_sealed_is_named(
    client: Client, begin: Begin, keys: str | None, shared: list[str]
) -> None:
    await begin(client)

    assert await shared_with_requests(client, Settings(keys=None if keys is None else SecretStr(keys))) == shared
