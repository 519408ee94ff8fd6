"""What a random story is made of: one or two requests, and what people, reviewers, portals and faults do to them.

A story is plain data. So hypothesis can make and shrink it, and whoever sees it fail can play it again from its text.
"""

from enum import StrEnum, auto

from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict

from simulator import test_numbers
from simulator.faults import CALLS, CREATE_KINDS, NAMED_KINDS
from simulator.statuses import ELIGIBILITY_STATUSES, NUMBER_STATUSES, ORDER_STATUSES

HOUR, DAY = 3600, 86400
TAKEN_OUT = "taken out"
"""A number's word for "it is not in the order any more"."""


class Do(StrEnum):
    """Everything that can happen in a story."""

    HURRY = auto()
    """The next action comes before this request had time to do anything."""
    START = auto()
    WAIT = auto()
    LOOK = auto()
    HELP = auto()
    """A person does what the open asks want, as well as can be."""
    CODES = auto()
    SIGNAL_CODES = auto()
    RESEND = auto()
    PAPERS = auto()
    GIVE_UP = auto()
    RETRY = auto()
    CANCEL = auto()
    ANSWER = auto()
    ORDER_WORD = auto()
    NUMBER_WORD = auto()
    PORTAL_CODE = auto()
    PORTAL_PAPERS = auto()
    PORTAL_ORDER = auto()
    """Somebody orders the same numbers in the portal."""
    ELIGIBILITY = auto()
    CODE_ERROR = auto()
    INVENTORY = auto()
    WEBHOOK = auto()
    FAULTS = auto()
    CALM = auto()
    RIVAL = auto()
    """Another program orders the same numbers and does not look. It breaks the first rule, to see that this is
    noticed; no random story has it."""


class Action(BaseModel):
    """One thing that happens; figures are read modulo what there is to choose from, so that any action fits."""

    model_config = ConfigDict(frozen=True)

    do: Do
    who: int = 0
    """Which request."""
    numbers: int = 0
    """Which of its numbers, as bits; 0 means all."""
    way: str = ""
    figure: int = 0

    def __str__(self) -> str:
        given = self.model_dump(exclude={"do"}, exclude_defaults=True)
        return f"{self.do} {' '.join(f'{name}={value}' for name, value in given.items())}".strip()


class Plan(BaseModel):
    """One request of a story."""

    model_config = ConfigDict(frozen=True)

    phone_numbers: tuple[str, ...]
    papers: bool = True
    all_or_nothing: bool = False
    internal_transfer: bool = False


class Story(BaseModel):
    """A whole story; its first request starts at once, a second when an action says so."""

    model_config = ConfigDict(frozen=True)

    requests: tuple[Plan, ...]
    actions: tuple[Action, ...]
    before: Action | None = None
    """What goes wrong from the very beginning, when the first order is made."""
    helpful: bool = True
    """Whether people help in the end, or all are silent until the deadlines pass."""

    def __str__(self) -> str:
        before = [f"before all: {self.before}"] if self.before else []
        lines = [*map(repr, self.requests), *before, *map(str, self.actions), f"in the end people help: {self.helpful}"]
        return "\n".join(f"  {line}" for line in lines)


ORDINARY = tuple(f"+1312555010{last}" for last in range(6))
"""Numbers of which nothing special is known."""
_TWISTED = tuple(row.phone_number for row in test_numbers.ROWS if row.behavior.bad_endings or row.behavior.silent)
_PHONE_NUMBERS = st.one_of(
    st.sampled_from(ORDINARY),
    st.sampled_from(ORDINARY),
    st.sampled_from(_TWISTED),
    st.sampled_from([row.phone_number for row in test_numbers.ROWS]),
)
_PLANS = st.builds(
    Plan,
    phone_numbers=st.lists(_PHONE_NUMBERS, min_size=1, max_size=4, unique=True).map(tuple),
    papers=st.booleans(),
    all_or_nothing=st.sampled_from([False, False, False, True]),
    internal_transfer=st.booleans(),
)
_WAITS = (1, 6, 45, 200, HOUR, 8 * HOUR, DAY, 3 * DAY, 10 * DAY, 32 * DAY)
_HTTP = ("500", "502", "503", "429", "404", "409", "422", "401")
_PASSING_FAULTS = (*sorted(NAMED_KINDS - CREATE_KINDS), "500", "502", "503", "429")
_FAULT_KINDS = (*sorted(NAMED_KINDS), *_HTTP)
_LAST_WORDS = ("successful", "failed_carrier_rejected", "failed_timeout")
_UNKNOWN = (test_numbers.UNKNOWN_STATUS, "")


def _action(do: Do, ways: tuple[str, ...] = ("",), figures: tuple[int, ...] = (0,)) -> st.SearchStrategy[Action]:
    return st.builds(
        Action,
        do=st.just(do),
        who=st.integers(0, 1),
        numbers=st.integers(0, 7),
        way=st.sampled_from(ways),
        figure=st.sampled_from(figures),
    )


_FAULTS = st.builds(
    Action,
    do=st.just(Do.FAULTS),
    way=st.builds(
        lambda kind, call: f"{kind}:{call}",
        st.sampled_from(_FAULT_KINDS),
        st.one_of(st.just(""), st.just(""), st.sampled_from(CALLS)),
    ),
    figure=st.integers(0, 11),
)
_WORDS = st.one_of(
    _action(Do.ORDER_WORD, ways=(*ORDER_STATUSES, *_UNKNOWN), figures=(0, 0, 1, 2)),
    _action(Do.NUMBER_WORD, ways=(*NUMBER_STATUSES, *_UNKNOWN, TAKEN_OUT), figures=(0, 0, 1, 2)),
    _action(Do.NUMBER_WORD, ways=_LAST_WORDS, figures=(0, 0, 1, 2)),
)
_ACTIONS = st.one_of(
    _action(Do.WAIT, figures=_WAITS),
    *[_FAULTS] * 4,
    *[_WORDS] * 3,
    _action(Do.CODES, ways=("right", "wrong", "of others", "malformed")),
    _action(Do.SIGNAL_CODES, ways=("right", "wrong", "of others")),
    _action(Do.RESEND, ways=("sms", "call")),
    _action(Do.PAPERS, ways=("both", "loa", "bill", "missing")),
    _action(Do.GIVE_UP),
    _action(Do.RETRY),
    _action(Do.CANCEL, ways=("update", "temporal")),
    _action(Do.ANSWER, figures=(0, 1, 2, 3, 4, 5)),
    _action(Do.PORTAL_CODE, figures=(0, 1)),
    _action(Do.PORTAL_PAPERS, figures=(0, 1)),
    _action(Do.PORTAL_ORDER, ways=("same profile", "other profile")),
    _action(Do.ELIGIBILITY, ways=ELIGIBILITY_STATUSES),
    _action(Do.CODE_ERROR, ways=("", "No route to this number.")),
    _action(Do.INVENTORY, ways=("in", "out")),
    _action(Do.WEBHOOK, ways=("true", "double", "about nothing")),
    _action(Do.START),
    _action(Do.HURRY),
    _action(Do.LOOK),
    _action(Do.CALM),
)

_GOES_ON = st.sampled_from((0, 1, 2, 3)).map(lambda turn: Action(do=Do.HELP, figure=turn))
_PASSING = st.one_of(
    st.builds(
        Action,
        do=st.just(Do.FAULTS),
        way=st.sampled_from([f"{kind}:" for kind in _PASSING_FAULTS]),
        figure=st.integers(0, 11),
    ),
    _action(Do.CODES, ways=("right", "wrong", "of others", "malformed")),
    _action(Do.SIGNAL_CODES, ways=("right", "wrong", "of others")),
    _action(Do.PAPERS, ways=("both", "loa", "bill", "missing")),
    _action(Do.WEBHOOK, ways=("true", "double", "about nothing")),
    _action(Do.PORTAL_CODE),
    _action(Do.PORTAL_PAPERS),
    _action(Do.RETRY),
    _action(Do.START),
    _action(Do.HURRY),
    _action(Do.CALM),
)
"""What changes no fate."""
_TWO_PLAIN_PLANS = st.lists(st.sampled_from(ORDINARY), min_size=2, max_size=5, unique=True).map(
    lambda numbers: (Plan(phone_numbers=tuple(numbers[1:])), Plan(phone_numbers=tuple(numbers[:1]), papers=False))
)


def _stories(
    plans: st.SearchStrategy[tuple[Plan, ...]], things: st.SearchStrategy[Action], waits: tuple[int, ...]
) -> st.SearchStrategy[Story]:
    """Again and again some things happen; then a person moves the requests on, or time passes."""
    goes_on = st.sampled_from((0, 1, 2, 3)).map(lambda turn: Action(do=Do.HELP, who=turn // 2, figure=turn))
    last = st.one_of(goes_on, goes_on, goes_on, _action(Do.WAIT, figures=waits))
    beats = st.lists(st.tuples(st.lists(things, max_size=4), last), min_size=3, max_size=10)
    actions = beats.map(lambda beats: tuple(action for some, last in beats for action in (*some, last)))
    before = st.one_of(st.none(), _AT_THE_BEGINNING)
    return st.builds(Story, requests=plans, before=before, actions=actions, helpful=st.booleans())


_AT_THE_BEGINNING = st.builds(
    Action,
    do=st.just(Do.FAULTS),
    way=st.builds("{}:{}".format, st.sampled_from(_PASSING_FAULTS), st.sampled_from(("create", "create", "list", ""))),
    figure=st.integers(0, 11),
)
_ANY_PLANS = st.lists(_PLANS, min_size=1, max_size=2).map(tuple)
STORIES = st.one_of(
    _stories(_ANY_PLANS, _ACTIONS, _WAITS),
    _stories(_ANY_PLANS, _ACTIONS, _WAITS),
    _stories(_TWO_PLAIN_PLANS, _PASSING, _WAITS[:-3]),
)
"""Every story there is; in a third of them nothing stands against a good end."""
