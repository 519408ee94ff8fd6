"""What comes along when a secret is pasted or saved, so that its refusal names the cause without showing the secret."""

import unicodedata

BYTE_ORDER_MARK = "\ufeff"
_WORDS = ("bearer ", "authorization:", "basic ")
_QUOTES = "\"'`“”„‟‘’‚‛«»‹›"


def flaw(secret: str) -> str | None:
    """What is wrong with a secret and what to do, as in "stands in quotes: leave them out"; None when nothing is seen.

    It never holds more of the secret than one character that is not ASCII, which no secret of ours has.
    """
    if secret.startswith(BYTE_ORDER_MARK):
        return "begins with a byte order mark (U+FEFF): save it as UTF-8 without BOM"
    plain = secret.strip()
    if word := next((word for word in _WORDS if plain.lower().startswith(word)), None):
        return f"begins with `{plain[: len(word)].strip()}`: leave that out"
    if plain and (plain[0] in _QUOTES or plain[-1] in _QUOTES):
        return "stands in quotes: leave them out"
    if odd := next((character for character in plain if not character.isascii()), None):
        name = unicodedata.name(odd, "no name").lower()
        return f"holds U+{ord(odd):04X} ({name}), which no secret has: copy it again"
    return None
