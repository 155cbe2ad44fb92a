"""The command `send_test`, which sends one email by each mailer of a stream."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from campaigns.reports.operator_email import operator_email
from newsletter.core.addresses import BadAddress, address_digest, parse_address
from newsletter.epoch.hold import held
from newsletter.management.operator_command import OperatorCommand
from newsletter.states import Stream
from newsletter.transport.connections.connection import mailer_of
from newsletter.transport.connections.transmit import close_all, dispatch_single
from newsletter.transport.results.result import Outcome
from subscribers.suppression.policy import may_receive_campaigns, may_receive_notices

TEXT = (
    "This is a test email of {site}. The command send_test sent it with the mailer {mailer}, as "
    "{stream} emails are sent.\n\n"
    "Look into its source: the header Authentication-Results of your mail server should say "
    "spf=pass, dkim=pass and dmarc=pass."
)


class Command(OperatorCommand):
    help = (
        "Send one email to ADDRESS by each mailer of a stream, and say what became of it. It goes "
        "out at once, without workers. Exit code 1 where a mailer didn't take it, 2 where nothing "
        "was tried."
    )
    recorded_options = ("stream",)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", metavar="ADDRESS", help="somebody who expects it")
        parser.add_argument(
            "--stream",
            choices=[stream.value for stream in Stream],
            default=Stream.TRANSACTIONAL.value,
            help="bulk: the mailers of campaigns; transactional (the default): that of single "
            "emails",
        )

    def handle(self, *args: Any, address: str, stream: str, **options: Any) -> None:
        to = _allowed(address, Stream(stream))
        aliases = settings.BULK_MAILERS if stream == Stream.BULK else [stream]
        try:
            taken = [self._sent(to, alias, Stream(stream)) for alias in aliases]
        finally:
            close_all()
        if not all(taken):
            raise CommandError("Not every mailer took it. Run: manage.py doctor --probe")
        self.stdout.write("Taken isn't arrived: look into the mailbox, and the folder for spam.")

    def _sent(self, to: str, alias: str, stream: Stream) -> bool:
        name = mailer_of(alias).name
        text = TEXT.format(site=settings.SITE_URL, mailer=name, stream=stream.label.lower())
        email = operator_email(to, subject=f"Test email by {name}", text=text)
        result = dispatch_single(email, stream=stream, mailer=alias)
        if result.outcome is Outcome.ACCEPTED:
            known_as = result.provider_message_id
            self.stdout.write(f"{name} took it{f' as {known_as}' if known_as else ''}.")
            return True
        self.stdout.write(f"{name} ({result.outcome}): {result.reason}")
        return False


def _allowed(address: str, stream: Stream) -> str:
    """Return the address as it is sent to.

    Raises:
        CommandError: it is none, nothing may be sent to it, or all sending is held.
    """
    try:
        to = parse_address(address)
    except BadAddress as error:
        raise CommandError(f"{address}: {error}", returncode=2) from error
    if hold := held():
        raise CommandError(str(hold), returncode=2)
    digest = address_digest(to)
    is_open = may_receive_notices(digest)
    if stream is Stream.BULK:
        is_open = is_open and may_receive_campaigns(digest)
    if not is_open:
        raise CommandError(
            f"Nothing was sent: the address is suppressed for {stream.label.lower()} emails. See "
            f"it at /staff/ under Suppressions.",
            returncode=2,
        )
    return to
