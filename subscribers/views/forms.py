"""The forms of the public pages. They check and tidy; actions do the rest."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.db.models import QuerySet
from django.http import QueryDict
from django_countries import countries

from newsletter.core.addresses import BadAddress, parse_address
from newsletter.core.languages import own_name
from newsletter.core.time_zones import known_zones, zone_menu
from newsletter.core.web_addresses import holds_web_address
from subscribers.consent.offer import topics_offered
from subscribers.consent.subscribe import SignUp
from subscribers.consent.words import sign_up_words
from subscribers.models import Subscriber, Topic
from subscribers.names import MAXIMUM_NAME, NO_WEB_ADDRESS, clean_name
from subscribers.states import ConsentMethod

QUICKEST_FILL = timedelta(seconds=2)
"""A person needs longer to read a form and type an address. Password managers don't: such a form is
in doubt, not refused.
"""
LONGEST_FILL = timedelta(days=2)
_STAMP_SALT = "subscribers.views.forms"

type Choices = list[tuple[str, str]]


class EmailField(forms.CharField):
    """An address, checked by the one validator. Django's own refuses international ones."""

    def __init__(self) -> None:
        attrs = {"autocomplete": "email", "autocapitalize": "none", "spellcheck": "false"}
        super().__init__(
            label="Email address",
            max_length=1000,  # the validator's own message says more
            widget=forms.EmailInput(attrs=attrs),
            error_messages={
                "required": "Enter your email address.",
                "max_length": "This email address is too long.",
            },
        )

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "maxlength": "320"}

    def clean(self, value: Any) -> str:
        try:
            return parse_address(super().clean(value))
        except BadAddress as error:
            raise forms.ValidationError(str(error)) from error


def name_field() -> forms.CharField:
    return forms.CharField(
        label="Name",
        required=False,
        max_length=MAXIMUM_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


def _checked_name(raw: str) -> str:
    """Return a name as it is kept.

    A web address in one is refused: it would be a link in somebody's mailbox, under our sender.
    """
    name = clean_name(raw)
    if holds_web_address(name):
        raise forms.ValidationError(NO_WEB_ADDRESS)
    return name


def country_choices() -> Choices:
    return [("", "Select a country"), *((country.code, str(country.name)) for country in countries)]


class LanguageField(forms.ChoiceField):
    """The language of emails: those that we write in, each in its own name.

    Its choices are a list, made when the form is: of a callable's, a template can't tell how many
    there are.
    """

    is_a_choice = False
    """Whether there are several."""

    def __init__(self, *, required: bool) -> None:
        unknown = "Select one of these languages."
        messages = {"required": unknown, "invalid_choice": unknown}
        super().__init__(label="Language of our emails", required=required, error_messages=messages)

    def offer(self, *kept: str) -> None:
        """Offer the languages that we write in, and `kept`, which the person had before."""
        tags = dict.fromkeys([*settings.CONTENT_LANGUAGES, *filter(None, kept)])
        self.choices = [(tag, own_name(tag)) for tag in tags]
        self.is_a_choice = len(tags) > 1


def time_zone_choices(*kept: str) -> list[tuple[str, Choices]]:
    """Return all places, by continent, as a select shows them.

    In front stands what the person has already, which may be an older name.
    """
    return [
        ("", [("", "Select a time zone (otherwise we use UTC)")]),
        *zone_menu(kept, title="Yours"),
    ]


class TopicsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # generic for the type checker alone
    """Topics by their slugs, at least one: a person who chooses none has agreed to nothing."""

    def __init__(self) -> None:
        messages = {
            "required": "Choose at least one topic.",
            "invalid_choice": "There is no topic “%(value)s”. Choose from the topics on this page.",
            "invalid_list": "Choose from the topics on this page.",
        }
        super().__init__(
            queryset=Topic.objects.none(), to_field_name="slug", error_messages=messages
        )

    def offer(self, topics: QuerySet[Topic]) -> None:
        """Offer these topics alone."""
        self.queryset = topics
        if topics.count() == 1:  # there is no box to tick: our page has the one in a hidden field
            self.error_messages["required"] = (
                "The form didn’t say which topic you want. Press “Subscribe” to get email about "
                "this one."
            )

    def clean(self, value: Any) -> Any:
        """Ignore an empty value, such as the first entry of a menu has."""
        return super().clean([slug for slug in value if slug] if isinstance(value, list) else value)


def offer_languages(form: forms.Form, *kept: str) -> None:
    """Fill the form's menu of languages."""
    field = form.fields["language"]
    if isinstance(field, LanguageField):
        field.offer(*kept)


@dataclass(frozen=True, slots=True)
class TopicChoice:
    """One box of a list of topics."""

    topic: Topic
    ticked: bool
    note: str = ""


class SignUpForm(forms.Form):
    """Signing up, on our page, in the frame, or from a script.

    Field names are part of the contract (docs/architecture.md, "The contract").
    """

    email = EmailField()
    name = name_field()
    country = forms.ChoiceField(required=False, choices=country_choices)
    language = LanguageField(required=False)
    time_zone = forms.CharField(required=False, widget=forms.HiddenInput)
    topics = TopicsField()
    website = forms.CharField(required=False, label="Leave this empty")
    stamp = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.words = sign_up_words()
        offer_languages(self)
        topics = self.fields["topics"]
        if isinstance(topics, TopicsField):
            topics.offer(topics_offered())

    def clean_name(self) -> str:
        return _checked_name(self.cleaned_data["name"])

    def clean_time_zone(self) -> str:
        """Return the zone that the browser says, or "" for one newer than our data.

        An unknown zone must not keep anybody from signing up.
        """
        zone: str = self.cleaned_data["time_zone"]
        return zone if zone in known_zones() else ""

    @property
    def topic_choices(self) -> list[TopicChoice]:
        named = (
            self.data.getlist("topics")
            if self.is_bound and hasattr(self.data, "getlist")
            else self.initial.get("topics", [])
        )
        return [TopicChoice(topic, topic.slug in named) for topic in topics_offered()]

    @property
    def current_stamp(self) -> str:
        """Return the signed time at which the page was first made.

        A form that came back keeps its own.
        """
        return str(self.data.get("stamp") or "") or signing.dumps("", salt=_STAMP_SALT)

    @property
    def is_trapped(self) -> bool:
        """Return whether the field that people don't see was filled in."""
        return bool(self.cleaned_data["website"])

    @property
    def is_in_doubt(self) -> bool:
        """Return whether the form came faster than a person types.

        A form for which our page wasn't loaded is in doubt, too.
        """
        stamp = self.cleaned_data["stamp"]
        try:
            signing.loads(stamp, salt=_STAMP_SALT, max_age=LONGEST_FILL)
        except signing.BadSignature:
            return True
        try:
            signing.loads(stamp, salt=_STAMP_SALT, max_age=QUICKEST_FILL)
        except signing.SignatureExpired:
            return False
        return True

    def sign_up(self, *, method: ConsentMethod, network: str) -> SignUp:
        """Return the sign-up that a valid form asks for."""
        said = self.cleaned_data
        return SignUp(
            email=said["email"],
            full_name=said["name"],
            language=said["language"],
            country=said["country"],
            time_zone=said["time_zone"],
            topics=tuple(said["topics"]),
            words=self.words,
            method=method,
            network=network,
        )


class AddressForm(forms.Form):
    """The form that asks for a link to the preferences."""

    email = EmailField()
    website = forms.CharField(required=False, label="Leave this empty")

    @property
    def is_trapped(self) -> bool:
        return bool(self.cleaned_data["website"])


class NewAddressForm(forms.Form):
    """The form that names another address.

    It is open for an hour to its owner alone, so there is no trap for machines.
    """

    email = EmailField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "New email address"


class PreferencesForm(forms.Form):
    """The details that a subscriber may change.

    The topics are read beside it: see views/preferences.py.
    """

    name = name_field()
    country = forms.ChoiceField(required=False, choices=country_choices)
    language = LanguageField(required=True)
    time_zone = forms.ChoiceField(required=False)

    def __init__(self, data: QueryDict | None = None, *, subscriber: Subscriber) -> None:
        said = {
            "name": subscriber.full_name,
            "country": str(subscriber.country),
            "language": subscriber.language or settings.CONTENT_LANGUAGES[0],
            "time_zone": subscriber.time_zone,
        }
        super().__init__(data, initial=said)
        offer_languages(self, subscriber.language)
        zone = self.fields["time_zone"]
        if isinstance(zone, forms.ChoiceField):
            zone.choices = time_zone_choices(subscriber.time_zone)

    def clean_name(self) -> str:
        return _checked_name(self.cleaned_data["name"])
