"""The page of one image: its description, its focal point, where it is used, and deleting it."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from campaigns.content.hidden_images import visible_images
from campaigns.studio.media.library import SEE, listed
from newsletter.admin.visibility import note_view
from newsletter.media.image_files import names_of, path_of_file
from newsletter.media.reencode_apart import BadImage
from newsletter.media_library.change_image import TEXTS, ImageInUse, change_image, delete_image
from newsletter.media_library.where_used import uses_of
from newsletter.models import MediaImage
from staff.views.frame import render_page, staff_page
from subscribers.need_to_know.hidden import hidden_topics

CHANGE, DELETE = "newsletter.change_mediaimage", "newsletter.delete_mediaimage"
UNPROCESSABLE = 422
_INPUT = {"class": "st-input"}


class ImageForm(forms.ModelForm):  # type: ignore[type-arg] # the stubs' parameter isn't there at runtime
    """The form of what is said of an image."""

    class Meta:
        model = MediaImage
        fields = TEXTS
        labels = {"focus_x": "From the left", "focus_y": "From the top"}
        error_messages = {"title": {"required": "Enter a title."}}
        widgets = {
            "title": forms.TextInput(_INPUT),
            "alt": forms.Textarea({**_INPUT, "rows": 2}),
            "focus_x": forms.NumberInput({**_INPUT, "min": 0, "max": 100}),
            "focus_y": forms.NumberInput({**_INPUT, "min": 0, "max": 100}),
        }

    def clean_title(self) -> str:
        """Return the title as one line."""
        return " ".join(str(self.cleaned_data["title"]).split())

    def clean_alt(self) -> str:
        """Return the alternative text as one line."""
        return " ".join(str(self.cleaned_data["alt"]).split())


@require_http_methods(["GET", "HEAD", "POST"])
def _image(request: HttpRequest, mediaimage_id: int) -> HttpResponse:
    if request.method == "POST" and not request.user.has_perm(CHANGE):
        raise PermissionDenied
    image = get_object_or_404(visible_images(request.user), pk=mediaimage_id)
    if request.method != "POST":
        return _page(request, image, ImageForm(instance=image))
    # On a copy, so that the page's heading stays what is saved.
    form = ImageForm(request.POST, instance=MediaImage.objects.get(pk=image.pk))
    if not form.is_valid():
        return _page(request, image, form, status=UNPROCESSABLE)
    try:
        changed = change_image(image, **{name: form.cleaned_data[name] for name in TEXTS})
    except BadImage as error:
        form.add_error(None, str(error))
        return _page(request, image, form, status=UNPROCESSABLE)
    messages.success(request, "Image saved." if changed.is_changed else "Nothing was changed.")
    for text in changed.follows:
        messages.warning(request, text)
    return redirect("media_image", image.pk)


def _page(
    request: HttpRequest, image: MediaImage, form: ImageForm, *, status: int = 200
) -> HttpResponse:
    note_view(image, request.user)
    uses = uses_of([image.key])
    hidden = hidden_topics(request.user)
    # Of others not even the number is told. Whoever knows of none of them doesn't find this page.
    shown = [use for use in uses if not use.hidden_by or use.hidden_by - hidden]
    names = names_of(image)
    return render_page(
        request,
        "studio/media/image.html",
        image.title,
        status=status,
        image=image,
        form=form,
        largest=path_of_file(names[-1]),
        smaller=path_of_file(names[min(1, len(names) - 1)]),
        around=listed(image).around,
        uses=shown,
        is_used=bool(uses),
        may_change=request.user.has_perm(CHANGE),
        may_delete=request.user.has_perm(DELETE),
    )


def _delete(request: HttpRequest, mediaimage_id: int) -> HttpResponse:
    image = visible_images(request.user).filter(pk=mediaimage_id).first()
    try:
        is_deleted = image is not None and delete_image(image)
    except ImageInUse:
        messages.error(
            request, "The image was not deleted, because it is used. Remove it there first."
        )
        return redirect("media_image", mediaimage_id)
    if is_deleted:
        messages.success(request, f"“{image}” is deleted.")
    else:
        messages.warning(request, "Nothing was changed: this image was already deleted.")
    return redirect("media_library")


image_page = staff_page(_image, permission=SEE)
delete_page = staff_page(_delete, permission=DELETE, page="media_image", keeps_arguments=True)
