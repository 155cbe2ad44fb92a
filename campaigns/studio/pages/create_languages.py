"""The choice of languages on the page that creates a campaign."""

from typing import Any

from django import forms
from django.conf import settings
from django.urls import reverse_lazy

from campaigns.content.usual_languages import usual_languages
from campaigns.models import CampaignTemplate
from campaigns.need_to_know import visible_templates
from campaigns.studio.languages import language_choices
from newsletter.core.numbers import whole_number
from subscribers.need_to_know.hidden import Account, visible_topics

OWN = "template-"
"""Before the id of a template that staff made, among the choices of a starting point."""
LANGUAGES_ANEW = {
    "hx-get": reverse_lazy("admin:campaigns_campaign_add"),
    "hx-trigger": "change",
    "hx-include": "closest form",
    "hx-params": "start,topic,languages",
    "hx-target": "#languages",
    "hx-select": "#languages",
    "hx-swap": "outerHTML",
    # A tick of the moment in between would be lost.
    "hx-disabled-elt": "#languages",
}
"""Attributes of a field on which the languages depend."""


class LanguagesField(forms.MultipleChoiceField):
    """The languages in which a campaign begins, those that are probably wanted first.

    Attributes:
        offered_for: the start whose languages are ticked at first; the page sends it back.
    """

    offered_for = ""

    def __init__(self) -> None:
        super().__init__(
            label="Languages",
            required=False,
            widget=forms.CheckboxSelectMultiple({"class": "st-box"}),
            help_text=(
                "The email begins in these, and always in its main language. You can add and "
                "remove languages later."
            ),
        )

    def offer(self, start: Any, topic: Any, *, account: Account) -> None:
        """Set what can be chosen, and what is ticked at first.

        Args:
            start, topic: what is chosen there, as it was typed.
            account: who chooses.
        """
        self.offered_for = str(start or "")
        template = _template(self.offered_for, account)
        topics = visible_topics(account)
        number = whole_number(str(topic))
        chosen = topics.filter(pk=number) if number is not None else None
        first = (
            [template.language, *template.contents]
            if template
            else usual_languages(list((chosen or topics).order_by("position", "pk")[:MOST_TOPICS]))
        )
        tags = list(dict.fromkeys([*first, *settings.CONTENT_LANGUAGES]))
        self.choices = language_choices(tags)
        self.initial = list(template.contents) if template else settings.CONTENT_LANGUAGES[:1]


MOST_TOPICS = 20
"""Topics whose languages are looked at, while none is chosen."""


def _template(start: str, account: Account) -> CampaignTemplate | None:
    number = start.removeprefix(OWN)
    if number == start or not (number.isascii() and number.isdecimal() and len(number) < 19):
        return None
    return visible_templates(account).filter(pk=int(number)).first()
