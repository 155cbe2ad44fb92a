"""Help texts of staff forms: they stand in the models, as `help_text` of their columns."""

from typing import Any

from django.db.models import Field, Model


def help_text_of(model: type[Model], column: str) -> str:
    """Return the help text of a column, for a form that declares its input itself."""
    field = model._meta.get_field(column)
    if not isinstance(field, Field):
        raise TypeError(f"{column} is no column of {model.__name__}")
    known: Field[Any, Any] = field
    return str(known.help_text)
