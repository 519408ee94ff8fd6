"""Plays support: sees which requests wait for a person, and answers each with the command that a person would type."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tools.demo.narrator import Telling
from tools.demo.processes import DemoFailed, until
from tools.demo.stack import Stack

Shown = Mapping[str, Any]
"""What `show --json` says of a request."""
Ask = Mapping[str, Any]
_REJECTED = 1  # exit code of `codes` when a code was not taken


class Person:
    """Answers what requests ask: reads handsets, hands in papers, rings the carrier; mistypes a code where told to."""

    def __init__(
        self,
        stack: Stack,
        telling: Telling,
        *,
        drawer: Mapping[str, Sequence[str]],
        mistypes: Iterable[str],
        settles: Iterable[str],
    ) -> None:
        """Takes a seat.

        Args:
            stack: the installation.
            telling: where everything is told.
            drawer: by reference, the options of `documents` with the papers to hand in when asked.
            mistypes: references whose first code is mistyped.
            settles: references whose quarrel with the losing carrier is settled when they ask for it.
        """
        self._stack = stack
        self._telling = telling
        self._drawer = dict(drawer)
        self._mistypes = set(mistypes)
        self._settles = set(settles)
        self._told: dict[str, str] = {}
        self._rounds: dict[str, int] = {}
        self._settled: set[str] = set()
        self._answered: set[tuple[str, str]] = set()
        self._seen: object = None

    def work(self, references: Sequence[str]) -> None:
        """Look at the list and answer, until all the requests have ended.

        Raises:
            DemoFailed: nothing changed for very long, or a request asks something that is not in the story.
        """
        until("The end of all requests", lambda: self._look(references) or None, progress=lambda: self._seen)

    def _look(self, references: Sequence[str]) -> bool:
        """One look at the list; True when all have ended."""
        self._stack.must_run()
        rows = {row["reference"]: row for row in self._stack.hosted_sms.json("list")}
        wanting = [reference for reference in references if rows[reference]["needs"]]
        shown = dict(zip(wanting, self._stack.hosted_sms.show(wanting), strict=True))
        self._seen = (rows, shown)
        for reference in references:
            self._tell_step(reference, rows[reference])
            if reference in shown and not shown[reference]["partial"]:
                self._answer(reference, shown[reference])
        return all(rows[reference]["outcome"] != "running" for reference in references)

    def _tell_step(self, reference: str, row: Mapping[str, Any]) -> None:
        where = {"done": f"has ended: {row['outcome']}", "review": "is in review at Telnyx"}.get(row["step"], "")
        if where and self._told.get(reference) != where:
            self._told[reference] = where
            self._telling.happened(reference, where)

    def _answer(self, reference: str, shown: Shown) -> None:
        """Answers the first ask of a request, as `show` tells it."""
        for ask in shown["asks"][:1]:
            match ask["kind"]:
                case "codes":
                    self._tell_round(reference, shown, ask)
                    self._read_out_codes(reference, ask)
                case "documents":
                    self._hand_in_papers(reference, ask)
                case "carrier":
                    self._tell_active(reference, shown)
                    self._settle_with_carrier(reference, ask)
                case kind:
                    raise DemoFailed(f"The request {reference} asks something unforeseen ({kind}): {ask['guidance']}")

    def _tell_round(self, reference: str, shown: Shown, ask: Ask) -> None:
        """A new order asks for its codes anew, so this is when one hears of it."""
        before, self._rounds[reference] = self._rounds.get(reference, 1), shown["round"]
        if shown["round"] > before:
            first, *_, newest = self._stack.telnyx.orders_of(ask["numbers"][0])
            word = next(row["status"] for row in first["phone_numbers"] if row["phone_number"] in ask["numbers"])
            how = "as you asked" if reference in self._settled else "by itself"
            number = newest["phone_numbers"][0]["phone_number"]
            self._telling.happened(reference, f"{number} ended {word} in its first order: it gets a second one, {how}")

    def _tell_active(self, reference: str, shown: Shown) -> None:
        for row in shown["numbers"]:
            if row["state"] == "active":
                self._telling.happened(reference, f"{row['phone_number']} is active, and waits for no other")

    def _read_out_codes(self, reference: str, ask: Ask) -> None:
        numbers = ask["numbers"]
        self._telling.happened(reference, f"asks for the codes that Telnyx texted to {', '.join(numbers)}")
        codes = {number: self._code_on_handset(number) for number in numbers}
        if reference in self._mistypes:
            self._mistypes.remove(reference)
            codes[numbers[0]] = _mistyped(codes[numbers[0]])
            self._telling.answer("(the first one is mistyped on purpose)")
            self._type("codes", reference, codes, _REJECTED)
        else:
            self._type("codes", reference, codes)

    def _code_on_handset(self, number: str) -> str:
        return until(f"A text on {number}", lambda: self._stack.telnyx.newest_code(number))

    def _type(self, verb: str, reference: str, codes: Mapping[str, str], code: int = 0) -> None:
        self._command([verb, reference, *(f"{number}={digits}" for number, digits in codes.items())], code)

    def _hand_in_papers(self, reference: str, ask: Ask) -> None:
        """Hands in what lies in the drawer; an ask that was answered already is only on its way out."""
        if (reference, ask["id"]) in self._answered:
            return
        self._answered.add((reference, ask["id"]))
        self._telling.happened(reference, f"asks for papers: {ask['guidance']}")
        papers = self._drawer.pop(reference, None)
        if papers is None:
            raise DemoFailed(f"The request {reference} asks for papers, and there are none left: {ask['guidance']}")
        self._command(["documents", reference, *papers])

    def _settle_with_carrier(self, reference: str, ask: Ask) -> None:
        numbers = ask["numbers"]
        self._telling.happened(reference, f"asks for help with {', '.join(numbers)}: {ask['guidance']}")
        if reference not in self._settles:
            raise DemoFailed(f"The carrier refused {', '.join(numbers)} again, and there is nothing left to settle.")
        self._settles.remove(reference)
        self._settled.add(reference)
        self._telling.answer("(you ring the carrier, and it agrees)")
        self._command(["retry", reference, *numbers])

    def _command(self, arguments: Sequence[str], code: int = 0) -> None:
        self._telling.command(["hosted-sms", *arguments])
        done = self._stack.hosted_sms(*arguments, code=code)
        for line in (done.out or done.err).splitlines():
            self._telling.answer(line)


def _mistyped(code: str) -> str:
    """The code with another last digit."""
    return code[:-1] + str((int(code[-1]) + 1) % 10)
