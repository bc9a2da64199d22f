"""A story's history: its revisions, what changed between two, and bringing one back."""

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST, require_safe

from articles import diff, editing, revisions
from articles.admin.editing import EditingAdmin
from articles.editing import StoryChangedError
from articles.models.desk import desks_of

PAGE_SIZE = 50
# A refused text has no say in whether readers see the story.
NEVER_MERGED = {"pub_status", "desk_status"}
CHANGED_MEANWHILE = (
    "Somebody has changed the story since you opened this page. Nothing was "
    "overwritten; look again and decide."
)


class HistoryAdmin(EditingAdmin):
    """The screens of a story's revisions, in the place of Django's object history."""

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path(
                "<int:pk>/history/compare/",
                view(self.compare_view),
                name="articles_article_compare",
            ),
            path(
                "<int:pk>/history/<int:revision_pk>/restore/",
                view(self.restore_view),
                name="articles_article_restore",
            ),
            path(
                "<int:pk>/conflict/<int:revision_pk>/",
                view(self.conflict_view),
                name="articles_article_conflict",
            ),
            *super().get_urls(),
        ]

    def _page(self, request, article, template, context):
        shared = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "article": article,
            "original": article,
            "title": str(article),
            "seen_version": revisions.version_of(article),
        }
        return TemplateResponse(
            request, f"admin/articles/article/{template}.html", {**shared, **context}
        )

    @method_decorator(require_safe)
    def history_view(self, request, object_id, extra_context=None):
        pk = unquote(object_id)
        if not pk.isdecimal() or len(pk) > 18:
            raise Http404("There is no such story.")
        article = self.changeable_or_refuse(request, int(pk))
        rows = article.revisions.for_list().latest_first()
        page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("p"))
        lines = [
            (row, [diff.label_of(name) for name in row.changed if _is_field(name)])
            for row in page
        ]
        context = {"page": page, "lines": lines, "subtitle": "History"}
        return self._page(request, article, "history", context | (extra_context or {}))

    @method_decorator(require_safe)
    def compare_view(self, request, pk):
        """Two revisions, or one with the one before it where none is named."""
        article = self.changeable_or_refuse(request, pk)
        new = self._revision(article, request.GET.get("to"))
        if request.GET.get("from"):
            old = self._revision(article, request.GET["from"])
        else:
            old = new.base or article.revisions.true().filter(pk__lt=new.pk).last()
        if old and old.pk > new.pk:
            old, new = new, old
        context = {
            "old": old,
            "new": new,
            "fields": diff.compare(old.content, new.content) if old else [],
            "whole": diff.compare(
                {},
                new.content,
                names=[n for n in diff.READ_IN_WORDS if n in new.content],
            )
            if not old
            else [],
            "restorable": [revision for revision in [old, new] if revision],
            "subtitle": "Compare",
        }
        return self._page(request, article, "compare", context)

    @staticmethod
    def _revision(article, pk):
        if not (pk or "").isdecimal() or len(pk) > 18:
            raise Http404("There is no such revision.")
        return get_object_or_404(article.revisions.select_related("by"), pk=pk)

    @method_decorator(require_POST)
    def restore_view(self, request, pk, revision_pk):
        article = self.changeable_or_refuse(request, pk)
        revision = get_object_or_404(article.revisions, pk=revision_pk)
        try:
            _, gone = editing.restore(
                article,
                revision,
                by=request.user,
                seen_version=request.POST.get("seen_version", ""),
            )
        except StoryChangedError:
            self.message_user(request, CHANGED_MEANWHILE, messages.WARNING)
            return redirect("admin:articles_article_history", pk)
        self._tell(request, "The text is restored.", gone)
        return redirect("admin:articles_article_change", pk)

    def _tell(self, request, done, gone):
        self.message_user(request, done, messages.SUCCESS)
        if gone:
            message = f"Deleted since, so not brought back: {', '.join(gone)}."
            self.message_user(request, message, messages.WARNING)

    def conflict_view(self, request, pk, revision_pk):
        """The refused text beside the saved one, field by field."""
        article = self.changeable_or_refuse(request, pk)
        conflict = get_object_or_404(
            article.revisions.select_related("by", "base"),
            pk=revision_pk,
            kind="conflict",
        )
        problems, chosen = [], None
        if request.method == "POST":
            response, problems = self._merge(request, article, conflict)
            if response:
                return response
            chosen = {
                name.removeprefix("choice-"): value
                for name, value in request.POST.items()
                if name.startswith("choice-")
            }
        context = {
            "conflict": conflict,
            "fields": self._choices(article, conflict, chosen),
            "problems": problems,
            "latest": article.revisions.true().latest_first().first(),
            "subtitle": "Two versions",
        }
        return self._page(request, article, "conflict", context)

    def _differing(self, article, conflict):
        theirs = revisions.present_content(article)
        names = revisions.changed_fields(theirs, conflict.content)
        return theirs, [name for name in names if name not in NEVER_MERGED]

    def _choices(self, article, conflict, chosen):
        """The differing fields, and the choice that needs no thought, if there is one.

        A field that only one of the two has changed is theirs who changed it. `chosen`
        is what was sent, or None.
        """
        theirs, names = self._differing(article, conflict)
        base = conflict.base.content if conflict.base else None
        fields = diff.compare(theirs, conflict.content, names=names)
        for field in fields:
            name = field["name"]
            suggested = ""
            if base:
                by_them = revisions.changed_fields(
                    {name: base.get(name)}, {name: theirs[name]}
                )
                by_me = revisions.changed_fields(
                    {name: base.get(name)}, {name: conflict.content[name]}
                )
                if name == "body" and diff.say_the_same(
                    base["body"], conflict.content["body"]
                ):
                    by_me = []  # an editor wrote the same words in other HTML
                suggested = "" if by_them and by_me else "mine" if by_me else "theirs"
            field["chosen"] = (chosen or {}).get(name, suggested)
            field["is_suggested"] = bool(suggested)
            field["is_missing"] = chosen is not None and not field["chosen"]
        return fields

    def _merge(self, request, article, conflict):
        """The answer to the choice, or None and what stands against it, in words."""
        _, names = self._differing(article, conflict)
        open_names = [
            name
            for name in names
            if request.POST.get(f"choice-{name}") not in {"mine", "theirs"}
        ]
        if open_names:
            labels = ", ".join(diff.label_of(name) for name in open_names)
            return None, [f"Choose a version of: {labels}."]
        mine = [name for name in names if request.POST[f"choice-{name}"] == "mine"]
        desks = desks_of(request.user)
        if "section" in mine and desks and conflict.content["section"] not in desks:
            return None, ["You work for other sections: leave it in its present one."]
        try:
            _, gone = editing.merge(
                article,
                conflict,
                mine=mine,
                by=request.user,
                seen_version=request.POST.get("seen_version", ""),
            )
        except StoryChangedError:
            return None, [CHANGED_MEANWHILE]
        except ValidationError as error:
            return None, error.messages
        self._tell(
            request, "Your choice is saved. Both versions are in the history.", gone
        )
        return redirect(reverse("admin:articles_article_change", args=[article.pk])), []


def _is_field(name):
    return name in revisions.all_fields()
