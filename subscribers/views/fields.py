"""The fields of the public forms. They check what was typed, and tidy it."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext_lazy as _

from newsletter.core.addresses import BadAddress, parse_address
from newsletter.core.languages import own_name
from newsletter.core.time_zones import known_zones
from newsletter.core.web_addresses import holds_web_address
from newsletter.core.zone_names import local_zone_menu
from subscribers.countries import country_choices, country_codes
from subscribers.greeting import MAXIMUM_SALUTATION
from subscribers.models import Topic
from subscribers.person_names import MAXIMUM_NAME, NO_WEB_ADDRESS, clean_name
from subscribers.views.quick_select import QuickSelect

type Choices = list[tuple[str, str]]


def shared[AnyField: forms.Field](field: AnyField) -> AnyField:
    """Have all forms of a class use one field, which none of them changes.

    Django copies each field for each form, with its widget and its messages. That took as long as
    to check what was filled in.
    """
    field.__deepcopy__ = lambda memo: field  # type: ignore[method-assign]  # as `copy` looks it up
    return field


UNKNOWN_COUNTRY = _("Select a country or body from the list.")
SAID_BY_DJANGO = (gettext_noop("Null characters are not allowed."),)
"""What Django says of what nobody can type, in words of ours in each language."""


class EmailField(forms.CharField):
    """An address, checked by the one validator. Django's own refuses international ones."""

    def __init__(self) -> None:
        attrs = {
            "autocomplete": "email",
            "autocapitalize": "none",
            "spellcheck": "false",
            "dir": "ltr",
        }
        super().__init__(
            label=_("Email address"),
            max_length=1000,  # the validator's own message says more
            widget=forms.EmailInput(attrs=attrs),
            error_messages={
                "required": _("Enter your email address."),
                "max_length": _("This email address is too long."),
            },
        )

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "maxlength": "320"}

    def clean(self, value: Any) -> str:
        try:
            return parse_address(super().clean(value))
        except BadAddress as error:
            raise forms.ValidationError(str(error)) from error


class NameField(forms.CharField):
    """A name, tidied.

    A web address in one is refused: it would be a link in somebody's mailbox, under our sender.
    """

    def __init__(self) -> None:
        super().__init__(
            label=_("Name"),
            required=False,
            max_length=MAXIMUM_NAME,
            widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
            error_messages={
                "max_length": _("Use at most %(limit_value)d characters for your name.")
            },
        )

    def clean(self, value: Any) -> str:
        name = clean_name(super().clean(value))
        if holds_web_address(name):
            raise forms.ValidationError(NO_WEB_ADDRESS)
        return name


class SalutationField(NameField):
    """A person's own words for how to greet them, tidied as a name is."""

    def __init__(self) -> None:
        super(NameField, self).__init__(
            label=_("Other words"),
            required=False,
            max_length=MAXIMUM_SALUTATION,
            help_text=_("For example, “Senator Okoro” or “Madam Speaker”."),
            error_messages={
                "max_length": _("Use at most %(limit_value)d characters for these words.")
            },
        )


class LanguageField(forms.ChoiceField):
    """The language of emails: those that we write in, each in its own name.

    Its choices are a list, made when the form is: of a callable's, a template can't tell how many
    there are.
    """

    is_a_choice = False
    """Whether there are several."""

    def __init__(self, *, required: bool) -> None:
        unknown = _("Select one of these languages.")
        messages = {"required": unknown, "invalid_choice": unknown}
        super().__init__(
            label=_("Language of our emails"), required=required, error_messages=messages
        )

    def offer(self, *kept: str) -> None:
        """Offer the languages that we write in, and `kept`, which the person had before."""
        tags = dict.fromkeys([*settings.CONTENT_LANGUAGES, *filter(None, kept)])
        self.choices = [(tag, own_name(tag)) for tag in tags]
        self.is_a_choice = len(tags) > 1


def country_choices_with(kept: str) -> Choices:
    """Return the countries of a menu, and `kept`, which the person has already.

    Its code stands for its name where we have none any more.
    """
    offered = country_choices()
    return offered if kept in dict(offered) else [*offered, (kept, kept)]


def time_zone_choices(*kept: str) -> list[tuple[str, Choices]]:
    """Return all places, by continent, as a select shows them.

    In front stands what the person has already, which may be an older name, or one that our data
    doesn't have any more.
    """
    gone = [(zone, zone.replace("_", " ")) for zone in kept if zone not in {"", *known_zones()}]
    return [
        ("", [("", str(_("Select a time zone (otherwise we use UTC)")))]),
        *([(str(_("Yours")), gone)] if gone else []),
        *local_zone_menu(kept, title=str(_("Yours")), language=get_language() or "en"),
    ]


class TopicsField(forms.Field):
    """Topics by their slugs, at least one: a person who chooses none has agreed to nothing."""

    def __init__(self) -> None:
        messages = {
            "required": _("Choose at least one topic."),
            "invalid_choice": _(
                "There is no topic “%(value).50s”. Choose from the topics on this page."
            ),
            "invalid_list": _("Choose from the topics on this page."),
        }
        super().__init__(widget=forms.SelectMultiple, error_messages=messages)
        self.topics: Collection[Topic] = ()

    def offer(self, topics: Collection[Topic]) -> None:
        """Offer these topics alone."""
        self.topics = topics
        if len(topics) == 1:  # there is no box to tick: our page has the one in a hidden field
            self.error_messages["required"] = _(
                "The form didn’t say which topic you want. Press “Subscribe” to get email about "
                "this one."
            )

    def clean(self, value: Any) -> list[Topic]:
        """Return the topics that were chosen, in the order in which they are offered.

        An empty value is ignored, such as the first entry of a menu has.
        """
        if not value:
            raise self._mistake("required")
        if not isinstance(value, list | tuple):
            raise self._mistake("invalid_list")
        chosen = {slug for slug in value if slug}
        if not chosen:
            raise self._mistake("required")
        known = {topic.slug for topic in self.topics}
        for slug in value:
            if slug and slug not in known:
                raise self._mistake("invalid_choice", value=slug)
        return [topic for topic in self.topics if topic.slug in chosen]

    def _mistake(self, code: str, **params: str) -> forms.ValidationError:
        return forms.ValidationError(self.error_messages[code], code=code, params=params or None)


class CountryField(forms.ChoiceField):
    """A country, or none. It is looked up among the codes, not by going through a menu of names."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Country or body"),
            required=False,
            choices=country_choices,
            widget=QuickSelect,
            error_messages={"invalid_choice": UNKNOWN_COUNTRY},
        )

    def valid_value(self, value: str) -> bool:
        return value in country_codes()


def offer_languages(form: forms.Form, *kept: str) -> None:
    """Fill the form's menu of languages."""
    field = form.fields["language"]
    if isinstance(field, LanguageField):
        field.offer(*kept)
