"""The names of the keys of a process. They are no secret: each payload carries that of its key."""

from runtime.key_ring import ID, KeyRing
from runtime.setting_values import SettingsError, split_list
from runtime.settings import Settings

_SETTING = "HOSTED_SMS_WEBHOOK_KEYS"


def key_ids(settings: Settings) -> tuple[str, ...]:
    """The ids of the keys, the one that encrypts first; none without keys.

    Raises:
        SettingsError: a key is malformed.
    """
    return () if settings.keys is None else KeyRing.parse(settings.keys).ids


def webhook_key_ids(settings: Settings) -> frozenset[str]:
    """The ids of the keys under which a worker takes nothing but what `webhooks.py` sends.

    Raises:
        SettingsError: a part is no id, names no key of the worker, or names the one with which the worker encrypts.
    """
    named, ours = split_list(settings.webhook_keys), key_ids(settings) if settings.webhook_keys else ()
    for one in named:
        if not ID.fullmatch(one):  # it may be a key, so it is not shown
            raise SettingsError(
                f"{_SETTING} has a part that is no id of a key: write ids there, such as w1, and the keys themselves "
                "into HOSTED_SMS_KEYS."
            )
        if one not in ours:
            raise SettingsError(
                f"{_SETTING} names {one!r}, which is no key of HOSTED_SMS_KEYS: add that key at the end of "
                f"HOSTED_SMS_KEYS, or take {one!r} out of {_SETTING}."
            )
        if one == ours[0]:
            raise SettingsError(
                f"{_SETTING} names {one!r}, with which this worker encrypts: give the webhooks a key of their own, and "
                f"put the worker's own key first in HOSTED_SMS_KEYS."
            )
    return frozenset(named)
