"""Documents about events."""

from django.db import models
from django.utils.translation import get_language

from campaigns.event_states import DocumentAccess
from campaigns.models.event import Event
from subscribers.local_texts import TextKind, text_in

DOCUMENT_TEXTS = {"title": TextKind("Title", longest=160)}


class EventDocument(models.Model):
    """A PDF about an event, whose bytes lie in the folder of documents under the name `file`.

    It is what an organisation gives to the public or to participants. It stays until staff delete
    it.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="documents")
    title = models.CharField(max_length=160, help_text="People see it as the text of the link.")
    texts = models.JSONField(
        "other languages",
        blank=True,
        default=dict,
        db_default=models.Value({}, models.JSONField()),
        help_text="The title for people who read our pages and emails in that language.",
    )
    language = models.CharField(
        "language of the document",
        max_length=35,
        blank=True,
        default="",
        db_default="",
        help_text="Shown beside the link.",
    )
    access = models.CharField("who can open it", max_length=8, choices=DocumentAccess.choices)
    file = models.CharField(max_length=40, unique=True, editable=False)
    size = models.PositiveIntegerField(help_text="Bytes.")
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def local_title(self) -> str:
        """The title in the active language."""
        return text_in(self, get_language() or "", "title")
