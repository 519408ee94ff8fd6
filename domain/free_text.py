"""Fields of messages with texts that people and other services write. They are made printable when they are read.

So no worker, command or test has to remember it, and what a run of an earlier version says is shown safely, too.
"""

from functools import partial
from typing import Annotated

from pydantic import AfterValidator

from domain.printable import LONGEST_NAME, LONGEST_SENTENCES, line

Name = Annotated[str, AfterValidator(partial(line, limit=LONGEST_NAME))]
"""Says who or what, such as the sender of a message, a customer, a file, a status of Telnyx."""
Line = Annotated[str, AfterValidator(line)]
"""What someone wants to say, such as the reason of a cancel."""
Sentences = Annotated[str, AfterValidator(partial(line, limit=LONGEST_SENTENCES))]
"""Sentences of ours, which may quote someone else."""
