from django.contrib import admin, messages
from django.utils.html import format_html

from articles import pictures
from articles.forms import PictureForm
from articles.models import Picture
from articles.renditions import rendition_sizes, rendition_url
from newsroom.lib import images
from newsroom.lib.forms import ZONED_TIMES


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
