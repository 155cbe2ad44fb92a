"""The columns of applications, masked for whoever may not see who is in discreet mode."""

from newsletter.admin.columns import column
from newsletter.admin.discreet import HIDDEN, is_masked, shown
from newsletter.core.languages import language_name
from staff.accounts.names import called
from subscribers.countries import country_name
from subscribers.models import Application
from subscribers.status_colours import APPLICATION_COLOURS


class ApplicationColumns:
    """The columns of the list, and those of the page of one."""

    @column("Full name")
    def shown_name(self, application: Application) -> str:
        # The column leads to the page, so it is never empty.
        return self.email(application) if is_masked(application) else application.full_name

    @column("Chamber or institution")
    def shown_institution(self, application: Application) -> str:
        return "" if is_masked(application) else application.institution

    @column("Email address")
    def email(self, application: Application) -> str:
        return shown(application, application.subscription.subscriber.email)

    @column("Country or body")
    def shown_country(self, application: Application) -> str:
        return country_name(application.country)

    @column("Topic")
    def topic(self, application: Application) -> str:
        return application.subscription.topic.name

    @column("Language")
    def shown_language(self, application: Application) -> str:
        return language_name(application.language)

    @column("Status", colours=APPLICATION_COLOURS)
    def shown_status(self, application: Application) -> str:
        return application.get_status_display()

    @column("Assigned to")
    def assignee(self, application: Application) -> str:
        return called(application.assigned_to) if application.assigned_to else "–"


def mask_application(application: Application) -> None:
    """Take from an application what tells who wrote it. It must not be saved."""
    application.full_name = HIDDEN
    application.institution = application.office = ""
    application.reason = application.verification = ""
