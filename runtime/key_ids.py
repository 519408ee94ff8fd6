"""The names of the keys of a process. They are no secret: each payload carries that of its key."""

from runtime.codec import KeyRing
from runtime.settings import Settings


def key_ids(settings: Settings) -> tuple[str, ...]:
    """The ids of the keys, the one that encrypts first; none without keys.

    Raises:
        SettingsError: a key is malformed.
    """
    return () if settings.keys is None else KeyRing.parse(settings.keys).ids
