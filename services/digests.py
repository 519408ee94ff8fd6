"""Whether two requests under one reference have the same content and, if not, what differs."""

import hashlib
import json
from typing import Any

from domain.messages import Document, HostingRequest
from domain.text import join_some

_NUMBERS_SHOWN = 3


def content(request: HostingRequest) -> dict[str, Any]:
    """The content of a request: account, profile, the set of numbers, document hashes, options.

    It leaves out who asked, the customer, the order of the numbers, the names of the files, and options at their
    default, so that an option that is added later changes no digest.
    """
    return {
        "account": request.account,
        "messaging_profile_id": request.messaging_profile_id,
        "phone_numbers": sorted(set(request.phone_numbers)),
        "loa": _sha256(request.loa),
        "bill": _sha256(request.bill),
        "options": request.options.model_dump(mode="json", exclude_defaults=True),
    }


def digest(request: HostingRequest) -> str:
    """A short text that only requests of the same content share."""
    canonical = json.dumps(content(request), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def differences(old: HostingRequest, new: HostingRequest) -> list[str]:
    """How `new` differs from `old`, one phrase for each part of the content."""
    before, after = content(old), content(new)
    phrases = [
        f"{name.replace('_', ' ')} {_shown(before[name])} there, {_shown(after[name])} here"
        for name in ("account", "messaging_profile_id", "loa", "bill", "options")
        if before[name] != after[name]
    ]
    return _number_differences(set(before["phone_numbers"]), set(after["phone_numbers"])) + phrases


def differences_of_terms(old: HostingRequest, new: HostingRequest) -> list[str]:
    """The same without the numbers, and with the customer: what makes two requests no parts of one wish."""
    others = [f"customer {old.customer or 'none'} there, {new.customer or 'none'} here"]
    same_numbers = new.model_copy(update={"phone_numbers": old.phone_numbers})
    return differences(old, same_numbers) + (others if old.customer != new.customer else [])


def _number_differences(old: set[str], new: set[str]) -> list[str]:
    only_there, only_here = sorted(old - new), sorted(new - old)
    phrases = [f"only there: {join_some(only_there, _NUMBERS_SHOWN)}"] if only_there else []
    return phrases + ([f"only here: {join_some(only_here, _NUMBERS_SHOWN)}"] if only_here else [])


def _shown(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, dict):
        return ", ".join(f"{key}={item}" for key, item in sorted(value.items())) or "all at their defaults"
    text = str(value)
    return f"{text[:12]}…" if len(text) == hashlib.sha256().digest_size * 2 else text


def _sha256(document: Document | None) -> str | None:
    return None if document is None else document.sha256
