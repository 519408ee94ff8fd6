"""What a chat makes of a notification: no mention, and no link with another text than its address."""

import pytest
from pydantic import SecretStr

from domain.notification import Notification
from domain.notification_text import body, headline
from domain.printable import line
from runtime.apprise_channels import AppriseChannels, without_mentions
from runtime.recipients import Channel
from tests.strangers import INJECTION, is_harmless_page
from tests.workflows.receivers import receiving

MEANINGFUL = ("](", "][", "]:", "<!", "<@", "<h", "<i", " @e", " @U")
"""What Slack, Discord, Mattermost, Teams and mails would take for a mention, a link or HTML."""


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("@everyone, ask kim@example.com or x+y@example.com", "@ everyone, ask kim@example.com or x+y@example.com"),
        ("<!channel> <@U1> <https://evil.example|here>", "< !channel> < @ U1> < https://evil.example|here>"),
        ("[here](https://evil.example) [a][b]\n[b]: https://evil.example", None),
        ("Numbers < 3, codes (2) [sic] and a@b", "Numbers < 3, codes (2) [sic] and a@b"),
    ],
)
def test_a_space_breaks_what_a_chat_would_take_for_more_than_text(text: str, shown: str | None) -> None:
    assert not [mark for mark in MEANINGFUL if mark in f" {without_mentions(text)}"]
    assert without_mentions(without_mentions(text)) == without_mentions(text)
    if shown is not None:
        assert without_mentions(text) == shown


async def test_a_chat_that_renders_markdown_gets_nothing_to_render(subtests: pytest.Subtests) -> None:
    told = Notification(
        event="ask_opened", reference="acme-1", customer=line(INJECTION), text=line(INJECTION), numbers=1
    )
    for address in ("mmost://{address}/token", "json://{address}/chat"):
        with subtests.test(address=address):
            async with receiving() as receiver:
                url = address.format(address=receiver.address)
                channels = AppriseChannels((Channel(name="chat", url=SecretStr(url)),))
                await channels.send("chat", headline(told) + " @everyone", body(told))
                [post] = await receiver.until(len)
            text = "".join(value for value in post.json.values() if isinstance(value, str)).replace("\r\n", "\n")
            assert "evil" in text
            assert is_harmless_page(text)
            assert not [mark for mark in MEANINGFUL if mark in text]
            assert not [row for row in text.split("\n") if row.startswith(("Outcome", "#"))]
