"""Staff pages of imports, to look at.

Imports are made and undone by command, where the file lies.
"""

from django.contrib import admin

from newsletter.admin.lists import ReadOnlyAdmin
from subscribers.models import ImportBatch


@admin.register(ImportBatch)
class ImportBatchAdmin(ReadOnlyAdmin):
    """The list of imports: what was read, what came of it, and what was refused."""

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
    list_before_template = "studio/about_imports.html"
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "file_name",
                    "topic",
                    "consent_words",
                    "made_by",
                    "created_at",
                    "undone_at",
                ]
            },
        ),
        (
            "What came of it",
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
        ("How it was read", {"fields": ["mapping", "file_digest"]}),
    ]
