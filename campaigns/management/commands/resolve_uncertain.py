"""The command `resolve_uncertain`, by which a person settles uncertain deliveries."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from campaigns.management.lookup import campaign_by_id
from campaigns.sending.resolve import RESOLUTIONS, NotResolvable, resolve_uncertain
from campaigns.states import DeliveryStatus
from subscribers.management.operator import operator


class Command(BaseCommand):
    help = (
        "Decide about a campaign's uncertain deliveries. `--as accepted`: the provider's own log "
        "shows that it took them. "
        "`--as failed` gives them up. `--as planned` sends them again: only when "
        "that log shows that it never took them, or somebody may get a second copy."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("id", type=int, help="the campaign's id")
        parser.add_argument(
            "--as", dest="to", required=True, choices=[status.value for status in RESOLUTIONS]
        )

    def handle(self, *args: Any, **options: Any) -> None:
        campaign = campaign_by_id(options["id"])
        try:
            resolved = resolve_uncertain(
                campaign.pk, to=DeliveryStatus(options["to"]), by=operator()
            )
        except NotResolvable as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{resolved} uncertain deliveries of campaign {campaign.pk} are now {options['to']}."
        )
