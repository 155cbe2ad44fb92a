"""The form by which a need-to-know topic is granted to a member of staff."""

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.db.models import QuerySet
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from staff.accounts.names import called
from subscribers.models import Topic, TopicGrant
from subscribers.need_to_know.grants import (
    BadGrant,
    LastGrant,
    check_end,
    check_replaced,
    end_of,
)
from subscribers.need_to_know.hidden import Account, visible_topics

NO_SUCH_TOPIC = "No need-to-know topic has this URL name, or the account has it for longer already."
"""One sentence for both, or a day of yesterday's would tell who sees which topic."""
LAST_GRANT = (
    "This would end the last grant of the topic sooner, and nobody would see it after that. Open "
    "that grant and revoke it there, or choose a later day."
)


class AccountField(forms.ModelChoiceField):  # type: ignore[type-arg] # generic for the type checker alone
    """A menu of accounts with the names of their owners."""

    def label_from_instance(self, obj: User) -> str:
        return called(obj)


def grantable_topics(account: Account) -> QuerySet[Topic]:
    """Select the need-to-know topics that an account sees."""
    return visible_topics(account).filter(is_restricted=True)


class GrantForm(forms.ModelForm):  # type: ignore[type-arg] # generic for the type checker alone
    """An account, a topic, and a last day.

    A topic that the administrator doesn't see is typed: they grant those, too.
    """

    asked_by: Account
    """The administrator. The page sets it on a class of its own for each request."""

    one_is_needed = ("topic", "topic_name")
    """Neither is called optional. Read by the template of a field."""

    account = AccountField(
        User.objects.filter(is_active=True, is_staff=True).order_by("username"),
        widget=UnfoldAdminSelectWidget,
        label="Staff account",
        empty_label="Select an account",
        error_messages={"required": "Select an account."},
    )
    topic = forms.ModelChoiceField(
        Topic.objects.none(),
        required=False,
        widget=UnfoldAdminSelectWidget,
        label="Topic",
        empty_label="Select a topic",
        help_text="Select a need-to-know topic that you see, or enter the URL name of another.",
    )
    topic_name = forms.CharField(
        required=False,
        max_length=60,
        widget=UnfoldAdminTextInputWidget({"autocomplete": "off"}),
        label="URL name of the topic",
        error_messages={"required": "Enter the URL name of the topic."},
        help_text=(
            "Somebody who sees the topic finds it on the topic’s page. All who see it are told by "
            "email who granted it, to whom and until when."
        ),
    )
    last_day = forms.DateField(
        widget=UnfoldAdminTextInputWidget({"type": "date"}),
        label="Last day",
        error_messages={"required": "Enter the last day.", "invalid": "Enter a date."},
        help_text="The account sees the topic until this day ends (UTC). Choose a day within a "
        "year; after it you can grant the topic again.",
    )

    class Meta:
        model = TopicGrant
        fields = ["account"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        topic = self.fields.get("topic")
        if isinstance(topic, forms.ModelChoiceField):
            topic.queryset = grantable_topics(self.asked_by)
            self.fields["topic_name"].required = not topic.queryset.exists()

    def clean(self) -> dict[str, Any]:
        """Find the topic once the rest is right.

        So whoever asks for a URL name grants its topic, and its holders are told: nobody learns in
        secret whether there is one.
        """
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        cleaned["until"] = end_of(cleaned["last_day"])
        try:
            check_end(cleaned["until"])
        except BadGrant as error:
            self.add_error("last_day", str(error))
            return cleaned
        chosen, typed = cleaned["topic"], cleaned["topic_name"].strip()
        if not typed and chosen is None:
            self.add_error("topic", "Select a topic, or enter the URL name of another.")
        elif typed and chosen is not None:
            self.add_error("topic_name", "Select a topic or enter a URL name, not both.")
        elif chosen is None:
            cleaned["topic"] = Topic.objects.filter(slug=typed, is_restricted=True).first()
            if cleaned["topic"] is None:
                self.add_error("topic_name", NO_SUCH_TOPIC)
        if not self.errors:
            self._check_replaced(cleaned)
        return cleaned

    def _check_replaced(self, cleaned: dict[str, Any]) -> None:
        by = self.asked_by.get_username()
        try:
            check_replaced(cleaned["topic"], cleaned["account"], until=cleaned["until"], by=by)
        except BadGrant:
            self.add_error("topic_name", NO_SUCH_TOPIC)
        except LastGrant:
            self.add_error("last_day", LAST_GRANT)

    def _post_clean(self) -> None:
        """Skip Django's checks of the row, which the action makes."""
