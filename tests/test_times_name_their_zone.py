"""Every time that a person sees names its zone, and every face writes it alike."""

import ast
import io
import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from rich.console import Console, RenderableType

from commands import account as account_command
from commands import events as events_command
from commands import rendering
from domain import notification_text
from domain.accounts import AccountProgress
from domain.messages import AskView, Event, HostingRequest, NumberProgress, Options, Progress
from domain.notification import Notification
from domain.transfers import need_of_transfer
from domain.vocabulary import AskKind
from services.notifications import Delivery
from services.request_list import Row
from tests.docs.pages import pages
from tests.golden.sources import ROOT, sources
from workflows.account import display as account_page
from workflows.account.state import AccountState, Stop
from workflows.request import display as request_page
from workflows.request.records import AskRecord, Round
from workflows.request.state import State

AT = datetime(2026, 11, 30, 9, 5, tzinfo=UTC)
IN_TEXAS = AT.astimezone(timezone(timedelta(hours=-6)))
WRITTEN = "2026-11-30 09:05 UTC"
_TIME = re.compile(r"(?<![\d.:])\d{1,2}:\d{2}(:\d{2})?(?![\d:])|\d{4}-\d{2}-\d{2}")
_HOUR = re.compile(r"(?<![\d.:])\d{1,2}:\d{2}(?![\d:])")
_ZONE = re.compile(r"UTC|Central|\d\dZ\b|[+-]\d{2}:\d{2}")
_WRITES_A_TIME = re.compile(r"%[aAbBcdDeFgGHIjklmMpSTuUVwWxXyY]")

GIVEN = HostingRequest(reference="r-1", messaging_profile_id="p", phone_numbers=["+15125550100"])


def _printed(content: RenderableType) -> str:
    out = io.StringIO()
    Console(file=out, width=80, highlight=False).print(content)
    return out.getvalue()


def _show(at: datetime) -> str:
    ask = AskView(id="a", kind="codes", since=at, deadline=at)
    numbers = [NumberProgress(phone_number="+15125550100")]
    shown = Progress(reference="r-1", asks=[ask], numbers=numbers, events=[Event(at=at, what="It began.")])
    return _printed(rendering.progress(shown))


def _account(at: datetime) -> str:
    events = [Event(at=at, what="Stopped.")]
    stopped = AccountProgress(account="a", stopped=True, since=at, events=events)
    silent = AccountProgress(account="a", silent_since=at, events=events)
    return "\n".join([*account_command._lines(stopped, 1), *account_command._lines(silent, 1)])


def _events(at: datetime) -> str:
    return events_command._line(Delivery(news=Notification(event="ask_opened", at=at), delivery="running", queue="q"))


def _request_page(at: datetime) -> str:
    state = State.of(GIVEN)
    state.asks = [AskRecord(id="a", kind=AskKind.CODES, numbers=[], guidance="Say it.", since=at, deadline=at)]
    state.events, state.round = [Event(at=at, what="It began.")], Round(numbers=[], late_since=at)
    return request_page.details(GIVEN, state)


def _account_page(at: datetime) -> str:
    state = AccountState(stop=Stop(since=at, because="No key."))
    state.record_event(at, "Stopped.")
    silent = AccountState()
    silent.on_outage_report(at, at)
    return account_page.details("a", state) + account_page.details("a", silent)


def _notification(at: datetime) -> str:
    return notification_text.body(Notification(event="ask_opened", text="Do it.", deadline=at))


FACES: dict[str, tuple[Callable[[datetime], str], int]] = {
    "show": (_show, 3),
    "account show": (_account, 4),
    "events list": (_events, 1),
    "notification": (_notification, 1),
    "ask": (lambda at: need_of_transfer(["+15125550100"], at).guidance, 1),
    "Temporal UI, request": (_request_page, 4),
    "Temporal UI, account": (_account_page, 5),
}


@pytest.fixture
def _in_tokyo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine far from UTC, so that a time read in the machine's zone is wrong by hours."""
    with monkeypatch.context() as environment:
        environment.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("_in_tokyo")
@pytest.mark.parametrize("face", FACES)
def test_every_face_writes_a_time_alike_with_its_zone(face: str, subtests: pytest.Subtests) -> None:
    show, times = FACES[face]
    for zone, at in {"UTC": AT, "Texas": IN_TEXAS, "none": AT.replace(tzinfo=None)}.items():
        with subtests.test(zone=zone):
            shown = show(at)
            assert shown.count(WRITTEN) == times, shown
            assert not _TIME.search(shown.replace(WRITTEN, "")), shown


def test_the_list_shows_the_day_in_utc_and_its_head_says_so() -> None:
    late_in_texas = datetime(2026, 11, 29, 20, tzinfo=IN_TEXAS.tzinfo)
    row = Row(
        reference="order-2026-11-23.acme_long",
        account="acme-inc",
        customer="c-10008",
        outcome="partly_active",
        step="documents",
        needs=["codes", "documents"],
        deadline=late_in_texas,
    )
    shown = _printed(rendering.rows([row]))
    assert "(UTC)" in shown
    assert "2026-11-30" in shown


def test_one_function_writes_every_time_of_the_product() -> None:
    tools = list((ROOT / "tools").rglob("*.py"))
    trees = {source.path: source.tree for source in sources()} | {path: ast.parse(path.read_text()) for path in tools}
    found = {path.relative_to(ROOT).as_posix() for path, tree in trees.items() if _writes_times(tree)}
    assert found == {"domain/text.py"}


def _writes_times(tree: ast.Module) -> bool:
    specs = [node.format_spec for node in ast.walk(tree) if isinstance(node, ast.FormattedValue) and node.format_spec]
    calls = [ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)]
    # The name of a folder of a run is no time for a reader.
    by_call = any(call.endswith((".strftime", ".ctime")) and call != "time.strftime" for call in calls)
    return by_call or any(_WRITES_A_TIME.search(ast.unparse(spec)) for spec in specs)


def test_the_times_in_the_documents_name_their_zone() -> None:
    bare = [
        (page.name, text[time.start() : time.end() + 60])
        for page in pages()
        for text in [page.read_text()]
        for time in _HOUR.finditer(text)
        if not _ZONE.search(text, time.end(), time.end() + 60)
    ]
    assert not bare


def test_a_time_without_a_zone_is_one_in_utc_also_as_json() -> None:
    options = Options.model_validate({"needed_by": "2026-12-24T09:00:00"})
    assert '"needed_by":"2026-12-24T09:00:00Z"' in options.model_dump_json()
    given = Options.model_validate({"needed_by": "2026-12-24T09:00:00-06:00"})
    assert '"needed_by":"2026-12-24T09:00:00-06:00"' in given.model_dump_json(), "the digest of a request stays"
