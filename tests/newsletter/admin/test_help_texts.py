"""Help texts of staff forms stand in the models."""

from typing import Any

import pytest

from campaigns.models import Campaign, Event
from campaigns.studio.pages.create import NewCampaignForm
from campaigns.studio.pages.event.form import EventForm
from newsletter.admin.help_texts import help_text_of
from subscribers.admin.subscriber_form import SubscriberForm
from subscribers.models import Subscriber, Topic


def test_the_help_of_a_moderated_topic_says_who_can_join_it() -> None:
    assert "staff accept or decline them" in help_text_of(Topic, "is_moderated")


@pytest.mark.parametrize(("form", "model"), [(EventForm, Event), (SubscriberForm, Subscriber)])
def test_a_form_shows_what_its_model_says(form: Any, model: type[Event] | type[Subscriber]) -> None:
    shown = {name: field.help_text for name, field in form.base_fields.items()}
    assert shown == {name: help_text_of(model, name) for name in shown}


def test_the_details_page_shows_what_the_campaign_s_models_say() -> None:
    shown = {name: field.help_text for name, field in NewCampaignForm.base_fields.items()}
    assert all(shown.values())
    of_the_form = {"start", "languages", "subject"}  # no columns of the campaign itself
    of_the_model = shown.keys() - of_the_form
    assert of_the_form < shown.keys()
    assert {name: shown[name] for name in of_the_model} == {
        name: help_text_of(Campaign, name) for name in of_the_model
    }


def test_only_a_column_has_a_help_text() -> None:
    with pytest.raises(TypeError, match="deliveries"):
        help_text_of(Campaign, "deliveries")
