"""What the codec endpoint reads and returns: JSON of payloads, in bounds of bytes, payloads and content.

Three bytes of JSON can ask for a payload of a few hundred, and a few hundred encrypted bytes can hold megabytes. So the
payloads are counted before they are parsed, and what they become is summed while they are converted.
"""

from collections.abc import Awaitable, Callable, Sequence

from google.protobuf import json_format
from temporalio.api.common.v1 import Payload, Payloads

MAX_BODY_BYTES = 6 * 1024 * 1024
"""Temporal returns at most 4 MB at once, which are 5.4 MB in base64."""
MAX_PAYLOADS = 2_000
"""A page of the Temporal UI has a few hundred."""
MAX_CONTENT_BYTES = 8 * 1024 * 1024
"""Of all payloads of one response together."""
_MARKS_OF_A_PAYLOAD = 16
"""Braces, brackets and commas. Ours have six, and base64 has none."""
_TOO_LARGE, _BAD_REQUEST = 413, 400

Convert = Callable[[Sequence[Payload]], Awaitable[list[Payload]]]


class PayloadsRefused(Exception):  # noqa: N818 - named for the response
    """A body that is not converted; holds the HTTP status and a sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


def check_size(size: int) -> None:
    """Raise `PayloadsRefused` when a body of this size is too large."""
    if size > MAX_BODY_BYTES:
        raise PayloadsRefused(_TOO_LARGE, f"The body has more than {MAX_BODY_BYTES:,} bytes: send fewer payloads.")


def parse_payloads(body: bytes) -> Payloads:
    """The payloads in the JSON form of Temporal's codec protocol.

    Raises:
        PayloadsRefused: it is not that form, or it has too many payloads.
    """
    if sum(map(body.count, (b"{", b"[", b","))) > _MARKS_OF_A_PAYLOAD * MAX_PAYLOADS:
        raise _too_many()
    try:
        payloads = json_format.Parse(body, Payloads())
    except (json_format.ParseError, ValueError, RecursionError):
        raise PayloadsRefused(
            _BAD_REQUEST,
            'The body is not JSON in Temporal\'s form: send {"payloads": [{"metadata": {…}, "data": "base64"}]}.',
        ) from None
    if len(payloads.payloads) > MAX_PAYLOADS:
        raise _too_many()
    return payloads


async def convert_payloads(payloads: Payloads, convert: Convert) -> Payloads:
    """The payloads after `convert` has encrypted or decrypted each of them.

    Raises:
        PayloadsRefused: they become too large together.
    """
    converted, size = Payloads(), 0
    for payload in payloads.payloads:
        [one] = await convert([payload])
        size += one.ByteSize()
        if size > MAX_CONTENT_BYTES:
            raise PayloadsRefused(
                _TOO_LARGE, f"The payloads hold more than {MAX_CONTENT_BYTES:,} bytes together: send fewer at once."
            )
        converted.payloads.append(one)
    return converted


def _too_many() -> PayloadsRefused:
    return PayloadsRefused(_TOO_LARGE, f"The body has more than {MAX_PAYLOADS:,} payloads: send fewer at once.")
