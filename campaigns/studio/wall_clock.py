"""A field for wall-clock time, which is kept as if it were UTC."""

from datetime import datetime
from typing import Any

from django import forms


class WallClockField(forms.DateTimeField):
    """A wall-clock time, kept as if it were UTC.

    The browser shows its own picker, and no zone is applied to what is typed.
    """

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput({"type": "datetime-local", "class": "st-input"})
        super().__init__(
            widget=widget,
            input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
            **kwargs,
        )

    def prepare_value(self, value: Any) -> Any:
        return value.strftime("%Y-%m-%dT%H:%M") if isinstance(value, datetime) else value
