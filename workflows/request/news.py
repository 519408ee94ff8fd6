"""Which webhooks a request believes: those of its own Telnyx account (docs/decisions/0026).

`webhooks.py` finds only requests of the account whose key verified a webhook, and names that account. The signal can
also be sent by others, so the account is compared here once more.
"""

from domain.messages import TelnyxNews
from workflows.request.state import State


def accept_news(news: TelnyxNews, account: str, state: State) -> TelnyxNews | None:
    """What a request of an account takes of a webhook; what it leaves out becomes an event.

    A webhook of another account says nothing here. Without an account, a webhook is a hint to read the order, and
    what it tells beyond that is left out.

    Returns:
        The webhook, or the part that counts; None when it does not even count as a hint.
    """
    if news.account == account:
        return news
    if news.account:
        other = f"A webhook of the Telnyx account {news.account[:64]!r} was left out"
        state.record_refusal(f"{other}: this request belongs to the account {account!r}.", "")
        return None
    hint = TelnyxNews(event_id=news.event_id, event_type=news.event_type, order_id=news.order_id)
    if hint == news:
        return news
    state.record_refusal("A webhook that names no Telnyx account counts as a hint alone: the order is read.", "")
    return hint
