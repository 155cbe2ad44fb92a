"""The sender of the development inbox: one message after the other, over one connection."""

import time
from collections.abc import Sequence

from newsletter.states import Stream
from newsletter.transport.bulk.dispatch import Dispatch
from newsletter.transport.config.mailer_settings import MailerSettings
from newsletter.transport.connections import transmit
from newsletter.transport.message.recipients import Recipient


class SingleSender:
    """A sender that sends each message as a single one."""

    def __init__(self, alias: str, mailer: MailerSettings) -> None:
        self._stream = Stream(alias)

    def send(self, recipients: Sequence[Recipient], dispatch: Dispatch) -> None:
        for recipient in recipients:
            while wait := dispatch.request_slot():
                time.sleep(wait)
            if wait is None or not dispatch.note(begun=[recipient]):
                return
            result = transmit.dispatch_single(recipient.message(), stream=self._stream)
            dispatch.note(ended=[(recipient, result)])

    def close(self) -> None:
        transmit.close_all()
