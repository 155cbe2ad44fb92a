"""The command `resolve_uncertain`, by which a person settles uncertain deliveries."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from campaigns.management.lookup import campaign_by_id
from campaigns.sending.resolve import RESOLUTIONS, NotResolvable, resolve_uncertain
from campaigns.states import DeliveryStatus
from newsletter.audit.actor import operator_name
from newsletter.core.plural import number_of
from newsletter.management.operator_command import OperatorCommand


class Command(OperatorCommand):
    recorded_options = ("id",)
    help = (
        "Resolve a campaign's uncertain deliveries. Use `--as accepted` if the provider's log "
        "shows that it accepted them. `--as failed` marks them as failed. `--as planned` sends "
        "them again: use it only if the log shows that the provider never accepted them, or "
        "recipients may get a second copy."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("id", type=int, help="the campaign's id")
        parser.add_argument(
            "--as",
            dest="to",
            required=True,
            choices=[status.value for status in RESOLUTIONS],
            help="accepted, planned (send again) or failed",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        campaign = campaign_by_id(options["id"])
        try:
            resolved = resolve_uncertain(
                campaign.pk, to=DeliveryStatus(options["to"]), by=operator_name()
            )
        except NotResolvable as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Campaign {campaign.pk}: {number_of(resolved, 'uncertain email')} resolved as "
            f"{options['to']}."
        )
