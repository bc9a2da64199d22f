"""Nothing typed is lost: autosave, several people at one story, a lost login."""

import re
import uuid

from django.contrib import messages
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms.widgets import Script
from django.http import Http404, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.views.decorators.http import require_POST, require_safe

from articles import editing, revisions
from articles.admin.kept_text import KeepsText, as_post, typed_fields
from articles.models import Article, Author, AutosavedText, Revision
from articles.models.revision import digest_of
from articles.models.tag import parse_names
from newsroom.lib import text

_TAB = re.compile(r"[\w-]{1,64}")
_BYLINE = "contributions"


def clock(instant):
    """A time of today as 14:02, of another day with its date."""
    local = timezone.localtime(instant)
    is_today = local.date() == timezone.localdate()
    return date_format(local, "H:i" if is_today else "j F, H:i")


class EditingAdmin(KeepsText):
    """The screens of a story on which several people, and accidents, may meet."""

    class Media:
        css = {"all": ["css/admin-editing.css"]}
        js = [Script("js/editing.js", type="module")]

    def get_urls(self):
        urls = super().get_urls()
        view = self.admin_site.admin_view
        return [
            path(
                "editing/token/",
                self._in_json(self.token_view),
                name="articles_article_token",
            ),
            path(
                "autosave/<uuid:key>/",
                self._in_json(self.autosave_view),
                name="articles_article_autosave",
            ),
            path(
                "autosave/<int:pk>/discard/",
                view(self.discard_view),
                name="articles_article_discard_unsaved",
            ),
            path(
                "<int:pk>/editing/",
                self._in_json(self.beat_view),
                name="articles_article_editing",
            ),
            path(
                "<int:pk>/take-over/",
                view(self.take_over_view),
                name="articles_article_take_over",
            ),
            *urls,
        ]

    def changeable_or_refuse(self, request, pk):
        """The story, for those who may change it. Raises Http404, PermissionDenied."""
        article = self.get_queryset(request).filter(pk=pk).first()
        if article is None:
            raise Http404("There is no such story.")
        if not self.has_change_permission(request, article):
            raise PermissionDenied
        return article

    # The form -------------------------------------------------------------------

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if request.method != "POST":
            # Before the form reads the story: a change between the two is then seen.
            request.seen_version = self._version(object_id)
            return super().changeform_view(request, object_id, form_url, extra_context)
        with transaction.atomic():
            if "_show_text" in request.POST:
                self.show_text(request)
            elif response := self._answer_collision(request, object_id):
                return response
            return super().changeform_view(request, object_id, form_url, extra_context)

    def _version(self, object_id):
        pk = unquote(object_id or "")
        if not pk.isdecimal() or len(pk) > 18:
            return ""
        try:
            return revisions.version_of(Article(pk=int(pk)))
        except Article.DoesNotExist:
            return ""

    def _answer_collision(self, request, object_id):
        """Where to go instead of saving over what somebody else saved, or None."""
        is_button = "action" in request.POST and "_save" not in request.POST
        if object_id is None or "_saveasnew" in request.POST or is_button:
            return None
        article = self.get_object(request, unquote(object_id))
        if article is None or not self.has_change_permission(request, article):
            return None
        return self.collision(request, article)

    def collision(self, request, article):
        """Refuse a form that began with another version of the story than is there.

        What was typed is kept as a revision, and the answer leads to the page where
        both stand side by side. None where there is nothing to choose. A form that does
        not say with which version it began has seen none.
        """
        seen = request.POST.get("seen_version", "")
        theirs = revisions.present_content(article, lock=True)
        if digest_of(theirs) == seen:
            return None
        mine = self.typed_content(request, self.typed_form(request, article))
        if not revisions.changed_fields(theirs, mine):
            return None
        conflict = revisions.keep_conflict(
            article, content=mine, by=request.user, seen_version=seen
        )
        self._forget_unsaved(request, article.uuid)
        if request.POST.get("_transition") == "withdraw":
            # What must not be read any more goes, whoever saved what.
            self.move(request, article, "withdraw")
        return redirect("admin:articles_article_conflict", article.pk, conflict.pk)

    def typed_form(self, request, article=None):
        """The posted form of a story, or of a new one, looked through and not saved."""
        fresh = Article.objects.get(pk=article.pk) if article else None
        names = flatten_fieldsets(self.get_fieldsets(request, fresh))
        form_class = self.get_form(request, fresh, change=bool(fresh), fields=names)
        form = form_class(request.POST, instance=fresh)
        form.is_valid()
        return form

    def typed_content(self, request, form):
        """What was typed, valid or not, as `revisions.content_of` has it."""
        content = {
            field.name: self._typed_value(form, field)
            for field in revisions.model_fields()
            if field.name in form.fields
        }
        if "typed_tags" in request.POST:
            typed = form.cleaned_data.get("typed_tags")
            names = parse_names(request.POST["typed_tags"]) if typed is None else typed
            content["tags"] = [{"tag": None, "name": name} for name in names]
        if f"{_BYLINE}-TOTAL_FORMS" in request.POST:
            content["byline"] = self._typed_byline(request.POST)
        if corrections := _typed_corrections(request.POST):
            content["unsaved_corrections"] = corrections
        return content

    @staticmethod
    def _typed_value(form, field):
        value = form.cleaned_data.get(field.name, form[field.name].data)
        if field.is_relation:
            return getattr(value, "pk", None)
        if isinstance(value, list):  # a date and a time that make no instant
            return None
        if isinstance(value, str):
            value = text.without_controls(value)
            if field.name not in form.errors:
                value = str(field.get_prep_value(value))
        return revisions.plain(value)

    @staticmethod
    def _typed_byline(post):
        count = post.get(f"{_BYLINE}-TOTAL_FORMS", "")
        count = int(count) if count.isdecimal() and len(count) < 4 else 0
        lines = []
        for number in range(count):
            prefix = f"{_BYLINE}-{number}-"
            author = post.get(f"{prefix}author", "")
            position = post.get(f"{prefix}position", "")
            if (
                author.isdecimal()
                and len(author) < 19
                and f"{prefix}DELETE" not in post
            ):
                order = int(position) if position.isdecimal() else 0
                role = text.clean_line(post.get(f"{prefix}role", ""))
                lines.append((order, number, int(author), role))
        names = dict(
            Author.objects.filter(pk__in=[line[2] for line in lines]).values_list(
                "pk", "name"
            )
        )
        return [
            {"author": pk, "name": names[pk], "role": role}
            for _, _, pk, role in sorted(lines)
            if pk in names
        ]

    # Text that came back --------------------------------------------------------

    def show_text(self, request):
        """Fill the form with text that was sent, or with a kept one by its key."""
        wanted = request.POST["_show_text"]
        if wanted == "posted":
            super().show_text(request)
            return
        rows = AutosavedText.objects.filter(user=request.user).exclude(typed={})
        row = rows.filter(pk=int(wanted)).first() if wanted.isdecimal() else None
        if row is None:
            raise Http404("This text is not there any more.")
        request.POST = as_post({**row.typed, "restored": [str(row.pk)]})
        request.shown_from = f"This is your unsaved text from {clock(row.saved_at)}."

    # After a save ---------------------------------------------------------------

    def log_addition(self, request, obj, message):
        self._forget_unsaved(request, obj.uuid)
        return super().log_addition(request, obj, message)

    def log_change(self, request, obj, message):
        self._forget_unsaved(request, obj.uuid)
        return super().log_change(request, obj, message)

    @staticmethod
    def _forget_unsaved(request, key):
        tab = request.POST.get("autosave_tab", "")
        editing.forget_unsaved(
            user=request.user,
            key=key,
            tab=tab if _TAB.fullmatch(tab) else "",
            restored=request.POST.get("restored", ""),
        )

    def render_change_form(self, request, context, *, obj=None, **kwargs):
        may_write = (
            self.has_add_permission(request)
            if obj is None
            else self.has_change_permission(request, obj)
        )
        if may_write:
            context["editing"] = self._editing_context(request, context, obj)
        return super().render_change_form(request, context, obj=obj, **kwargs)

    def _editing_context(self, request, context, article):
        form = context["adminform"].form
        key = article.uuid if article else _uuid(form["key"].value())
        post = request.POST
        unsaved = [
            row
            for row in editing.unsaved(request.user, key=key if article else None)[:10]
            if str(row.pk) != post.get("restored")
            and row.tab != post.get("autosave_tab")
        ]
        found = {
            "key": key,
            "article": article,
            "seen_version": post.get(
                "seen_version", getattr(request, "seen_version", "")
            ),
            "restored": post.get("restored", ""),
            "tab": post.get("autosave_tab", ""),
            "count": post.get("autosave_count", ""),
            "is_unsaved": form.is_bound,
            "unsaved": [(row, clock(row.saved_at)) for row in unsaved],
            "autosave_url": reverse("admin:articles_article_autosave", args=[key]),
        }
        if article:
            session = editing.somebody_else(article, user=request.user)
            found.update(
                beat_url=reverse("admin:articles_article_editing", args=[article.pk]),
                name=revisions.name_of(session.by) if session else "",
                since=clock(session.began_at) if session else "",
                conflicts=article.revisions.filter(
                    kind=Revision.Kind.CONFLICT, by=request.user, settled_at=None
                ).defer("content"),
            )
        return found

    # What the page's script asks ------------------------------------------------

    def _in_json(self, view):
        """A view for the script: who is logged out is told so, not sent elsewhere."""

        def inner(request, *args, **kwargs):
            if not self.admin_site.has_permission(request):
                return JsonResponse({"error": "login"}, status=401)
            try:
                return view(request, *args, **kwargs)
            except PermissionDenied:
                return JsonResponse({"error": "permission"}, status=403)

        return inner

    @method_decorator(require_safe)
    def token_view(self, request):
        """A token that fits the present login, after one in another tab.

        And whether the text of a page, by its `tab`, was saved in the end.
        """
        rows = AutosavedText.objects.filter(user=request.user, typed={})
        tab = request.GET.get("tab", "")
        is_saved = bool(_TAB.fullmatch(tab)) and rows.filter(tab=tab).exists()
        return JsonResponse({"token": get_token(request), "is_saved": is_saved})

    @method_decorator(require_POST)
    def autosave_view(self, request, key):
        article = Article.objects.filter(uuid=key).first()
        may_write = (
            self.has_change_permission(request, article)
            if article
            else self.has_add_permission(request)
        )
        if not may_write:
            raise PermissionDenied
        typed = typed_fields(request.POST)
        tab, count = request.POST.get("autosave_tab", ""), _count(request.POST)
        if not _TAB.fullmatch(tab) or count is None:
            return JsonResponse({"error": "page"}, status=400)
        size = sum(len(value) for values in typed.values() for value in values)
        if size > AutosavedText.MAX_BYTES:
            return JsonResponse({"error": "length"}, status=413)
        row = editing.autosave(
            user=request.user,
            key=key,
            tab=tab,
            count=count,
            typed=typed,
            is_new_story=article is None,
            restored=request.POST.get("restored", ""),
        )
        return JsonResponse({"saved_at": clock(row.saved_at) if row else None})

    @method_decorator(require_POST)
    def discard_view(self, request, pk):
        """Throw unsaved text away, because its writer says so."""
        AutosavedText.objects.filter(user=request.user, pk=pk).delete()
        self.message_user(request, "The unsaved text is discarded.", messages.SUCCESS)
        back = request.POST.get("back", "")
        if back.isdecimal() and len(back) < 19:
            return redirect("admin:articles_article_change", int(back))
        return redirect("admin:articles_article_add")

    @method_decorator(require_POST)
    def beat_view(self, request, pk):
        tab = request.POST.get("tab", "")
        if not _TAB.fullmatch(tab):
            return JsonResponse({"error": "page"}, status=400)
        article = self.get_queryset(request).filter(pk=pk).first()
        if article and "leave" in request.POST:
            editing.leave(article, by=request.user, tab=tab)
            return JsonResponse({})
        if article is None or not self.has_change_permission(request, article):
            # The story went on, or away, while the page was open.
            return JsonResponse({"is_closed": True})
        session = editing.claim(
            article, by=request.user, tab=tab, take_over="take_over" in request.POST
        )
        seen = request.POST.get("seen_version", "")
        return JsonResponse(
            {
                "is_mine": session.by_id == request.user.pk,
                "name": revisions.name_of(session.by),
                "since": clock(session.began_at),
                "is_changed": bool(seen) and revisions.version_of(article) != seen,
            }
        )

    @method_decorator(require_POST)
    def take_over_view(self, request, pk):
        """Take a story over without script."""
        article = self.changeable_or_refuse(request, pk)
        editing.claim(article, by=request.user, tab="", take_over=True)
        return redirect("admin:articles_article_change", article.pk)


def _typed_corrections(post):
    """The texts of public notes that stand in the form and in no row yet."""
    names = [name for name in post if re.fullmatch(r"corrections-\d+-text", name)]
    return [
        text.clean_text(post[name])
        for name in names
        if post[name].strip() and not post.get(name.removesuffix("text") + "id")
    ]


def _uuid(value):
    try:
        return uuid.UUID(str(value))
    except ValueError:
        return uuid.uuid4()


def _count(post):
    count = post.get("autosave_count", "")
    return int(count) if count.isdecimal() and len(count) < 10 else None
