"""Plays a support agent: answers each request that waits for a person, with the command that an agent would type."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tools.demo.narrator import Narrator
from tools.demo.processes import DemoFailed, until
from tools.demo.stack import Stack

Shown = Mapping[str, Any]
"""The output of `show --json`."""
Ask = Mapping[str, Any]
_REJECTED = 1  # exit code of `codes` if a code was rejected


class Person:
    """Answers what requests ask: reads handsets, submits documents, and calls the carrier."""

    def __init__(
        self,
        stack: Stack,
        narrator: Narrator,
        *,
        documents: Mapping[str, Sequence[str]],
        mistypes: Iterable[str],
        settles: Iterable[str],
    ) -> None:
        """Prepare the answers.

        Args:
            stack: the installation.
            narrator: prints what happens.
            documents: the options of `hosted-sms documents` to use when asked, by reference.
            mistypes: references of requests whose first code is mistyped.
            settles: references of requests whose losing carrier agrees when asked.
        """
        self._stack = stack
        self._narrator = narrator
        self._documents = dict(documents)
        self._mistypes = set(mistypes)
        self._settles = set(settles)
        self._reported: dict[str, str] = {}
        self._rounds: dict[str, int] = {}
        self._settled: set[str] = set()
        self._answered: set[tuple[str, str]] = set()
        self._seen: object = None

    def work(self, references: Sequence[str]) -> None:
        """Look at the list and answer, until all requests have ended.

        Raises:
            DemoFailed: nothing changed for a very long time, or a request asks something that is not in the story.
        """
        until("The end of all requests", lambda: self._look(references) or None, progress=lambda: self._seen)

    def _look(self, references: Sequence[str]) -> bool:
        """Look at the list once and answer. Returns whether all requests have ended."""
        self._stack.must_run()
        rows = {row["reference"]: row for row in self._stack.hosted_sms.json("list")}
        waiting = [reference for reference in references if rows[reference]["needs"]]
        shown = dict(zip(waiting, self._stack.hosted_sms.show(waiting), strict=True))
        self._seen = (rows, shown)
        for reference in references:
            self._report_step(reference, rows[reference])
            if reference in shown and not shown[reference]["partial"]:
                self._answer(reference, shown[reference])
        return all(rows[reference]["outcome"] != "running" for reference in references)

    def _report_step(self, reference: str, row: Mapping[str, Any]) -> None:
        where = {"done": f"has ended: {row['outcome']}", "review": "is in review at Telnyx"}.get(row["step"], "")
        if where and self._reported.get(reference) != where:
            self._reported[reference] = where
            self._narrator.event(reference, where)

    def _answer(self, reference: str, shown: Shown) -> None:
        """Answer the first ask of a request."""
        for ask in shown["asks"][:1]:
            match ask["kind"]:
                case "codes":
                    self._report_round(reference, shown, ask)
                    self._read_out_codes(reference, ask)
                case "documents":
                    self._submit_documents(reference, ask)
                case "carrier":
                    self._report_active(reference, shown)
                    self._settle_with_carrier(reference, ask)
                case kind:
                    raise DemoFailed(f"The story of {reference} has no such question ({kind}): {ask['guidance']}")

    def _report_round(self, reference: str, shown: Shown, ask: Ask) -> None:
        """Report a second order. A new order needs new codes, so its request asks for codes again."""
        before, self._rounds[reference] = self._rounds.get(reference, 1), shown["round"]
        if shown["round"] > before:
            first, *_, newest = self._stack.telnyx.orders_of(ask["numbers"][0])
            status = next(row["status"] for row in first["phone_numbers"] if row["phone_number"] in ask["numbers"])
            how = "because of `retry`" if reference in self._settled else "automatically"
            number = newest["phone_numbers"][0]["phone_number"]
            self._narrator.event(reference, f"{number} ended {status} in its first order, and gets a second one {how}")

    def _report_active(self, reference: str, shown: Shown) -> None:
        for row in shown["numbers"]:
            if row["state"] == "active":
                self._narrator.event(reference, f"{row['phone_number']} is active. It does not wait for the other.")

    def _read_out_codes(self, reference: str, ask: Ask) -> None:
        numbers = ask["numbers"]
        self._narrator.event(reference, f"asks for the codes that Telnyx texted to {', '.join(numbers)}")
        codes = {number: self._code_on_handset(number) for number in numbers}
        if reference in self._mistypes:
            self._mistypes.remove(reference)
            codes[numbers[0]] = _mistyped(codes[numbers[0]])
            self._narrator.reply("(The first code is mistyped on purpose.)")
            self._type("codes", reference, codes, _REJECTED)
        else:
            self._type("codes", reference, codes)

    def _code_on_handset(self, number: str) -> str:
        return until(f"A text on {number}", lambda: self._stack.telnyx.newest_code(number))

    def _type(self, verb: str, reference: str, codes: Mapping[str, str], code: int = 0) -> None:
        self._command([verb, reference, *(f"{number}={digits}" for number, digits in codes.items())], code)

    def _submit_documents(self, reference: str, ask: Ask) -> None:
        """Submit the documents at hand. An ask that was answered already will disappear by itself."""
        if (reference, ask["id"]) in self._answered:
            return
        self._answered.add((reference, ask["id"]))
        self._narrator.event(reference, f"asks for documents: {ask['guidance']}")
        documents = self._documents.pop(reference, None)
        if documents is None:
            raise DemoFailed(f"The request {reference} asks for documents, and there are none left: {ask['guidance']}")
        self._command(["documents", reference, *documents])

    def _settle_with_carrier(self, reference: str, ask: Ask) -> None:
        numbers = ask["numbers"]
        self._narrator.event(reference, f"asks for help with {', '.join(numbers)}: {ask['guidance']}")
        if reference not in self._settles:
            raise DemoFailed(f"The carrier refused {', '.join(numbers)} a second time, which is not in the story.")
        self._settles.remove(reference)
        self._settled.add(reference)
        self._narrator.reply("(You call the carrier, and it agrees.)")
        self._command(["retry", reference, *numbers])

    def _command(self, arguments: Sequence[str], code: int = 0) -> None:
        self._narrator.command(["hosted-sms", *arguments])
        done = self._stack.hosted_sms(*arguments, code=code)
        for line in (done.out or done.err).splitlines():
            self._narrator.reply(line)


def _mistyped(code: str) -> str:
    """The code with a wrong last digit."""
    return code[:-1] + str((int(code[-1]) + 1) % 10)
