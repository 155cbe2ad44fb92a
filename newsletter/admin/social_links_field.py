"""The form field of the brand's social links: a name and a link on each line."""

from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminTextareaWidget

from newsletter.rendering.content_errors import BlockError, as_sentence
from newsletter.rendering.hrefs import check_ours

MAXIMUM_LINKS = 8
LONGEST_NAME = 40


class SocialLinksField(forms.CharField):
    """Lines such as “LinkedIn https://www.linkedin.com/company/…”, kept as names and URLs."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=False,
            max_length=4000,
            widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
            **kwargs,
        )

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return "\n".join(f"{link['name']} {link['url']}" for link in value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return _lines(self.prepare_value(initial)) != _lines(self.prepare_value(data))

    def clean(self, value: Any) -> Any:
        """Return the links as they are kept.

        Raises:
            ValidationError: a line without a name or a link, or too many of them.
        """
        lines = _lines(super().clean(value))
        if len(lines) > MAXIMUM_LINKS:
            raise forms.ValidationError(f"Enter at most {MAXIMUM_LINKS} links.")
        return [_link(line) for line in lines]


def _lines(text: object) -> list[str]:
    return [" ".join(line.split()) for line in str(text or "").splitlines() if line.strip()]


def _link(line: str) -> dict[str, str]:
    name, _, url = line.rpartition(" ")
    if not name:
        raise forms.ValidationError(f"Enter a name before the link: {line[:60]}")
    if len(name) > LONGEST_NAME:
        raise forms.ValidationError(f"Use at most {LONGEST_NAME} characters for a name.")
    try:
        return {"name": name, "url": check_ours(url, path="social_links")}
    except BlockError as error:
        raise forms.ValidationError(as_sentence(error.problem)) from error
