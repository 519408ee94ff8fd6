"""A stand-in for a request that only keeps the hints it is given."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain.messages import TelnyxNews


@workflow.defn(name="HostNumbers")
class Listening:
    """Keeps the ids of the events it was told about, until it is told to end."""

    def __init__(self) -> None:
        self._heard: list[str] = []
        self._over = False

    @workflow.run
    async def run(self) -> list[str]:
        await workflow.wait_condition(lambda: self._over)
        return self._heard

    @workflow.signal
    def telnyx_news(self, news: TelnyxNews) -> None:
        self._heard.append(news.event_id)

    @workflow.signal
    def end(self) -> None:
        self._over = True
