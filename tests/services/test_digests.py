"""What counts as the content of a request."""

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.messages import Document, HostingRequest, Options
from services import digests

REQUEST = HostingRequest(
    reference="r",
    messaging_profile_id="p",
    phone_numbers=["+15125550100", "+15125550101"],
    loa=Document(sha256="a" * 64, size=1, name="loa.pdf"),
)


@pytest.mark.parametrize(
    "said",
    [
        {"phone_numbers": ["+15125550101", "+15125550100"]},
        {"by": "someone else"},
        {"customer": "acme"},
        {"loa": Document(sha256="a" * 64, size=1, name="other-name.pdf")},
        {"options": Options(verification_method="sms")},  # spelled out, but the default
    ],
)
def test_what_does_not_count_leaves_the_digest_alone(said: dict[str, Any]) -> None:
    assert digests.digest(REQUEST.model_copy(update=said)) == digests.digest(REQUEST)
    assert digests.differences(REQUEST, REQUEST.model_copy(update=said)) == []


@pytest.mark.parametrize(
    ("said", "phrase"),
    [
        ({"account": "b"}, "account default"),
        ({"messaging_profile_id": "q"}, "messaging profile id p"),
        ({"phone_numbers": ["+15125550100"]}, "+15125550101"),
        ({"loa": None}, "loa aaaaaaaaaaaa…"),
        ({"bill": Document(sha256="b" * 64, size=1, name="b.pdf")}, "bbbbbbbbbbbb…"),
        ({"options": Options(internal_transfer=True)}, "internal_transfer=True"),
        ({"options": Options(needed_by=datetime(2026, 12, 1, tzinfo=UTC))}, "needed_by=2026-12-01"),
    ],
)
def test_what_counts_changes_the_digest_and_is_named(said: dict[str, Any], phrase: str) -> None:
    other = REQUEST.model_copy(update=said)

    assert digests.digest(other) != digests.digest(REQUEST)
    assert phrase in "; ".join(digests.differences(REQUEST, other))


def test_of_many_numbers_the_first_three_are_named() -> None:
    many = REQUEST.model_copy(update={"phone_numbers": [f"+1512555{i:04d}" for i in range(10)]})

    [phrase] = digests.differences(many.model_copy(update={"phone_numbers": []}), many)
    assert phrase.endswith("+15125550000, +15125550001, +15125550002 and 7 more")
