"""The command `approve_campaign`: approval by the operator, who is an actor like any other."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from campaigns.management.accept_fallback_option import (
    accept_if_asked,
    add_accept_fallback,
    fallback_hint,
)
from campaigns.management.lookup import campaign_by_id
from campaigns.review.approval import CannotApprove, approve
from campaigns.review.comments import open_comments
from newsletter.audit.actor import operator_name
from newsletter.epoch.restores import restored_since
from newsletter.management.operator_command import OperatorCommand


class Command(OperatorCommand):
    recorded_options = ("id", "accept_fallback")
    help = (
        "Approve a campaign as it is now, in the name of the person who runs this command. "
        "Somebody who has written in it can't, unless SELF_APPROVAL allows it. The review says for "
        "good that it was approved without a second step at sign-in, and by its author where that "
        "is so. Exit code 1: it can't be approved; the message says why."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("id", type=int, help="the campaign's id, as create_campaign printed it")
        parser.add_argument(
            "--note", default="", metavar="TEXT", help="a note, shown in the review history"
        )
        add_accept_fallback(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        campaign = campaign_by_id(options["id"])
        try:
            if restored_since(campaign.created_at):
                raise CannotApprove(
                    "The database was restored, so this campaign may have been sent already. Check "
                    "that first, then approve it on its Review page."
                )
            left_out = accept_if_asked(campaign, options)
            comments = open_comments(campaign).count()
            review = approve(
                campaign, by=operator_name(), note=options["note"], second_factor=False
            )
        except CannotApprove as error:
            raise CommandError(
                f"Campaign {campaign.pk} can't be approved. {error}{fallback_hint(campaign)}"
            ) from error
        by_author = " by its author and" if review.by_author else ""
        closed = f" Comments that were open are closed: {comments}." if comments else ""
        self.stdout.write(
            f"Campaign {campaign.pk} is approved{by_author} without a second step at sign-in."
            f"{closed}{left_out} To send it, run: manage.py launch_campaign {campaign.pk}"
        )
