"""Sends notifications to programs: signed POST requests, as the specification Standard Webhooks describes them.

Three headers sign a body: `webhook-id` (the same at every try), `webhook-timestamp` (of this try) and
`webhook-signature`, the HMAC-SHA256 of `id.timestamp.body` under the secret that sender and receiver share.
"""

import base64
import hashlib
import hmac
import ssl
import time
from collections.abc import Callable, Mapping
from functools import cached_property

import httpx

from domain.deliveries import NotTaken
from runtime.proxies import proxy_for
from runtime.recipients import SECRET_PREFIX, Webhook

_TIMEOUT = httpx.Timeout(connect=5.0, read=15.0, write=10.0, pool=5.0)


class OutboundWebhooks:
    """The outbound webhooks of an installation. Notifications are rare, so each POST opens its own connection."""

    def __init__(self, webhooks: tuple[Webhook, ...], clock: Callable[[], float] = time.time) -> None:
        self._webhooks = {one.name: one for one in webhooks}
        self._clock = clock

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        """Made once, since that takes longer than a POST."""
        return httpx.create_ssl_context()

    async def post(self, name: str, event_id: str, body: bytes) -> tuple[int, Mapping[str, str]]:
        """Post once and return the HTTP status and headers of the response, whose body is not read.

        Raises:
            NotTaken: there was no response, or the settings no longer name the webhook.
        """
        webhook = self._webhooks.get(name)
        if webhook is None:
            raise NotTaken(f"The settings of this worker no longer name the webhook {name!r}.", gone=True)
        url = webhook.url.get_secret_value()
        headers = sign(webhook.secret.get_secret_value(), event_id, int(self._clock()), body)
        try:
            async with (
                httpx.AsyncClient(
                    verify=self._tls, timeout=_TIMEOUT, follow_redirects=False, trust_env=False, proxy=proxy_for(url)
                ) as client,
                client.stream("POST", url, content=body, headers=headers) as response,
            ):
                return response.status_code, response.headers
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise NotTaken(f"The webhook {name!r} did not answer ({type(error).__name__}).") from None


def sign(secret: str, event_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The headers that sign a body."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    digest = hmac.new(key, f"{event_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return {
        "content-type": "application/json",
        "user-agent": "hosted-sms",
        "webhook-id": event_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
