"""The Django application."""

from django.apps import AppConfig


class SubscribersConfig(AppConfig):
    name = "subscribers"
    verbose_name = "Subscribers"

    def ready(self) -> None:
        from newsletter.public_pages.watched_tables import watch
        from newsletter.rendering.merge_fields import tell_custom_fields
        from staff.accounts.second_factor_due import add_reason
        from subscribers import receivers  # noqa: F401 - importing connects them
        from subscribers.applications.submissions import handle_application
        from subscribers.consent.submissions import set_handler
        from subscribers.custom_fields.merge import merge_fields
        from subscribers.models import Body, MissionStatement, Topic
        from subscribers.need_to_know.hidden import is_granted_any
        from subscribers.states import SubmissionKind

        add_reason(is_granted_any)
        tell_custom_fields(merge_fields)
        watch(Topic)
        watch(Body)
        watch(MissionStatement)
        set_handler(SubmissionKind.APPLICATION, handle_application)
