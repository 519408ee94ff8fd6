"""How hypothesis makes random stories."""

from hypothesis import strategies as st

from simulator import test_numbers
from simulator.faults import CALLS, CREATE_KINDS, NAMED_KINDS
from simulator.statuses import ELIGIBILITY_STATUSES, NUMBER_STATUSES, ORDER_STATUSES
from tests.property.stories import DAY, HOUR, ORDINARY, TAKEN_OUT, Action, Do, RequestPlan, Story

_SPECIAL = tuple(row.phone_number for row in test_numbers.ROWS if row.behavior.bad_endings or row.behavior.silent)
_PHONE_NUMBERS = st.one_of(
    st.sampled_from(ORDINARY),
    st.sampled_from(ORDINARY),
    st.sampled_from(_SPECIAL),
    st.sampled_from([row.phone_number for row in test_numbers.ROWS]),
)
_PLANS = st.builds(
    RequestPlan,
    phone_numbers=st.lists(_PHONE_NUMBERS, min_size=1, max_size=4, unique=True).map(tuple),
    documents=st.booleans(),
    all_or_nothing=st.sampled_from([False, False, False, True]),
    internal_transfer=st.booleans(),
)
_WAITS = (1, 6, 45, 200, HOUR, 8 * HOUR, DAY, 3 * DAY, 10 * DAY, 32 * DAY)
_HTTP = ("500", "502", "503", "429", "404", "409", "422", "401")
_STRANGERS = ("page_200", "page_403", "page_404", "json_407")
_PASSING_FAULTS = (*sorted(NAMED_KINDS - CREATE_KINDS), "500", "502", "503", "429", *_STRANGERS)
_FAULT_KINDS = (*sorted(NAMED_KINDS), *_HTTP, *_STRANGERS)
_FINAL_STATUSES = ("successful", "failed_carrier_rejected", "failed_timeout")
_UNKNOWN = (test_numbers.UNKNOWN_STATUS, "")


def _action(do: Do, hows: tuple[str, ...] = ("",), figures: tuple[int, ...] = (0,)) -> st.SearchStrategy[Action]:
    return st.builds(
        Action,
        do=st.just(do),
        who=st.integers(0, 1),
        numbers=st.integers(0, 7),
        how=st.sampled_from(hows),
        figure=st.sampled_from(figures),
    )


_FAULTS = st.builds(
    Action,
    do=st.just(Do.FAULTS),
    how=st.builds(
        lambda kind, call: f"{kind}:{call}",
        st.sampled_from(_FAULT_KINDS),
        st.one_of(st.just(""), st.just(""), st.sampled_from(CALLS)),
    ),
    figure=st.integers(0, 11),
)
_STATUSES = st.one_of(
    _action(Do.ORDER_STATUS, hows=(*ORDER_STATUSES, *_UNKNOWN), figures=(0, 0, 1, 2)),
    _action(Do.NUMBER_STATUS, hows=(*NUMBER_STATUSES, *_UNKNOWN, TAKEN_OUT), figures=(0, 0, 1, 2)),
    _action(Do.NUMBER_STATUS, hows=_FINAL_STATUSES, figures=(0, 0, 1, 2)),
)
_HARMLESS = [
    _action(Do.CODES, hows=("right", "wrong", "of others", "malformed")),
    _action(Do.SIGNAL_CODES, hows=("right", "wrong", "of others")),
    _action(Do.DOCUMENTS, hows=("both", "loa", "bill", "missing")),
    _action(Do.RETRY),
    _action(Do.PORTAL_CODE, figures=(0, 1)),
    _action(Do.PORTAL_DOCUMENTS, figures=(0, 1)),
    _action(Do.WEBHOOK, hows=("true", "double", "about nothing")),
    _action(Do.START),
    _action(Do.HURRY),
    _action(Do.CALM),
]
"""Actions that change no outcome."""
_ACTIONS = st.one_of(
    *_HARMLESS,
    _action(Do.WAIT, figures=_WAITS),
    *[_FAULTS] * 4,
    *[_STATUSES] * 3,
    _action(Do.RESEND, hows=("sms", "call")),
    _action(Do.GIVE_UP),
    _action(Do.CANCEL, hows=("update", "temporal")),
    _action(Do.ANSWER, figures=(0, 1, 2, 3, 4, 5)),
    _action(Do.PORTAL_ORDER, hows=("same profile", "other profile")),
    _action(Do.ELIGIBILITY, hows=ELIGIBILITY_STATUSES),
    _action(Do.CODE_ERROR, hows=("", "No route to this number.")),
    _action(Do.INVENTORY, hows=("in", "out")),
    _action(Do.LOOK),
)
_PASSING = st.one_of(
    *_HARMLESS,
    st.builds(
        Action,
        do=st.just(Do.FAULTS),
        how=st.sampled_from([f"{kind}:" for kind in _PASSING_FAULTS]),
        figure=st.integers(0, 11),
    ),
)
_TWO_PLAIN_PLANS = st.lists(st.sampled_from(ORDINARY), min_size=2, max_size=5, unique=True).map(
    lambda numbers: (
        RequestPlan(phone_numbers=tuple(numbers[1:])),
        RequestPlan(phone_numbers=tuple(numbers[:1]), documents=False),
    )
)


def _stories(
    plans: st.SearchStrategy[tuple[RequestPlan, ...]], things: st.SearchStrategy[Action], waits: tuple[int, ...]
) -> st.SearchStrategy[Story]:
    """Several times, some things happen, and then a person helps or time passes."""
    goes_on = st.sampled_from((0, 1, 2, 3)).map(lambda turn: Action(do=Do.HELP, who=turn // 2, figure=turn))
    last = st.one_of(goes_on, goes_on, goes_on, _action(Do.WAIT, figures=waits))
    beats = st.lists(st.tuples(st.lists(things, max_size=4), last), min_size=3, max_size=10)
    actions = beats.map(lambda beats: tuple(action for some, last in beats for action in (*some, last)))
    before = st.one_of(st.none(), _AT_THE_BEGINNING)
    return st.builds(Story, requests=plans, before=before, actions=actions, helpful=st.booleans())


_AT_THE_BEGINNING = st.builds(
    Action,
    do=st.just(Do.FAULTS),
    how=st.builds("{}:{}".format, st.sampled_from(_PASSING_FAULTS), st.sampled_from(("create", "create", "list", ""))),
    figure=st.integers(0, 11),
)
_ANY_PLANS = st.lists(_PLANS, min_size=1, max_size=2).map(tuple)
STORIES = st.one_of(
    _stories(_ANY_PLANS, _ACTIONS, _WAITS),
    _stories(_ANY_PLANS, _ACTIONS, _WAITS),
    _stories(_TWO_PLAIN_PLANS, _PASSING, _WAITS[:-3]),
)
"""All stories. In a third of them nothing prevents a good end."""
