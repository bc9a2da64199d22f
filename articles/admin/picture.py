from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from articles import pictures
from articles.forms import PictureForm
from articles.models import Picture
from articles.renditions import rendition_sizes, rendition_url
from newsroom.lib import images
from newsroom.lib.forms import ZONED_TIMES

LIBRARY_PAGE = 24


def is_key(value):
    """Whether this is a whole number above 0 that every database can hold."""
    return value.isascii() and value.isdigit() and len(value) < 10 and int(value) > 0


def as_entry(picture):
    """What the editor of stories shows of a picture."""
    sizes = rendition_sizes(picture, "original")
    return {
        "id": picture.pk,
        "caption": picture.caption,
        "credit": picture.credit_line,
        "alt": picture.alt_text,
        "usable": picture.is_usable(),
        "thumbnail": (
            rendition_url(picture, "original", sizes[0][0], "jpg") if sizes else ""
        ),
        "width": picture.width,
        "height": picture.height,
        "url": reverse("admin:articles_picture_change", args=[picture.pk]),
    }


@admin.register(Picture)
class PictureAdmin(admin.ModelAdmin):
    form = PictureForm
    formfield_overrides = ZONED_TIMES
    list_display = [
        "thumbnail",
        "__str__",
        "credit_line",
        "rights_expire_at",
        "uploaded_at",
    ]
    list_display_links = ["thumbnail", "__str__"]
    search_fields = ["caption", "credit_line", "alt_text"]
    show_full_result_count = False
    list_per_page = 50
    readonly_fields = ["thumbnail", "uploaded_at", "uploaded_by"]
    fieldsets = [
        (
            None,
            {"fields": ["thumbnail", "upload", "caption", "credit_line", "alt_text"]},
        ),
        ("Rights", {"fields": ["copyright_notice", "usage_terms", "rights_expire_at"]}),
        ("Crops keep this point", {"fields": ["focal_x", "focal_y"]}),
        ("Upload", {"fields": ["uploaded_at", "uploaded_by"]}),
    ]

    @admin.display(description="picture")
    def thumbnail(self, picture):
        sizes = rendition_sizes(picture, "4x3")
        if not sizes:
            return "–"
        width, height = sizes[0]
        return format_html(
            '<img src="{}" width="{}" height="{}" alt="" loading="lazy">',
            rendition_url(picture, "4x3", width, "jpg"),
            width // 2,
            height // 2,
        )

    def get_urls(self):
        library = self.admin_site.admin_view(require_safe(self.library))
        return [
            path("library/", library, name="articles_picture_library"),
            *super().get_urls(),
        ]

    def library(self, request):
        """The library as JSON: pictures with these `ids`, or a page that match `q`.

        Newest first; `more` says whether there is a next `page`, counted from 1.
        """
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = self.get_queryset(request)
        if "ids" in request.GET:
            ids = [pk for pk in request.GET["ids"].split(",")[:200] if is_key(pk)]
            pictures = found.filter(pk__in=ids)
            return JsonResponse({"pictures": list(map(as_entry, pictures))})
        found, _ = self.get_search_results(request, found, request.GET.get("q", ""))
        page = request.GET.get("page", "1")
        start = (int(page) - 1) * LIBRARY_PAGE if is_key(page) else 0
        rows = found.order_by("-uploaded_at", "-pk")[start : start + LIBRARY_PAGE + 1]
        entries = list(map(as_entry, rows))
        return JsonResponse(
            {"pictures": entries[:LIBRARY_PAGE], "more": len(entries) > LIBRARY_PAGE}
        )

    def save_form(self, request, form, change):
        """A new picture's row is made with its file, a changed one's is saved first."""
        if change:
            return super().save_form(request, form, change)
        form.save_m2m = lambda: None
        upload = form.cleaned_data["upload"]
        return pictures.add_picture(upload, by=request.user, **form.words())

    def save_model(self, request, obj, form, change):
        if not change:
            return
        super().save_model(request, obj, form, change)
        try:
            if form.cleaned_data["upload"]:
                pictures.replace_file(obj, form.cleaned_data["upload"])
            else:
                pictures.make_renditions(obj)
        except (images.UnacceptablePictureError, OSError):
            message = (
                "The words are saved; the original file is missing. Upload it again."
            )
            self.message_user(request, message, messages.WARNING)
