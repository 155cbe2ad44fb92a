"""Every table with personal data has a retention time, a setting for it, and a function for it."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import models

from subscribers.models import Subscriber
from tests.architecture.rows import models_of_ours
from tests.architecture.sources import modules, text_of

PERSONAL = {
    "email",
    "to",
    "to_name",
    "recipient",
    "sender_address",
    "digest",
    "full_name",
    "given_name",
    "network",
    "raw",
    "refused",
    "payload",
}
"""Names of columns that hold, or lead to, data about a person."""
ENTRY_POINTS = {"config", "views", "models", "admin", "studio", "demo"}
ACTIONS = "\n".join(
    text
    for path in modules()
    if not ENTRY_POINTS & set(path.parts)
    if re.search(r"\.(delete|update|bulk_update)\(|\bin_batches\(", text := text_of(path))
)
KEEPING = sorted(name for name in dir(settings) if name.startswith("KEEP_"))


def is_personal(model: type[models.Model]) -> bool:
    fields = model._meta.get_fields()
    return any(
        isinstance(field, models.Field)
        and (field.name in PERSONAL or field.related_model is Subscriber)
        for field in fields
    )


WITH_PERSONAL_DATA = [model for model in models_of_ours() if is_personal(model)]


def test_tables_known_to_hold_personal_data_are_among_those_looked_at() -> None:
    names = {model.__name__ for model in WITH_PERSONAL_DATA}
    assert names >= {
        "Subscriber",
        "Subscription",
        "ConsentRecord",
        "Suppression",
        "Delivery",
        "Rsvp",
    }
    assert names >= {"TransactionalMessage", "ProviderEvent", "InboxMessage", "ImportBatch"}


@pytest.mark.parametrize("model", WITH_PERSONAL_DATA, ids=lambda model: model.__name__)
def test_a_table_with_personal_data_says_when_it_dies(model: type[models.Model]) -> None:
    rule = (model.__doc__ or "").partition("`retention`:")[2]
    assert rule, f"{model.__name__} has personal data, and no `retention`: rule in its docstring"
    named = re.findall(r"KEEP_[A-Z_]+", rule)
    assert named or "for good" in rule, (
        f"the rule of {model.__name__} names no KEEP_ setting, nor says that it is kept for good"
    )
    assert set(named) <= set(KEEPING)


@pytest.mark.parametrize("name", KEEPING)
def test_every_retention_time_is_positive_and_used_by_a_function(name: str) -> None:
    assert isinstance(getattr(settings, name), timedelta)
    assert getattr(settings, name) > timedelta(0)
    assert re.search(rf"\bsettings\.{name}\b", ACTIONS), f"no function of retention uses {name}"


@pytest.mark.parametrize("app", ["newsletter", "staff", "subscribers", "campaigns"])
def test_the_clock_lets_data_die_at_least_once_a_day(app: str) -> None:
    beats = [
        entry["schedule"]
        for entry in settings.CELERY_BEAT_SCHEDULE.values()
        if entry["task"] == f"{app}.forget_expired"
    ]
    assert beats
    assert beats[0] <= 24 * 3600
