"""Fields that all sign-up forms share: what one form does with them isn’t there for another."""

import copy

import pytest
from django.forms import Field
from django.http import QueryDict

from subscribers.views.forms import SignUpForm

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("brand", "topic")]

FILLED_IN = "email=ada%40example.org&topics=quarterly-meetings&country=NZ&language=en"
MISTAKEN = "email=ada&topics=none&country=%00&language=xx&name=www.example.org&website=x"


def state_of(field: Field) -> dict[str, object]:
    return {**vars(field), "widget": copy.deepcopy(vars(field.widget))}


def test_only_the_fields_that_forms_change_are_copied_for_each() -> None:
    one, other = SignUpForm(QueryDict(FILLED_IN)), SignUpForm()
    own = {name for name in one.fields if one.fields[name] is not other.fields[name]}
    assert own == {"language", "topics"}


@pytest.mark.parametrize("query", [FILLED_IN, MISTAKEN, ""])
def test_a_form_leaves_the_shared_fields_as_they_were(query: str) -> None:
    shared = {
        name: field
        for name, field in SignUpForm.base_fields.items()
        if SignUpForm().fields[name] is field
    }
    before = {name: state_of(field) for name, field in shared.items()}
    form = SignUpForm(QueryDict(query))
    form.is_valid()
    assert str(form)
    assert {name: state_of(field) for name, field in shared.items()} == before
