"""The library's own pages: several files at once, credit and rights of many, what ends.

Each is called with the library's admin and the request.
"""

import time
from datetime import datetime, timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from articles import duplicates, picture_rights, pictures, tasks
from articles.admin.picture_facts import thumbnail_url
from articles.forms import PicturesForm, RightsDayForm, WordsForm
from articles.forms.picture import inspected
from articles.models import Picture

# Of several files in one form none is begun later; each may take INSPECT_SECONDS more.
UPLOAD_SECONDS = 20
LATE = "Not looked at: the files before it took the time there is. Send it again."
DAYS = 30
GROUPS_SHOWN = 100


def _page(library, request, name, title, **context):
    context = {
        **library.admin_site.each_context(request),
        "opts": library.opts,
        "title": title,
        **context,
        "media": library.media + context["form"].media
        if "form" in context
        else library.media,
    }
    return TemplateResponse(request, f"admin/articles/picture/{name}.html", context)


def upload(library, request):
    """Take in several files; each that cannot be is named with its reason.

    A script sends them one by one and asks for JSON, to show how far each has come.
    """
    if not library.has_add_permission(request):
        raise PermissionDenied
    is_sent = request.method == "POST"
    form = PicturesForm(request.POST, request.FILES) if is_sent else PicturesForm()
    results = []
    if is_sent and form.is_valid():
        results = _take_all(request, form.cleaned_data["files"], form.words())
    if request.accepts("text/html"):
        title = "Add several pictures"
        counts = _counts(results)
        return _page(
            library, request, "upload", title, form=form, results=results, counts=counts
        )
    errors = "; ".join(words for found in form.errors.values() for words in found)
    return JsonResponse({"results": results, "error": errors})


def _take_all(request, files, words):
    """What to tell of each file; those whose turn comes too late are not opened."""
    until = time.monotonic() + UPLOAD_SECONDS
    return [
        _take(request, file, words)
        if time.monotonic() < until
        else {"name": file.name, "error": LATE}
        for file in files
    ]


def _counts(results):
    """As “3 pictures added, 2 not.”, which stands above the files."""
    added = sum(not result["error"] for result in results)
    words = "1 picture" if added == 1 else f"{added} pictures"
    return f"{words} added, {len(results) - added} not." if results else ""


def _take(request, file, words):
    """Take in one file; returns what to tell of it, its name as it was sent."""
    told = {"name": file.name, "error": "", "notes": [], "url": "", "title": ""}
    try:
        facts = inspected(file)
    except ValidationError as error:
        return {**told, "error": error.message}
    if (known := duplicates.same_as(facts.sha256)) is not None:
        return {
            **told,
            "error": "This file is in the library already.",
            "url": _address(known),
            "title": str(known),
        }
    values = {**pictures.offered(facts), **words}
    try:
        picture = pictures.add_picture(
            file, facts=facts, by=request.user, render=False, **values
        )
    except pictures.NotKeptError as error:
        return {**told, "error": str(error)}
    tasks.make_renditions_after_commit(picture)
    notes = [facts.note] if facts.note else []
    if duplicates.like(picture):
        notes.append("The library has one that looks the same.")
    if picture.needs_alt:
        notes.append("It needs an alt text.")
    return {
        **told, "notes": notes, "url": _address(picture), "title": str(picture),
    }  # fmt: skip


def _address(picture):
    return reverse("admin:articles_picture_change", args=[picture.pk])


def change_words(library, request, queryset):
    """The action of the list: a form first, then the change it asks for."""
    is_filled = "apply" in request.POST
    form = WordsForm(request.POST if is_filled else None)
    if is_filled and form.is_valid():
        try:
            changed = pictures.change_words(queryset, by=request.user, **form.words())
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            for picture in changed:
                tasks.make_renditions_after_commit(picture)
            words = "1 picture" if len(changed) == 1 else f"{len(changed)} pictures"
            library.message_user(request, f"Changed: {words}.", messages.SUCCESS)
            return None
    chosen = list(queryset[:500])
    title = "Change credit and rights"
    return _page(library, request, "words", title, form=form, chosen=chosen)


def rights(library, request):
    """What readers would miss by the end of a day."""
    if not library.has_view_permission(request):
        raise PermissionDenied
    start = timezone.localdate() + timedelta(days=DAYS)
    form = RightsDayForm({"on": request.GET.get("on", start.isoformat())})
    found = []
    if form.is_valid():
        next_day = form.cleaned_data["on"] + timedelta(days=1)
        until = timezone.make_aware(datetime.combine(next_day, datetime.min.time()))
        found = picture_rights.losses(now=timezone.now(), until=until)
    title = "What ends with pictures' rights"
    return _page(library, request, "rights", title, form=form, losses=found)


def copies(library, request):
    """Pictures that are in the library twice, side by side."""
    if not library.has_view_permission(request):
        raise PermissionDenied
    found = duplicates.groups()
    keys = [pk for group in found[:GROUPS_SHOWN] for pk in group]
    rows = Picture.objects.in_bulk(keys)
    groups = [
        [(rows[pk], thumbnail_url(rows[pk])) for pk in group]
        for group in found[:GROUPS_SHOWN]
    ]
    title = "In the library twice"
    looked = f"{duplicates.LOOKED:,}"
    return _page(
        library,
        request,
        "copies",
        title,
        groups=groups,
        count=len(found),
        looked=looked,
    )
