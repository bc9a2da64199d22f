from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.views.decorators.http import require_safe

from articles import pictures
from articles.admin.autocomplete import is_key
from articles.admin.protection import KeepsWhatIsUsed, counted
from articles.forms import PictureForm
from articles.models import Article, Author, Page, Picture, Publication
from articles.renditions import rendition_sizes, rendition_url
from newsroom.lib import images
from newsroom.lib.forms import ZONED_TIMES
from newsroom.lib.lists import LargeList

LIBRARY_PAGE = 24
PLACES_NAMED = 20


class UnusedFilter(admin.SimpleListFilter):
    title = "use"
    parameter_name = "use"

    def lookups(self, request, model_admin):
        return [("none", "Not used anywhere")]

    def queryset(self, request, queryset):
        return queryset.unused() if self.value() == "none" else queryset


def places_of(picture, user):
    """Where a picture is used, in lines; links to what this user may open.

    Stories that the user may not open are counted and not named.
    """
    stories = Article.objects.showing(picture)
    count = stories.count()
    named = list(stories.reachable_by(user).order_by("-pk")[:PLACES_NAMED])
    places = [*named, *Page.objects.filter(picture_uses__picture=picture)]
    places += Author.objects.filter(portrait=picture)
    places += Publication.objects.filter(logo=picture)
    lines = [_place(place, user) for place in places]
    if more := count - len(named):
        lines.append(
            f"{more:,} {'other ' if named else ''}stor{'y' if more == 1 else 'ies'}"
        )
    return lines


def _place(row, user):
    options = row._meta  # noqa: SLF001 - Django's documented API
    kind = capfirst(options.verbose_name)
    if not user.has_perm(f"{options.app_label}.view_{options.model_name}"):
        return format_html("{} “<bdi>{}</bdi>”", kind, row)
    name = f"admin:{options.app_label}_{options.model_name}_change"
    address = reverse(name, args=[row.pk])
    return format_html('{} “<a href="{}"><bdi>{}</bdi></a>”', kind, address, row)


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
class PictureAdmin(KeepsWhatIsUsed, LargeList):
    form = PictureForm
    delete_advice = "Take it out there first, or replace its file."
    formfield_overrides = ZONED_TIMES
    list_display = [
        "thumbnail",
        "__str__",
        "credit_line",
        "rights_expire_at",
        "uploaded_at",
    ]
    list_display_links = ["thumbnail", "__str__"]
    list_filter = [UnusedFilter]
    search_fields = ["caption", "credit_line", "alt_text"]
    readonly_fields = ["thumbnail", "uploaded_at", "uploaded_by", "used_in"]
    fieldsets = [
        (
            None,
            {"fields": ["thumbnail", "upload", "caption", "credit_line", "alt_text"]},
        ),
        ("Rights", {"fields": ["copyright_notice", "usage_terms", "rights_expire_at"]}),
        ("Crops keep this point", {"fields": ["focal_x", "focal_y"]}),
        ("Upload", {"fields": ["uploaded_at", "uploaded_by"]}),
        ("Used in", {"fields": ["used_in"]}),
    ]

    def get_form(self, request, obj=None, change=False, **kwargs):  # noqa: FBT002 - Django's signature
        if obj:
            obj.places = places_of(obj, request.user)
        return super().get_form(request, obj, change=change, **kwargs)

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

    def used_by(self, objs, request):
        if len(objs) == 1:
            return places_of(objs[0], request.user)
        used = len(objs) - Picture.objects.filter(pk__in=objs).unused().count()
        return [f"{counted(used, self.opts)} of {len(objs):,}"] if used else []

    def delete_model(self, request, obj):
        pictures.delete_pictures(Picture.objects.filter(pk=obj.pk))

    def delete_queryset(self, request, queryset):
        pictures.delete_pictures(queryset)

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
