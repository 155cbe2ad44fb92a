"""Commands that pause, resume, stop or take back the sending of a campaign, as the pages do."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from django.core.management.base import CommandError, CommandParser

from campaigns.last_change import last_change_of_state
from campaigns.management.lookup import campaign_by_id
from campaigns.models import Campaign
from newsletter.management.operator_command import OperatorCommand


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a campaign's state.

    Args:
        do: makes it, and returns whether this caller did.
        done: what is so afterwards, as a sentence after the campaign's id.
        needs: the states in which it can be made, in words.
    """

    do: Callable[[int], bool]
    done: str
    needs: str


class ChangeCommand(OperatorCommand):
    """A command that changes the state of one campaign, unless somebody was faster."""

    recorded_options: ClassVar[tuple[str, ...]] = ("id",)
    change: ClassVar[Change]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("id", type=int, help="the campaign's id")

    def handle(self, *args: Any, **options: Any) -> None:
        campaign = campaign_by_id(options["id"])
        self.confirm(campaign, options)
        if not self.change.do(campaign.pk):
            campaign.refresh_from_db()
            raise CommandError(
                f"Nothing was changed: campaign {campaign.pk} is "
                f"{campaign.get_status_display().lower()}, and must be {self.change.needs}. "
                f"{last_change_of_state(campaign)}".rstrip()
            )
        self.stdout.write(f"Campaign {campaign.pk} {self.change.done}")

    def confirm(self, campaign: Campaign, options: dict[str, Any]) -> None:
        """Ask before what can't be undone.

        Raises:
            CommandError: it is not to be done.
        """
