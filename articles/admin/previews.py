"""The story as readers would see it, and links for people without an account."""

import re
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods, require_POST

from articles import pages, preview, preview_links, structured_data
from articles.admin.revisions import HistoryAdmin
from articles.forms.preview import PreviewLinkForm
from articles.refusals import RefusedError

_PLACE_IN_PAGE = re.compile(r'(<a\b[^<>]*?)\shref="#')
# How much of a title and a description search engines show, in letters.
TITLE_LENGTH = 60
DESCRIPTION_LENGTH = 160


class PreviewAdmin(HistoryAdmin):
    """The screens on which a story is looked at before readers see it."""

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path(
                "add/preview/",
                view(self.new_preview_view),
                name="articles_article_preview_new",
            ),
            path(
                "<int:pk>/preview/",
                view(self.preview_view),
                name="articles_article_preview",
            ),
            path(
                "<int:pk>/preview-links/",
                view(self.preview_links_view),
                name="articles_article_preview_links",
            ),
            path(
                "<int:pk>/preview-links/<int:link_pk>/revoke/",
                view(self.revoke_link_view),
                name="articles_article_revoke_link",
            ),
            *super().get_urls(),
        ]

    def _readable_or_404(self, request, pk):
        article = self.get_queryset(request).filter(pk=pk).first()
        if article is None or not self.has_view_permission(request, article):
            raise Http404("There is no such story.")
        return article

    # As typed -------------------------------------------------------------------

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def new_preview_view(self, request):
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return redirect("admin:articles_article_add")
        form = self.typed_form(request)
        story = preview.shown(self.typed_content(request, form))
        return self._preview(request, story, _in_words(form))

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def preview_view(self, request, pk):
        """The story as typed; by GET, or for who may only read it, as saved."""
        article = self._readable_or_404(request, pk)
        if request.method != "POST" or not self.has_change_permission(request, article):
            return self._preview(
                request, preview.saved(article), [], article, is_typed=False
            )
        form = self.typed_form(request, article)
        content = self.typed_content(request, form)
        story = preview.shown(content, article=article)
        return self._preview(request, story, _in_words(form), article)

    def _preview(self, request, story, problems, article=None, *, is_typed=True):
        publication = pages.chrome()["publication"]
        context = preview.context(story, publication=publication)
        meta = context["meta"]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": article,
            "title": f"Preview: {story}" if story.headline else "Preview",
            "story": story,
            "meta": meta,
            "publication": publication,
            "problems": problems,
            "is_typed": is_typed,
            "page": _framed(context, request),
            "engine": _as_search_result(story, meta, publication),
            "site_name": urlsplit(settings.SITE_URL).hostname,
            "social_picture": structured_data.social_picture(story),
        }
        return TemplateResponse(request, "admin/articles/article/preview.html", context)

    # By link --------------------------------------------------------------------

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def preview_links_view(self, request, pk):
        article = self._readable_or_404(request, pk)
        may_change = self.has_change_permission(request, article)
        form = PreviewLinkForm(request.POST if request.method == "POST" else None)
        if request.method == "POST":
            if not may_change:
                raise PermissionDenied
            if form.is_valid() and self._make_link(request, article, form):
                return redirect("admin:articles_article_preview_links", pk)
        links = article.preview_links.for_list()
        context = {
            "form": form,
            "may_make": may_change and article.status not in preview_links.NO_LINK,
            "reason": preview_links.NO_LINK.get(article.status, ""),
            "lines": [
                (link, may_change or link.created_by_id == request.user.pk)
                for link in links
            ],
            "subtitle": "Preview links",
        }
        return self._page(request, article, "preview_links", context)

    def _make_link(self, request, article, form):
        try:
            link = preview_links.make(article, by=request.user, **form.cleaned_data)
        except RefusedError as error:
            form.add_error(None, str(error))
            return None
        self.message_user(
            request, f"The link for {link} is made. Copy it from the list below."
        )
        return link

    @method_decorator(require_POST)
    def revoke_link_view(self, request, pk, link_pk):
        """Who may change the story may revoke its links, and who made one that one."""
        article = self._readable_or_404(request, pk)
        link = get_object_or_404(article.preview_links, pk=link_pk)
        is_own = link.created_by_id == request.user.pk
        if not (is_own or self.has_change_permission(request, article)):
            raise PermissionDenied
        preview_links.revoke(link, by=request.user)
        message = f"The link for {link} does not work any more."
        self.message_user(request, message, messages.SUCCESS)
        return redirect("admin:articles_article_preview_links", pk)


def _framed(context, request):
    """The story's page for a frame in this one.

    A link to a place in it names the frame's own address, or it would lead to ours.
    """
    context = {**context, "is_framed": True}
    page = render_to_string("articles/article_preview.html", context, request=request)
    return _PLACE_IN_PAGE.sub(r'\1 target="_self" href="about:srcdoc#', page)


def _in_words(form):
    """What stands against saving the form, as pairs of label and message."""
    return [
        (form.fields[name].label if name in form.fields else "", message)
        for name, found in form.errors.items()
        for message in found
    ]


def _as_search_result(story, meta, publication):
    title = f"{meta['title']} – {publication.name}"
    return {
        "title": title,
        "title_length": len(title),
        "is_title_long": len(title) > TITLE_LENGTH,
        "description": meta["description"],
        "description_length": len(meta["description"]),
        "is_description_long": len(meta["description"]) > DESCRIPTION_LENGTH,
        "url": unquote(meta["canonical_url"] or story.absolute_url),
        "title_limit": TITLE_LENGTH,
        "description_limit": DESCRIPTION_LENGTH,
    }
