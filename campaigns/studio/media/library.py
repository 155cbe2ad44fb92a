"""The media library: all images, and uploading one."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from campaigns.content.hidden_images import hidden_images, visible_images
from newsletter.media.image_files import thumbnail
from newsletter.media.image_use import reference_to
from newsletter.media.reencode_apart import BadImage
from newsletter.media_library.add_image import AddedImage, add_image
from newsletter.models import MediaImage
from staff.views.frame import render_page, staff_page

SEE, ADD = "newsletter.view_mediaimage", "newsletter.add_mediaimage"
PER_PAGE = 48
UNPROCESSABLE = 422
LONGEST_SEARCH = 100
ACCEPT = "image/jpeg,image/png,image/gif,image/webp,image/avif"
FIRST_PICTURE = "It is an animation, of which the first picture is kept."


@dataclass(frozen=True, slots=True)
class LibraryImage:
    """An image in a list."""

    image: MediaImage
    thumbnail: str

    @property
    def around(self) -> str:
        """The focal point, for the script that cuts images to their frames."""
        return f"{self.image.focus_x}% {self.image.focus_y}%"


class ImageUploadForm(forms.Form):
    """One image."""

    file = forms.FileField(
        label="Image",
        max_length=255,
        error_messages={
            "required": "Choose an image.",
            "missing": "Choose an image.",
            "invalid": "Choose the file again.",
            "empty": "The file is empty.",
            "max_length": "The name of the file is too long. Rename it.",
            "contradiction": "Choose an image.",
        },
        widget=forms.FileInput({"class": "st-input", "accept": ACCEPT}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        megabytes = settings.MEDIA_IMAGE_BYTES // 1_000_000
        self.fields["file"].help_text = (
            f"A JPEG, PNG, GIF, WebP or AVIF of at most {megabytes} MB. It is made anew at the "
            f"sizes that emails need. Place, camera and other notes in the file are removed."
        )


def listed(image: MediaImage) -> LibraryImage:
    """Return an image as a list shows it."""
    return LibraryImage(image, thumbnail(image))


@require_http_methods(["GET", "HEAD", "POST"])
def _library(request: HttpRequest) -> HttpResponse:
    """Show the images, the newest first; on POST, add one."""
    if request.method == "POST":
        if not request.user.has_perm(ADD):
            raise PermissionDenied
        return _upload(request)
    return _list(request, ImageUploadForm())


def _upload(request: HttpRequest) -> HttpResponse:
    is_script = request.headers.get("Accept", "") == "application/json"
    form = ImageUploadForm(request.POST, request.FILES)
    problem = ""
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            hidden = hidden_images(request.user)
            added = add_image(file.read(), name=file.name, by=request.user, unknown=hidden)
        except BadImage as error:
            problem = str(error)
            form.add_error("file", problem)
        else:
            return _for_script(added) if is_script else _added(request, added)
    if is_script:
        why = problem or next((text for texts in form.errors.values() for text in texts), "")
        return JsonResponse({"problem": why}, status=UNPROCESSABLE)
    return _list(request, form, status=UNPROCESSABLE)


def _for_script(added: AddedImage) -> HttpResponse:
    image = added.image
    return JsonResponse(
        {
            "reference": reference_to(image.key),
            "page": reverse("media_image", args=[image.pk]),
            "around": listed(image).around,
            "thumbnail": thumbnail(image),
            "title": image.title,
            "alt": image.alt,
            "is_decorative": image.is_decorative,
            "note": FIRST_PICTURE if added.is_animated else "",
        }
    )


def _added(request: HttpRequest, added: AddedImage) -> HttpResponse:
    if not added.is_new:
        messages.info(request, "This image was in the library already.")
    else:
        messages.success(request, "Image uploaded. Describe it for people who can’t see it.")
    if added.is_animated:
        messages.warning(request, FIRST_PICTURE)
    return redirect("media_image", added.image.pk)


def _list(request: HttpRequest, form: ImageUploadForm, *, status: int = 200) -> HttpResponse:
    search = " ".join(request.GET.get("q", "")[:LONGEST_SEARCH].split())
    rows = visible_images(request.user)
    for word in search.split():
        rows = rows.filter(Q(title__icontains=word) | Q(alt__icontains=word))
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 16:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: PER_PAGE + 1])
    images = found[:PER_PAGE]
    query = {"q": search} if search else {}
    older = urlencode({**query, "before": images[-1].pk}) if len(found) > PER_PAGE else ""
    return render_page(
        request,
        "studio/media/library.html",
        "Images",
        status=status,
        images=[listed(image) for image in images],
        search=search,
        older=older,
        is_first_page=not before,
        form=form,
        may_add=request.user.has_perm(ADD),
    )


library_page = staff_page(_library, permission=SEE)
