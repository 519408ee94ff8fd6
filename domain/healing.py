"""How the stop of an account ends without a person, in one sentence."""

from domain import delays

HEALS_BY_ITSELF = (
    f"It also resumes by itself: Telnyx is asked after {delays.FIRST_PROBE / 60:g} minutes, and then ever more rarely,"
    f" but at least every {delays.LONGEST_AFTER_TRIALS / 3600:g} hours."
)
