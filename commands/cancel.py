"""`hosted-sms cancel`."""

from commands import answers, connection
from commands.options import CHANGE, Change, Reference, Why
from services.endings import Ending


async def cancel(reference: Reference, /, *, why: Why = "", change: Change = CHANGE) -> Ending:
    """Stop a whole request and delete its order where that is safe."""
    from domain.messages import Cancel

    message = Cancel(why=why, by=change.who())
    hosted_sms = await connection.connect_for(reference)
    return answers.show(await hosted_sms.cancel(reference, message, **change.sending()), as_json=change.json)
