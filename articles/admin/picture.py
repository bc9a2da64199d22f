from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.forms.widgets import Script
from django.http import FileResponse, Http404, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_http_methods

from articles import duplicates, pictures, tasks
from articles.admin import picture_pages
from articles.admin.autocomplete import is_key
from articles.admin.picture_facts import thumbnail_url, warnings
from articles.admin.picture_filters import FILTERS
from articles.admin.picture_places import places_of
from articles.admin.protection import KeepsWhatIsUsed, counted
from articles.forms import PictureForm
from articles.models import Picture
from articles.models.picture import originals
from newsroom.lib.forms import ZONED_TIMES
from newsroom.lib.lists import LargeList

LIBRARY_PAGE = 24


def as_entry(picture):
    """What the editor of stories shows of a picture."""
    return {
        "id": picture.pk,
        "caption": picture.caption,
        "credit": picture.credit_line,
        "alt": picture.alt_text,
        "decorative": picture.is_decorative,
        "usable": picture.is_usable(),
        "thumbnail": thumbnail_url(picture),
        "width": picture.width,
        "height": picture.height,
        "url": reverse("admin:articles_picture_change", args=[picture.pk]),
    }


@admin.register(Picture)
class PictureAdmin(KeepsWhatIsUsed, LargeList):
    form = PictureForm
    delete_advice = "Take it out there first, or replace its file."
    formfield_overrides = ZONED_TIMES
    list_display = ["thumbnail", "words", "state", "usage", "uploaded_at"]
    list_display_links = ["thumbnail"]
    sortable_by = ["uploaded_at"]
    list_filter = FILTERS
    search_fields = [
        "caption", "credit_line", "creator", "alt_text", "keywords", "copyright_notice",
    ]  # fmt: skip
    search_help_text = "Captions, credits, creators, alt texts, keywords"
    list_per_page = 48
    actions = ["change_words", "make_again"]
    readonly_fields = ["focus", "notes", "uploaded_at", "uploaded_by", "used_in"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "focus", "focal_x", "focal_y", "notes", "upload", "caption",
                    "alt_text", "is_decorative", "creator", "credit_line",
                ]
            },
        ),
        (
            "Rights",
            {
                "fields": [
                    "usage", "copyright_notice", "usage_terms", "license_url",
                    "acquire_license_url", "allows_site", "allows_newsletter",
                    "allows_republishing", "territory_note", "rights_start_at",
                    "rights_expire_at",
                ]
            },
        ),
        ("In the library", {
            "fields": ["keywords", "taken_at", "uploaded_at", "uploaded_by"]
        }),
        ("Used in", {"fields": ["used_in"]}),
    ]  # fmt: skip

    class Media:
        css = {"all": ["css/admin-pictures.css"]}
        js = [Script("js/picture-focus.js", type="module")]

    # The list ------------------------------------------------------------------------

    @admin.display(description="picture")
    def thumbnail(self, picture):
        return format_html(
            '<img src="{}" width="{}" height="{}" alt="{}" loading="lazy">',
            thumbnail_url(picture),
            picture.width,
            picture.height,
            f"Open: {picture}",
        )

    @admin.display(description="caption", ordering="caption")
    def words(self, picture):
        credit = picture.credit_line and format_html(
            '<small class="library-credit"><bdi>{}</bdi></small>', picture.credit_line
        )
        return format_html("<bdi>{}</bdi> {}", picture, credit)

    @admin.display(description="to know")
    def state(self, picture):
        found = [(words,) for words in warnings(picture, now=timezone.now())]
        return format_html_join(" ", '<span class="library-warning">{}</span>', found)

    @admin.action(description="Change credit and rights…", permissions=["change"])
    def change_words(self, request, queryset):
        return picture_pages.change_words(self, request, queryset)

    @admin.action(description="Make public files again", permissions=["change"])
    def make_again(self, request, queryset):
        pictures.wait_for_renditions(queryset)
        for picture in queryset:
            tasks.make_renditions_after_commit(picture)
        message = "The public files are being made."
        self.message_user(request, message, messages.SUCCESS)

    # The form ------------------------------------------------------------------------

    def get_form(self, request, obj=None, change=False, **kwargs):  # noqa: FBT002 - Django's signature
        if obj:
            obj.places = places_of(obj, request.user)
        form = super().get_form(request, obj, change=change, **kwargs)
        form.not_kept = getattr(request, "not_kept", "")
        return form

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        return fieldsets if obj else fieldsets[:-1]

    @admin.display(description="places")
    def used_in(self, picture):
        lines = getattr(picture, "places", [])
        if not lines:
            return "Nothing shows it."
        items = format_html_join("", "<li>{}</li>", ((line,) for line in lines))
        return format_html("<ul>{}</ul>", items)

    @admin.display(description="crops keep this point")
    def focus(self, picture):
        if not picture.pk:
            return "Choose it once the picture is here."
        context = {"picture": picture, "thumbnail": thumbnail_url(picture)}
        return render_to_string("admin/articles/picture/_focus.html", context)

    @admin.display(description="to know")
    def notes(self, picture):
        if not picture.pk:
            return "–"
        found = [(words,) for words in warnings(picture, now=timezone.now())]
        alike = Picture.objects.in_bulk(duplicates.like(picture)[:10])
        links = [
            (reverse("admin:articles_picture_change", args=[pk]), str(other))
            for pk, other in alike.items()
        ]
        listed = format_html_join("", "<li>{}</li>", found) + format_html_join(
            "", '<li>As good as the same: <a href="{}">{}</a></li>', links
        )
        return format_html("<ul>{}</ul>", listed) if listed else "–"

    def changeform_view(self, request, *args, **kwargs):
        try:
            return super().changeform_view(request, *args, **kwargs)
        except pictures.NotKeptError as error:
            # What was typed stays in the form, and the reason stands beside the file.
            request.not_kept = str(error)
            for file in request.FILES.values():
                file.seek(0)
            return super().changeform_view(request, *args, **kwargs)

    def save_form(self, request, form, change):
        """A new picture's row is made with its file, a changed one's is saved first."""
        if change:
            return super().save_form(request, form, change)
        form.save_m2m = lambda: None
        upload = form.cleaned_data["upload"]
        typed = {name: value for name, value in form.words().items() if value != ""}
        offer = pictures.offered(form.facts)
        taken = {name: value for name, value in offer.items() if not typed.get(name)}
        picture = pictures.add_picture(
            upload,
            facts=form.facts,
            by=request.user,
            render=False,
            **{**typed, **taken},
        )
        if taken:
            names = ", ".join(name.replace("_", " ") for name in taken)
            self.message_user(
                request, f"Taken from the file, to be checked: {names}.", messages.INFO
            )
        if form.facts.note:
            self.message_user(request, form.facts.note, messages.WARNING)
        return picture

    def save_model(self, request, obj, form, change):
        if change:
            # Nothing but what was typed: the public files may have been made since.
            fields = [name for name in form.changed_data if name in form.words()]
            if fields:
                obj.save(update_fields=fields)
            if form.cleaned_data["upload"]:
                obj = pictures.replace_file(
                    obj, form.cleaned_data["upload"], facts=form.facts
                )
                if form.facts.note:
                    self.message_user(request, form.facts.note, messages.WARNING)
        tasks.make_renditions_after_commit(obj)

    def used_by(self, objs, request):
        if len(objs) == 1:
            return places_of(objs[0], request.user)
        used = len(objs) - Picture.objects.filter(pk__in=objs).unused().count()
        return [f"{counted(used, self.opts)} of {len(objs):,}"] if used else []

    def delete_model(self, request, obj):
        pictures.delete_pictures(Picture.objects.filter(pk=obj.pk))

    def delete_queryset(self, request, queryset):
        pictures.delete_pictures(queryset)

    # Further addresses ---------------------------------------------------------------

    def get_urls(self):
        def of(view, *methods, cacheable=False):
            view = require_http_methods(["GET", "HEAD", *methods])(view)
            return self.admin_site.admin_view(view, cacheable=cacheable)

        name = "articles_picture_{}".format
        return [
            path("library/", of(self.library), name=name("library")),
            path("upload/", of(self.upload_view, "POST"), name=name("upload")),
            path("rights/", of(self.rights_view), name=name("rights")),
            path("copies/", of(self.copies_view), name=name("copies")),
            path(
                "<int:pk>/thumbnail/",
                of(self.thumbnail_view, cacheable=True),
                name=name("thumbnail"),
            ),
            *super().get_urls(),
        ]

    def upload_view(self, request):
        return picture_pages.upload(self, request)

    def rights_view(self, request):
        return picture_pages.rights(self, request)

    def copies_view(self, request):
        return picture_pages.copies(self, request)

    def thumbnail_view(self, request, pk):
        """The small JPEG beside the original, for editors alone."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        picture = get_object_or_404(Picture, pk=pk)
        try:
            file = originals().open(pictures.thumbnail_name(picture))
        except OSError as error:
            raise Http404(f"No thumbnail of {pk}.") from error
        response = FileResponse(file, content_type="image/jpeg")
        response["Cache-Control"] = "private, max-age=86400"
        return response

    def library(self, request):
        """The library as JSON: pictures with these `ids`, or a page that match `q`.

        Newest first; `more` says whether there is a next `page`, counted from 1.
        """
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = self.get_queryset(request)
        if "ids" in request.GET:
            ids = [pk for pk in request.GET["ids"].split(",")[:200] if is_key(pk)]
            rows = found.filter(pk__in=ids)
            return JsonResponse({"pictures": list(map(as_entry, rows))})
        found, _ = self.get_search_results(request, found, request.GET.get("q", ""))
        page = request.GET.get("page", "1")
        start = (int(page) - 1) * LIBRARY_PAGE if is_key(page) else 0
        rows = found.order_by("-uploaded_at", "-pk")[start : start + LIBRARY_PAGE + 1]
        entries = list(map(as_entry, rows))
        return JsonResponse(
            {"pictures": entries[:LIBRARY_PAGE], "more": len(entries) > LIBRARY_PAGE}
        )
