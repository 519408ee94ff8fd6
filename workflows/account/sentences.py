"""What people are told about the stop of an account."""

from domain.healing import HEALS_BY_ITSELF
from workflows.account.state import AccountState, Stop


def question(stop: Stop) -> str:
    """What a person has to do, and how the stop ends without one."""
    healing = f" {HEALS_BY_ITSELF}" if stop.heals else ""
    return (
        f"Telnyx refuses this account: {stop.because} All its requests wait for this one answer, and nothing is lost"
        f" meanwhile. Fix the key, the balance or the permission, then resume the account.{healing}"
    )


def resumed(state: AccountState) -> str:
    """Who or what resumed the account."""
    if state.healed_at is not None:
        return "Telnyx accepts the account again. Its requests go on by themselves: you need not resume it."
    return f"The account works again, says {state.resumed_by or 'a person'}."
