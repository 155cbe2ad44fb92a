"""One message after the other over one connection: the way into the development inbox."""

import time
from collections.abc import Sequence

from newsletter.states import Stream
from newsletter.transport.bulk.dispatch import HandOver
from newsletter.transport.config.mailer_url import MailerSettings
from newsletter.transport.connections import transmit
from newsletter.transport.message.recipients import Recipient


class OneByOne:
    """A way out without anything of its own."""

    def __init__(self, alias: str, mailer: MailerSettings) -> None:
        self._stream = Stream(alias)

    def carry(self, recipients: Sequence[Recipient], hand_over: HandOver) -> None:
        for recipient in recipients:
            while wait := hand_over.wait():
                time.sleep(wait)
            if wait is None or not hand_over.note(begun=[recipient]):
                return
            outcome = transmit.hand_over(recipient.message(), stream=self._stream)
            hand_over.note(ended=[(recipient, outcome)])

    def close(self) -> None:
        transmit.close_all()
