"""The Django application of campaigns."""

from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "campaigns"
    verbose_name = "Campaigns"

    def ready(self) -> None:
        from campaigns import receivers  # noqa: F401 - importing connects them
        from campaigns.content.archive_link import answer_archive_request
        from campaigns.models import (
            Audience,
            Campaign,
            CampaignContent,
            Event,
            EventDocument,
            Retraction,
        )
        from campaigns.rsvp.request_link import answer_rsvp_request
        from newsletter.public_pages.watched_tables import watch
        from subscribers.consent.submissions import set_handler
        from subscribers.states import SubmissionKind

        set_handler(SubmissionKind.RSVP_LINK, answer_rsvp_request)
        set_handler(SubmissionKind.ARCHIVE_LINK, answer_archive_request)

        watch(Event)
        watch(EventDocument)
        # Workers write in a campaign at each claim.
        watch(
            Campaign,
            *("status", "archive_access", "launched_at", "notice_changed_at"),
            *("topic", "event", "language", "slug"),
        )
        watch(Retraction)
        watch(Audience, "campaign", "rule")
        watch(CampaignContent, "campaign", "language", "subject", "preheader", "blocks")
