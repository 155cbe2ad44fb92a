"""The columns of the list of subscribers, with people in discreet mode masked."""

from django.utils.html import format_html

from newsletter.admin.columns import column
from newsletter.admin.discreet import is_masked, shown
from newsletter.core.addresses import masked_address
from newsletter.core.languages import language_name
from subscribers.countries import country_name
from subscribers.models import Subscriber
from subscribers.people.pause import paused_until
from subscribers.states import SubscriptionStatus, SuppressionScope
from subscribers.suppression.registry import active


class SubscriberColumns:
    """Columns of the list, some of which the page of one person shows as well."""

    @column("Email address")
    def address(self, subscriber: Subscriber) -> str:
        return shown(subscriber, subscriber.email)

    @column("Name")
    def name(self, subscriber: Subscriber) -> str:
        return "" if is_masked(subscriber) else subscriber.full_name

    @column("Country or body")
    def shown_country(self, subscriber: Subscriber) -> str:
        return country_name(subscriber.country.code) if subscriber.country else "–"

    @column("Language")
    def shown_language(self, subscriber: Subscriber) -> str:
        return language_name(subscriber.language)

    @column("Topics")
    def topics(self, subscriber: Subscriber) -> str:
        followed = [
            each
            for each in subscriber.subscriptions.all()
            if each.status == SubscriptionStatus.CONFIRMED
        ]
        return ", ".join(each.topic.name for each in followed) or "–"

    @column("Can receive email")
    def standing(self, subscriber: Subscriber) -> str:
        suppressions = active(subscriber.digest)
        if not suppressions:
            until = paused_until(subscriber)
            words = "<strong>No campaigns</strong> before {}, as they asked."
            return format_html(words, f"{until:%-d %B %Y}") if until else "Yes"
        if any(each.scope == SuppressionScope.ALL for each in suppressions):
            words = "<strong>No email.</strong> {}"
        else:
            words = "<strong>No campaigns</strong>, only emails about their subscription. {}"
        return format_html(words, "; ".join(each.get_reason_display() for each in suppressions))


def mask_person(subscriber: Subscriber) -> None:
    """Take out of an unsaved row what tells who it is, so that no part of a page can show it."""
    subscriber.email = masked_address(subscriber.email)
    subscriber.full_name = subscriber.given_name = subscriber.salutation = ""
    subscriber.institution = ""
