"""The inputs of each kind of condition: what staff choose or type, and how it becomes JSON."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from campaigns.audience.conditions.consent import VERSIONS
from campaigns.audience.conditions.custom_field import HOW as HOW_OF_FIELDS
from campaigns.audience.conditions.event_answer import ANSWERS, CAME
from campaigns.audience.conditions.institution import HOW
from campaigns.audience.conditions.joined import WHEN
from campaigns.audience.conditions.received import GOT
from campaigns.audience.conditions.regions import REGIONS
from campaigns.models import Campaign, Event, SavedAudience
from campaigns.need_to_know import visible_campaigns, visible_events
from campaigns.studio.languages import language_choices
from newsletter.core.languages import AUDIENCE_LANGUAGES
from newsletter.core.numbers import whole_number
from subscribers.countries import country_menu
from subscribers.labels.names import label_key
from subscribers.models import CustomField, Label, Topic
from subscribers.need_to_know.hidden import Account, visible_topics

type Choices = Sequence[tuple[str, str]]

MOST_CHOICES = 300
"""Events or emails in a menu: the newest. One that is chosen already is there in any case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The bounds of what may be offered: to whom, and for a campaign of which topic.

    Attributes:
        topic: None for a saved audience, which all campaigns may use.
    """

    account: Account
    topic: Topic | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionInput:
    """One input of a condition.

    Attributes:
        name: the key of its value.
        widget: select, many (boxes to tick), date or text.
        choices: of a select or many, with those among `chosen` in any case.
        is_number: whether its value is the number of a row.
        lookup: of a text, the name of the suggestions for it.
        by_name: of a text that names a row: the number of the row, or None where there is none.
        name_of: likewise, the name of a row that was chosen.
    """

    name: str
    label: str
    widget: str = "select"
    choices: Callable[[Scope, Collection[str]], Choices] = lambda _, __: ()
    is_number: bool = False
    help: str = ""
    lookup: str = ""
    by_name: Callable[[str], int | None] | None = None
    name_of: Callable[[int], str] | None = None

    def as_json(self, values: Sequence[str]) -> object:
        """Return what was typed as a condition keeps it, or as it was where that is impossible."""
        if self.widget == "many":
            return list(values)
        value = values[0] if values else ""
        if self.by_name is not None:
            found = self.by_name(value)
            return value if found is None else found
        number = whole_number(value) if self.is_number else None
        return value if number is None else number

    def as_text(self, value: object) -> str:
        """Return a kept value as it stands in the form."""
        if self.name_of is not None and isinstance(value, int):
            return self.name_of(value)
        return str(value)

    def is_unknown(self, values: Sequence[str]) -> bool:
        """Return whether what was typed names no row."""
        return bool(self.by_name and values and values[0] and self.by_name(values[0]) is None)


def _label_by_name(name: str) -> int | None:
    return Label.objects.filter(key=label_key(name)).values_list("pk", flat=True).first()


def _name_of_label(pk: int) -> str:
    return Label.objects.filter(pk=pk).values_list("name", flat=True).first() or ""


def _fields(_: Scope, chosen: Collection[str]) -> Choices:
    return list(CustomField.objects.values_list("key", "name"))


def _fixed(choices: Mapping[str, str]) -> Callable[[Scope, Collection[str]], Choices]:
    return lambda _, __: list(choices.items())


def _countries(_: Scope, chosen: Collection[str]) -> Choices:
    return [(each.code, str(each.name)) for each in country_menu()]


def _languages(_: Scope, chosen: Collection[str]) -> Choices:
    tags = list(dict.fromkeys([*AUDIENCE_LANGUAGES, *chosen]))
    return sorted(language_choices(tags), key=lambda item: item[1])


def _topics(scope: Scope, chosen: Collection[str]) -> Choices:
    rows = visible_topics(scope.account).filter(_may_name(scope, "pk", "is_restricted"))
    return list(rows.values_list("slug", "name"))


def _may_name(scope: Scope, topic: str, is_restricted: str) -> Q:
    """Build the condition on a row that its topic isn't need-to-know, or the campaign's own."""
    own = Q(**{topic: scope.topic.pk}) if scope.topic else Q(pk__in=[])
    return Q(**{is_restricted: False}) | own


def _events(scope: Scope, chosen: Collection[str]) -> Choices:
    rows: QuerySet[Event] = visible_events(scope.account).filter(
        Q(topic=None) | _may_name(scope, "topic", "topic__is_restricted")
    )
    shown = list(rows.order_by("-starts_at")[:MOST_CHOICES])
    known = {each.slug for each in shown}
    shown += rows.filter(slug__in=[each for each in chosen if each not in known])
    return [(each.slug, f"{each.title}, {each.starts_at:%-d %B %Y}") for each in shown]


def _emails(scope: Scope, chosen: Collection[str]) -> Choices:
    rows: QuerySet[Campaign] = visible_campaigns(scope.account).filter(
        _may_name(scope, "topic", "topic__is_restricted"),
        launched_at__isnull=False,
        recipients_forgotten_at=None,
    )
    shown = list(rows.order_by("-launched_at")[:MOST_CHOICES])
    known = {str(each.pk) for each in shown}
    more = [whole_number(each) for each in chosen if each not in known]
    shown += rows.filter(pk__in=[each for each in more if each is not None])
    return [(str(each.pk), f"{each.name}, {each.launched_at:%-d %B %Y}") for each in shown]


def _saved_audiences(scope: Scope, chosen: Collection[str]) -> Choices:
    return [(str(pk), name) for pk, name in SavedAudience.objects.values_list("pk", "name")]


INPUTS: Mapping[str, Sequence[ConditionInput]] = {
    "country": (
        ConditionInput(
            name="countries", label="Countries or bodies", widget="many", choices=_countries
        ),
    ),
    "region": (
        ConditionInput(
            name="region",
            label="Region",
            choices=lambda _, __: [(key, region.name) for key, region in REGIONS.items()],
        ),
    ),
    "language": (
        ConditionInput(name="languages", label="Languages", widget="many", choices=_languages),
    ),
    "institution": (
        ConditionInput(name="how", label="The institution", choices=_fixed(HOW)),
        ConditionInput(name="institution", label="Name", widget="text", lookup="institution"),
    ),
    "label": (
        ConditionInput(
            name="label",
            label="Label",
            widget="text",
            lookup="label",
            by_name=_label_by_name,
            name_of=_name_of_label,
        ),
    ),
    "field": (
        ConditionInput(name="field", label="Field", choices=_fields),
        ConditionInput(name="how", label="Its value", choices=_fixed(HOW_OF_FIELDS)),
        ConditionInput(
            name="value",
            label="Value",
            widget="text",
            help="Write a choice as the field spells it, and a date like 2027-01-31.",
        ),
    ),
    "office": (
        ConditionInput(
            name="office",
            label="Office has the words",
            widget="text",
            help="As they wrote it in an application that was accepted and isn’t deleted yet.",
        ),
    ),
    "answer": (
        ConditionInput(name="answer", label="People who", choices=_fixed(ANSWERS)),
        ConditionInput(name="event", label="Event", choices=_events),
    ),
    "came": (
        ConditionInput(name="answer", label="People who", choices=_fixed(CAME)),
        ConditionInput(name="event", label="Event", choices=_events),
    ),
    "received": (
        ConditionInput(name="got", label="People who", choices=_fixed(GOT)),
        ConditionInput(name="campaign", label="Email", choices=_emails, is_number=True),
    ),
    "topic": (ConditionInput(name="topic", label="People who follow", choices=_topics),),
    "joined": (
        ConditionInput(name="when", label="When", choices=_fixed(WHEN)),
        ConditionInput(name="day", label="Day", widget="date"),
    ),
    "consent": (
        ConditionInput(name="version", label="They agreed to", choices=_fixed(VERSIONS)),
        ConditionInput(name="topic", label="Of the topic", choices=_topics),
    ),
    "saved": (
        ConditionInput(
            name="saved", label="Saved audience", choices=_saved_audiences, is_number=True
        ),
    ),
}
"""By the kinds of conditions, in the order of a sentence."""
