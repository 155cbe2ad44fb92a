"""A label or a custom field that a rule asks for is kept, as long as the rule may be used."""

from collections.abc import Callable
from typing import Any

import pytest

from campaigns.content.edit import save_audience
from campaigns.content.saved_audiences import delete_saved_audience, save_saved_audience
from campaigns.models import Campaign
from campaigns.states import CampaignStatus
from subscribers.custom_fields.keep import delete_field
from subscribers.custom_fields.uses import FieldInUse
from subscribers.labels.keep import create_label, delete_label
from subscribers.labels.uses import LabelInUse
from subscribers.models import CustomField

pytestmark = pytest.mark.django_db

type Asked = tuple[dict[str, Any], Callable[[], object], type[RuntimeError]]
"""A condition, the deletion of what it asks for, and how that is refused."""


@pytest.fixture(params=["label", "field"])
def asked(request: pytest.FixtureRequest) -> Asked:
    if request.param == "label":
        label = create_label("Balkans")
        condition = {"kind": "label", "label": label.pk}
        return condition, lambda: delete_label(label.pk), LabelInUse
    field = CustomField.objects.create(key="party", name="Party", kind="text")
    condition = {"kind": "field", "field": "party", "how": "is", "value": "Green"}
    return condition, lambda: delete_field(field.pk), FieldInUse


def test_what_a_campaign_asks_for_is_kept_until_it_is_over(draft: Campaign, asked: Asked) -> None:
    condition, delete, refused = asked
    save_audience(draft, countries=[], languages=[], conditions={"conditions": [condition]})
    with pytest.raises(refused, match="the campaign “Quarterly meeting”"):
        delete()
    Campaign.objects.filter(pk=draft.pk).update(status=CampaignStatus.CANCELLED)
    delete()


def test_what_a_saved_audience_asks_for_is_kept(asked: Asked) -> None:
    condition, delete, refused = asked
    saved = save_saved_audience(None, name="South-east", conditions={"conditions": [condition]})
    with pytest.raises(refused, match="the audience “South-east”"):
        delete()
    delete_saved_audience(saved)
    delete()
