"""A worker knows which of its keys are those of the webhooks, and a wrong name stops it at its start."""

import pytest

from runtime.key_ids import webhook_key_ids
from runtime.settings import Settings, SettingsError
from tests.workflows.attackers import keys_of

RING = keys_of("k1", "w1", "w2")


@pytest.mark.parametrize(("named", "ids"), [("", set()), ("w1", {"w1"}), ("w1, w2", {"w1", "w2"})])
def test_the_keys_of_the_webhooks_are_named_by_their_ids(named: str, ids: set[str]) -> None:
    assert webhook_key_ids(Settings.model_validate({"keys": RING, "webhook_keys": named})) == ids


@pytest.mark.parametrize(
    ("keys", "named", "says"),
    [
        (RING, "w3", "'w3', which is no key of HOSTED_SMS_KEYS"),
        (RING, "w1,k1", "'k1', with which this worker encrypts"),
        (None, "w1", "'w1', which is no key of HOSTED_SMS_KEYS"),
        (RING, keys_of("w1"), "no id of a key"),
        (RING, keys_of("w1").partition(":")[2], "no id of a key"),
    ],
)
def test_a_wrong_name_is_refused_and_no_key_is_shown(keys: str | None, named: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says) as caught:
        webhook_key_ids(Settings.model_validate({"keys": keys, "webhook_keys": named}))
    assert keys_of("w1").partition(":")[2] not in str(caught.value)
    assert "\n" not in str(caught.value)
