"""The staff page of the brand. There is one row, so its list is its form."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import ForeignKey
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from unfold.widgets import UnfoldAdminColorInputWidget

from newsletter.admin.brand_form import (
    NEUTRAL_FIELDS,
    about_fields,
    brand_form,
    neutral_text_fields,
)
from newsletter.admin.brand_preview import saved_sample, typed_sample
from newsletter.admin.lists import StaffAdmin
from newsletter.admin.visibility import visible_rows
from newsletter.brand.save import save_brand
from newsletter.models import THE_BRAND, Brand, MediaImage


@admin.register(Brand)
class BrandAdmin(StaffAdmin):
    """The sender: name, address, footer and colour."""

    change_form_template = "newsletter/brand_form.html"
    add_label = "Set up brand"
    add_button = "Save brand"

    fieldsets = [
        ("Name", {"fields": ["name", "short_name", "tagline", "colour", "logo", "header_image"]}),
        (
            "Sender",
            {
                "fields": ["sender_name", "sender_email", "reply_to"],
                "description": (
                    "Shown in the From line of every email, and where replies go. If you change "
                    "it, approved and scheduled campaigns become drafts and need a new approval."
                ),
            },
        ),
        (
            "Addresses",
            {
                "fields": ["postal_address", "website", "contact_email", "social_links"],
                "description": (
                    "The postal address and website end every email. Most countries require a "
                    "postal address by law."
                ),
            },
        ),
    ]

    def get_form(
        self, request: HttpRequest, obj: Brand | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        widgets = {**kwargs.pop("widgets", {}), "colour": UnfoldAdminColorInputWidget()}
        kwargs["form"] = brand_form()
        return super().get_form(request, obj, change, widgets=widgets, **kwargs)

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Offer the images that somebody may know of."""
        kwargs["queryset"] = visible_rows(MediaImage.objects.all(), request.user)
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None:
            field.empty_label = "None"  # unfold has words of its own for it
        return field

    def get_fieldsets(self, request: HttpRequest, obj: Brand | None = None) -> Any:
        name, *others = self.fieldsets
        about = {
            "fields": about_fields(),
            "description": (
                "For the home page: who you are and what you do, in a few sentences. An empty line "
                "begins a new paragraph. Readers of a language without a text get the first one "
                "that there is."
            ),
        }
        discreet = {
            "fields": [*NEUTRAL_FIELDS, *neutral_text_fields()],
            "description": (
                "For people who could be in danger if others saw your email. Subscribers can "
                "switch discreet mode on once the first two fields are filled in. Use domains that "
                "have nothing to do with you, by name and by owner. Where a text is empty, the one "
                "shown in grey is used. docs/discreet.md tells what to set up."
            ),
        }
        return [name, ("About you", about), *others, ("Discreet mode", discreet)]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_or_change_permission(request):
            page: HttpResponse = super().changelist_view(request, extra_context)  # refuses
            return page
        if Brand.objects.filter(pk=THE_BRAND).exists():
            return redirect(reverse("admin:newsletter_brand_change", args=[THE_BRAND]))
        return redirect(reverse("admin:newsletter_brand_add"))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        context = {"title": "Brand", "subtitle": "", "is_single_page": True}
        page: HttpResponse = super().changeform_view(
            request, object_id, form_url, {**(extra_context or {}), **context}
        )
        return page

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.preview)
        own = path("preview/", view, name="newsletter_brand_preview")
        urls: list[URLPattern] = super().get_urls()
        return [own, *urls]

    def preview(self, request: HttpRequest) -> HttpResponse:
        """Show a sample email as the form holds the brand, or as it is saved."""
        is_typed = request.method == "POST"
        may = self.has_change_permission if is_typed else self.has_view_or_change_permission
        if not may(request):
            raise PermissionDenied
        return typed_sample(request.POST, account=request.user) if is_typed else saved_sample()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return (
            bool(super().has_add_permission(request))
            and not Brand.objects.filter(pk=THE_BRAND).exists()
        )

    def has_delete_permission(self, request: HttpRequest, obj: Brand | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Brand, form: Any, change: bool) -> None:
        for consequence in save_brand(obj):
            messages.warning(request, consequence)
