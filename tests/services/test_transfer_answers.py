"""Answering a transfer: the result is a sentence, which also says when the result is unknown."""

import dataclasses
from collections.abc import Sequence
from datetime import timedelta

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.client import Client

from domain.transfers import AnswerTransferRequest
from runtime.codec import EncryptionCodec, KeyRing, UndecryptablePayload
from services import transfers
from services.errors import NoAnswer, Refused
from tests.services.fixtures import KEYS

TOKEN = "tok-secret"


def request(order_id: str, token: str = TOKEN) -> AnswerTransferRequest:
    return AnswerTransferRequest(account="acme", order_id=order_id, decision="reject", token=token)


async def test_an_answer_that_telnyx_took_is_returned(client: Client) -> None:
    answered = await transfers.answer(client, request("o-1"))
    assert (answered.outcome, answered.sentence) == ("done", "acme said reject with a token of 10 letters.")


@pytest.mark.parametrize(("order_id", "error"), [("refused", Refused), ("unknown", NoAnswer), ("not_now", NoAnswer)])
async def test_what_telnyx_did_not_take_is_an_error_with_its_sentence(
    client: Client, order_id: str, error: type[Exception]
) -> None:
    with pytest.raises(error, match="acme said reject"):
        await transfers.answer(client, request(order_id))


async def test_a_worker_that_does_not_answer_in_time_leaves_the_result_unknown(client: Client) -> None:
    with pytest.raises(NoAnswer, match="order hangs"):
        await transfers.answer(client, request("hangs"), limit=timedelta(seconds=1))


class _WriteOnly(EncryptionCodec):
    """Of a process without the key with which the worker answers."""

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        raise UndecryptablePayload(f"{len(payloads)} encrypted with a key that is not here.")


async def test_a_report_that_cannot_be_read_leaves_the_result_unknown(client: Client) -> None:
    config, codec = client.config(), _WriteOnly(KeyRing.parse(KEYS))
    config["data_converter"] = dataclasses.replace(client.data_converter, payload_codec=codec)
    with pytest.raises(NoAnswer, match=r"not here.*order o-1"):
        await transfers.answer(Client(**config), request("o-1"))


async def test_without_a_worker_nothing_was_sent_and_nothing_is_unknown(silent: Client) -> None:
    with pytest.raises(NoAnswer) as caught:
        await transfers.answer(silent, request("o-1"))
    assert "o-1" not in str(caught.value)


@pytest.mark.parametrize(("order_id", "token"), [("", TOKEN), ("a b", TOKEN), ("../x", TOKEN), ("o-1", "")])
async def test_a_malformed_order_or_token_is_refused_before_it_uses_the_token_up(
    silent: Client, order_id: str, token: str
) -> None:
    with pytest.raises(Refused):
        await transfers.answer(silent, request(order_id, token))


def test_the_token_is_in_no_repr() -> None:
    assert TOKEN not in f"{request('o-1')!r} {request('o-1')}"
