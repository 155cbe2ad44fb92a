"""Imports, to look at. They are made and undone by commands on the server."""

from django.contrib import admin

from newsletter.admin.lists import ReadOnlyAdmin
from subscribers.models import ImportBatch


@admin.register(ImportBatch)
class ImportBatchAdmin(ReadOnlyAdmin):
    """Imports: the file, the result, and the refused rows."""

    empty_text = "No list has been imported yet."

    list_display = [
        "file_name",
        "topic",
        "rows",
        "added",
        "unchanged",
        "opted_out",
        "refused_count",
        "created_at",
        "undone_at",
    ]
    list_select_related = ["topic"]
    search_fields = ["file_name"]
    ordering = ["-id"]
    list_before_template = "studio/_about_imports.html"
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "file_name",
                    "topic",
                    "consent_words",
                    "created_at",
                    "undone_at",
                ]
            },
        ),
        (
            "Result",
            {
                "fields": [
                    "rows",
                    "added",
                    "unchanged",
                    "opted_out",
                    "opt_outs",
                    "refused_count",
                    "refused",
                ]
            },
        ),
        ("File", {"fields": ["mapping", "file_digest"]}),
    ]
