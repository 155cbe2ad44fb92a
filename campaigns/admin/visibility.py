"""Rules of who may see which rows on the pages of campaigns, of mail, and of the audit log."""

from collections.abc import Iterable, Sequence

from django.contrib.auth.models import Group, User
from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast

from campaigns.content.hidden_images import visible_images
from campaigns.models import Campaign, CampaignTemplate, Delivery, Event
from campaigns.need_to_know import (
    visible_campaigns,
    visible_deliveries,
    visible_events,
    visible_messages,
    visible_provider_events,
    visible_provider_reports,
    visible_templates,
)
from newsletter.admin.visibility import OPEN_TO_ALL, VisibilityRule, rules, set_rule
from newsletter.media_library.where_used import topic_of, uses_of
from newsletter.models import (
    AuditEntry,
    Brand,
    MediaImage,
    ProviderEvent,
    ProviderReport,
    TransactionalMessage,
)
from subscribers.admin.visibility import rule
from subscribers.models import Topic
from subscribers.need_to_know.hidden import Account, hidden_topics
from subscribers.need_to_know.view_log import (
    restricted,
    restricted_topic_of,
    restricted_topics_of,
)


def _of_event(event: Event) -> int | None:
    if event.topic is not None:
        return restricted(event.topic)
    # Without one of its own it is known by its campaigns.
    campaigns = event.campaigns.select_related("topic")
    return next((each.topic_id for each in campaigns if each.topic.is_restricted), None)


def _of_image(image: MediaImage) -> int | None:
    return topic_of(uses_of([image.key]))


def _of_message(message: TransactionalMessage) -> int | None:
    own = Topic.objects.filter(pk=message.topic_id or 0, is_restricted=True)
    return own.values_list("pk", flat=True).first() or restricted_topic_of(message.digest)


def _of_messages(messages: Sequence[TransactionalMessage]) -> set[int]:
    return _restricted(each.topic_id for each in messages) | restricted_topics_of(
        each.digest for each in messages
    )


def _of_provider_events(events: Sequence[ProviderEvent]) -> set[int]:
    deliveries = [each.delivery_id for each in events if each.delivery_id is not None]
    about = Delivery.objects.filter(pk__in=deliveries).values_list("campaign__topic", flat=True)
    messages = [each.message_id for each in events if each.message_id is not None]
    return (
        _restricted(about)
        | _of_messages(list(TransactionalMessage.objects.filter(pk__in=messages)))
        | restricted_topics_of(each.digest for each in events)
    )


def _restricted(topics: Iterable[int | None]) -> set[int]:
    """Return which of these topics are need-to-know."""
    wanted = [each for each in topics if each is not None]
    found = Topic.objects.filter(pk__in=wanted, is_restricted=True)
    return set(found.values_list("pk", flat=True))


def _of_provider_event(event: ProviderEvent) -> int | None:
    delivery = Delivery.objects.select_related("campaign__topic").filter(pk=event.delivery_id or 0)
    about = next(iter(delivery), None)
    if about is not None and about.campaign.topic.is_restricted:
        return about.campaign.topic_id
    message = TransactionalMessage.objects.filter(pk=event.message_id or 0).first()
    return (_of_message(message) if message else None) or restricted_topic_of(event.digest)


def _visible_entries(rows: QuerySet[AuditEntry], account: Account) -> QuerySet[AuditEntry]:
    """Leave out entries about a hidden topic, and about any row that is hidden by now.

    A campaign may have been moved to a hidden topic since.
    """
    hidden = hidden_topics(account)
    if not hidden:
        return rows
    about_hidden = Q(topic_id__isnull=False, topic_id__in=hidden)
    for model, each in rules().items():
        if model is AuditEntry or each is OPEN_TO_ALL:
            continue
        label = model._meta.label_lower
        number_of = f"{model._meta.model_name}_number"
        # Only numbers are read as numbers, whatever the database looks at first.
        number = Case(
            When(object_type=label, object_id__regex=r"^[0-9]{1,18}$", then=F("object_id")),
            default=Value("0"),
            output_field=CharField(),
        )
        row = model._default_manager.filter(pk=OuterRef(number_of))
        seen = each.visible(model._default_manager.order_by(), account)
        rows = rows.alias(**{number_of: Cast(number, BigIntegerField())})
        about_hidden |= Q(object_type=label) & Q(
            Exists(row) & ~Exists(seen.filter(pk=OuterRef(number_of)))
        )
    return rows.exclude(about_hidden)


set_rule(Campaign, rule(visible_campaigns, lambda campaign: restricted(campaign.topic)))
set_rule(CampaignTemplate, rule(visible_templates, lambda row: restricted(row.topic)))
set_rule(Event, rule(visible_events, _of_event))
set_rule(MediaImage, rule(visible_images, _of_image))
set_rule(Delivery, rule(visible_deliveries, lambda row: restricted(row.campaign.topic)))
set_rule(TransactionalMessage, rule(visible_messages, _of_message, of_list=_of_messages))
set_rule(
    ProviderEvent,
    rule(visible_provider_events, _of_provider_event, of_list=_of_provider_events),
)
# Each is shown only to who may see everything, and whom it is about could not be read.
set_rule(ProviderReport, rule(visible_provider_reports, lambda report: None))
set_rule(AuditEntry, VisibilityRule(_visible_entries))
for each in (Brand, User, Group):
    set_rule(each, OPEN_TO_ALL)
