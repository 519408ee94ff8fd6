"""How everything that another program sends comes into a workflow, in any shape.

Temporal's SDK decodes the arguments of a start, an update or a signal into the types that its handler declares. What
does not fit, it treats in three ways: a start fails its workflow task again and again, an update is refused in words of
the SDK, a signal is dropped with a traceback in the worker's log. A handler that gets two arguments, or none, fails
each workflow task of its request from then on. So handlers declare no types to the SDK. They get every argument as
plain JSON, and `domain/message_shape.py` reads it. This is the one place where a fault of shape becomes a refusal or an
event. So does an `Unreadable`, which the worker puts in place of a payload that must not be used.
"""

import inspect
from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, TypeVar, get_type_hints

from pydantic import BaseModel, ValidationError
from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from domain.message_shape import WrongShape, read_message, read_new_message, sender_of
from domain.printable import line
from domain.unreadable import Reason, Unreadable

M = TypeVar("M", bound=BaseModel)

_LONGEST = 2000
"""Characters of a refusal. What is refused may be text of two megabytes."""


def refusal(sentence: str) -> ApplicationError:
    """The failure of the type `Refused`. It fails a workflow that is being started, and rejects an update."""
    return ApplicationError(line(sentence, _LONGEST), type="Refused", non_retryable=True)


def refuse_if(sentence: str) -> None:
    """Refuse a start or an update with this sentence, unless it is empty.

    Raises:
        ApplicationError: of the type `Refused`.
    """
    if sentence:
        raise refusal(sentence)


def is_new() -> bool:
    """Whether this was not accepted before. A replay must take what was, also when a rule has become stricter."""
    return not workflow.unsafe.is_replaying()


def wrong_carry(state: type[BaseModel], carry: object) -> str:
    """Why a start may not have this field `carry`: only a workflow that continues in a new run hands its state over.

    What a run handed over is read later. If that fails, the run waits for a worker that can read it.
    """
    if carry is None or workflow.info().continued_run_id:
        return ""
    try:
        state.model_validate(carry)
    except ValidationError:
        return "The field `carry` belongs to the workflow itself: leave it out."
    return ""


class Receiver:
    """A workflow that gets signals and updates, also those that it does not know."""

    start_refused = ""
    """Why the start is refused. Then `run` fails at once, and no other handler does anything."""

    def prove_started(self) -> None:
        """Refuse a query of a workflow whose start is refused: there is nothing to show."""
        refuse_if(self.start_refused)

    @abstractmethod
    def refuse_signal(self, signal: str, why: str, by: str) -> None:
        """Leave an event that names the sender: the signal cannot be used, and its sender gets no answer."""

    def on_left_out(self) -> None:
        """Called when a signal is left out that must not be used. The history grows with each."""

    def _leave_out(self, given: Sequence[object]) -> Unreadable | None:
        """What of a signal must not be used, if anything. The history then records that the signal was left out."""
        fault = next((one for one in given if isinstance(one, Unreadable)), None)
        if fault is not None and fault.mark:
            workflow.patched(fault.mark)
            self.on_left_out()
        return fault

    @workflow.signal(dynamic=True)
    def unknown_signal(self, signal: str, given: Sequence[RawValue]) -> None:
        """Refuse a signal of a name that no handler has, such as a misspelled one. The SDK would keep it for ever."""
        if self.start_refused:
            return
        read = [_plain(raw) for raw in given[:1]]
        fault = self._leave_out(read)
        why = _unknown("signal", signal) if fault is None or fault.reason is Reason.PLAIN else fault.sentence
        self.refuse_signal(signal, why, sender_of(read))

    @workflow.update(dynamic=True)
    def unknown_update(self, update: str, _given: Sequence[RawValue]) -> None:
        """Never runs: its validator refuses every update of a name that no handler has."""

    @unknown_update.validator
    def _refuse_update(self, update: str, _given: Sequence[RawValue]) -> None:
        refuse_if(self.start_refused or _unknown("update", update))


def _unknown(what: str, name: str) -> str:
    return f"There is no {what} {name[:40]!r}: docs/integration.md lists them."


def _plain(raw: RawValue) -> object:
    try:
        return workflow.payload_converter().from_payload(raw.payload)
    except (KeyError, RuntimeError, ValueError):  # not JSON, or an encoding that no one knows
        return None


def opens(kind: type[M]) -> Callable[[Callable[[Any, M], None]], Callable[..., None]]:
    """Declare the message of `__init__` of a `Receiver`. A refusal of the start fails `run`, and not the task."""

    def decorate(init: Callable[[Any, M], None]) -> Callable[..., None]:
        def begin(self: Any, *given: object) -> None:
            try:
                init(self, _read(kind, given))
            except ApplicationError as refused:
                self.start_refused = refused.message

        return _named(begin, init, kind)

    return decorate


def takes(kind: type[M]) -> Callable[[Callable[[Any, M], Any]], Callable[..., Any]]:
    """Declare the one message of a start, an update or its validator. Another shape is refused."""

    def decorate(handler: Callable[[Any, M], Any]) -> Callable[..., Any]:
        async def later(self: Any, *given: object) -> Any:
            refuse_if(getattr(self, "start_refused", ""))
            return await handler(self, _read(kind, given))

        def at_once(self: Any, *given: object) -> Any:
            refuse_if(getattr(self, "start_refused", ""))
            return handler(self, _read(kind, given))

        return _named(later if inspect.iscoroutinefunction(handler) else at_once, handler, kind)

    return decorate


def hears(kind: type[M]) -> Callable[[Callable[[Any, M], None]], Callable[..., None]]:
    """Declare the one message of a signal of a `Receiver`. Another shape becomes an event of the workflow."""

    def decorate(handler: Callable[[Any, M], None]) -> Callable[..., None]:
        def hear(self: Any, *given: object) -> None:
            if self.start_refused:
                return
            self._leave_out(given)
            try:
                message = read_new_message(kind, given)
            except WrongShape as fault:
                self.refuse_signal(handler.__name__, str(fault), fault.by)
            else:
                handler(self, message)

        return _named(hear, handler, kind)

    return decorate


def _read(kind: type[M], given: Sequence[object]) -> M:
    try:
        return read_new_message(kind, given) if is_new() else read_message(kind, given)
    except WrongShape as fault:
        raise refusal(str(fault)) from None


def _named(entry: Callable[..., Any], handler: Callable[..., Any], kind: type[M]) -> Callable[..., Any]:
    """Give an entry the name and the result of its handler. `takes` says its message, which the SDK must not see."""
    for name in ("__module__", "__name__", "__qualname__", "__doc__"):
        setattr(entry, name, getattr(handler, name))
    entry.__annotations__ = {"given": object, "return": get_type_hints(handler).get("return")}
    entry.takes = kind  # type: ignore[attr-defined]
    return entry
