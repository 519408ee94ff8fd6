"""Divides single numbers into requests, so that the same numbers always make the same requests.

Numbers share a request when account, customer, messaging profile and documents are the same, and all or none of them
are toll-free. A group of more than 200 is halved by a hash of each number until every part fits. So a number that is
added or removed changes the one part that it belongs to, and no other.

A reference is a hash of all that a request holds, never of a row or a place in the file. So the same rows in another
order are the same requests, and a corrected row never takes the reference of a request that exists already
(docs/decisions/0037).
"""

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from domain import names
from domain.phone_numbers import is_toll_free
from services.documents import CheckedPdf

_HASH_BITS = 256
_DIGITS = 16
_CUSTOMER = 32
"""Signs of a customer's id that stand in a reference, for people."""


@dataclass(frozen=True)
class Terms:
    """What all numbers of a request share."""

    messaging_profile_id: str
    account: str
    customer: str
    loa: CheckedPdf | None
    bill: CheckedPdf | None

    @property
    def content(self) -> tuple[str, ...]:
        """The terms as texts, with the content of the documents instead of their names."""
        pdfs = ("" if pdf is None else pdf.document.sha256 for pdf in (self.loa, self.bill))
        return (self.account, self.customer, self.messaging_profile_id, *pdfs)


@dataclass(frozen=True, slots=True)
class NumberRow:
    """A row with one number (E.164)."""

    row: int
    number: str
    terms: Terms


@dataclass(frozen=True)
class NumberGroup:
    """The rows that make one request, in the order of the file."""

    rows: Sequence[NumberRow]

    @property
    def terms(self) -> Terms:
        """What the rows share. File names are those of the first row."""
        return self.rows[0].terms

    @property
    def numbers(self) -> list[str]:
        """The numbers of the rows."""
        return [row.number for row in self.rows]

    @property
    def row_numbers(self) -> tuple[int, ...]:
        """The row of each number."""
        return tuple(row.row for row in self.rows)

    @property
    def reference(self) -> str:
        """A function of the terms and the set of numbers, with the customer's id for people to read."""
        content = json.dumps([*self.terms.content, *sorted(self.numbers)])
        customer = re.sub(r"[^A-Za-z0-9._]+", "-", self.terms.customer)[:_CUSTOMER].strip("-.")
        digest = hashlib.sha256(content.encode()).hexdigest()[:_DIGITS]
        return "-".join(part for part in ("batch", customer, digest) if part)


def divide(rows: Sequence[NumberRow]) -> list[NumberGroup]:
    """The requests of these rows, in the order of their first rows. No number may come twice."""
    groups: dict[tuple[object, ...], list[NumberRow]] = {}
    for row in rows:
        groups.setdefault((*row.terms.content, is_toll_free(row.number)), []).append(row)
    parts = (part for group in groups.values() for part in _parts(group))
    return sorted((NumberGroup(part) for part in parts), key=lambda group: group.rows[0].row)


def _parts(rows: Sequence[NumberRow], depth: int = 0) -> Iterator[Sequence[NumberRow]]:
    """Halves rows by the next bit of their numbers' hashes until each part fits into a request."""
    if len(rows) <= names.MAX_NUMBERS:
        if rows:
            yield rows
        return
    for side in (0, 1):
        yield from _parts([row for row in rows if _bit(row.number, depth) == side], depth + 1)


def _bit(number: str, place: int) -> int:
    hashed = int.from_bytes(hashlib.sha256(number.encode()).digest(), "big")
    return hashed >> (_HASH_BITS - 1 - place) & 1
