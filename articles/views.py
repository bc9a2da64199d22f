from datetime import date
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import EmptyPage, PageNotAnInteger, Paginator
from django.http import Http404, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from articles import (
    archive,
    pages,
    preview,
    preview_links,
    privacy,
    reading,
    story_page,
    structured_data,
    topics,
)
from articles import front_page as front
from articles import search as engine
from articles.body import frame_origins
from articles.forms import SearchForm
from articles.models import Article, Author, Correction, Page, PreviewLink, Tag
from newsroom.lib import generation, surrogate_keys, throttle
from newsroom.lib.times import YEARS
from newsroom.lib.urls import absolute

PAGE_SIZE = 20


def _moved(request, path):
    """301 to the present address, with the arguments of the request."""
    query = request.META.get("QUERY_STRING", "")
    return HttpResponsePermanentRedirect(f"{path}?{query}" if query else path)


def _one_or_404(rows, model):
    for row in rows:
        return row
    raise Http404(f"No such {model._meta.verbose_name}.")  # noqa: SLF001 - documented API


def _first_or_404(rows):
    return _one_or_404(rows[:1], rows.model)


class ListPaginator(Paginator):
    """Shows what there is now, though the count may be a minute old."""

    def page(self, number):
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        rows = self.object_list[first : first + self.per_page]
        return self._get_page(rows, number, self)


def _page(request, rows, *, paginator=ListPaginator, size=PAGE_SIZE):
    """The page of a list that `?page=` asks for. Raises Http404 where there is none."""
    number = request.GET.get("page") or 1
    try:
        return paginator(rows, size).page(number)
    except (PageNotAnInteger, EmptyPage) as error:
        raise Http404(f"No page {number!r}.") from error


def _list_context(request, page, **context):
    """What every page of a list shows; page 2 and later are canonical to themselves."""
    path = request.path
    url = absolute(path if page.number == 1 else f"{path}?page={page.number}")
    return {"page": page, "page_url": path, "canonical_url": url, **context}


def _publication():
    return pages.chrome()["publication"]


def _list_meta(request, title, page=None):
    return structured_data.list_meta(
        title, path=request.path, page=page, publication=_publication()
    )


def _allowing_frames(request, response, body):
    """Let the page open the frames that its body holds, and no others."""
    origins = frame_origins(body)
    if not origins:
        return response
    allow = csp_override({**settings.SECURE_CSP, "frame-src": origins})
    return allow(lambda request: response)(request)


@require_safe
def front_page(request):
    edition = front.edition()
    context = {
        **edition,
        "meta": structured_data.front_page_meta(publication=_publication()),
    }
    return render(request, "articles/front_page.html", context)


@require_safe
def section_detail(request, slug):
    found = reading.section(slug=slug.lower())
    if not found:
        return page_detail(request, slug)
    (section,) = found
    if section.slug != slug:
        return _moved(request, section.get_absolute_url())
    page = _page(request, reading.Listing("section", section.pk))
    context = _list_context(
        request,
        page,
        section=section,
        page_feeds=pages.feeds_html(
            section.name, reverse("articles:section_feed", args=[slug])
        ),
        meta=structured_data.section_meta(section, page, publication=_publication()),
    )
    return render(request, "articles/section_detail.html", context)


def page_detail(request, slug):
    page = privacy.page_at(slug.lower()) or get_object_or_404(Page, slug=slug.lower())
    if page.slug != slug:
        return _moved(request, page.get_absolute_url())
    context = {
        **privacy.context(page),
        "meta": structured_data.page_meta(page, publication=_publication()),
    }
    response = render(request, "articles/page_detail.html", context)
    return _allowing_frames(request, response, page.body)


@require_safe
def article_detail(request, section_slug, slug):
    found = reading.story(section_slug=section_slug, slug=slug, at=timezone.now())
    if not found:
        moved = _first_or_404(Article.objects.published().once_at(section_slug, slug))
        return _moved(request, moved.get_absolute_url())
    (article,) = found
    context = story_page.context(article, publication=_publication())
    response = render(request, "articles/article_detail.html", context)
    surrogate_keys.name(response, surrogate_keys.story_key(article))
    return _allowing_frames(request, response, article.body)


@require_safe
def article_preview(request, token):
    """A story for whoever holds a preview link; where readers see it, the way there."""
    link = _first_or_404(
        PreviewLink.objects.of_token(token).select_related("article__section")
    )
    if Article.objects.published().filter(pk=link.article_id).exists():
        response = redirect(link.article)
    else:
        preview_links.record_visit(link, network=throttle.client_area(request))
        story = preview.saved(link.article)
        context = preview.context(story, publication=_publication())
        response = render(
            request, "articles/article_preview.html", {**context, "link": link}
        )
        response = _allowing_frames(request, response, story.body)
    return response


@require_safe
def tag_list(request):
    page = _page(
        request,
        Tag.objects.all(),
        paginator=topics.TopicPaginator,
        size=topics.PAGE_SIZE,
    )
    context = _list_context(
        request, page, tags=page.object_list, meta=_list_meta(request, "Topics", page)
    )
    return render(request, "articles/tag_list.html", context)


@require_safe
def tag_detail(request, slug):
    tag = _one_or_404(reading.tag(slug=slug.lower()), Tag)
    if tag.slug != slug:
        return _moved(request, tag.get_absolute_url())
    page = _page(request, reading.Listing("tag", tag.pk))
    if not page.object_list:
        raise Http404(f"No published story has the tag {tag}.")
    context = _list_context(
        request,
        page,
        tag=tag,
        page_feeds=pages.feeds_html(
            tag.name, reverse("articles:tag_feed", args=[slug])
        ),
        meta=structured_data.tag_meta(tag, page, publication=_publication()),
    )
    return render(request, "articles/tag_detail.html", context)


@require_safe
def author_detail(request, slug):
    author = _one_or_404(reading.author(slug=slug.lower()), Author)
    if author.slug != slug:
        return _moved(request, author.get_absolute_url())
    page = _page(request, reading.Listing("author", author.pk))
    if not page.object_list:
        raise Http404(f"{author} has no published story.")
    context = _list_context(
        request,
        page,
        author=author,
        page_feeds=pages.feeds_html(
            author.name, reverse("articles:author_feed", args=[slug])
        ),
        meta=structured_data.author_meta(author, page, publication=_publication()),
    )
    return render(request, "articles/author_detail.html", context)


def _month_url(month):
    return reverse("articles:archive_month", args=[month.year, month.month])


def _day_url(day):
    return reverse("articles:archive_day", args=[day.year, day.month, day.day])


def _date_or_404(year, month, day=1):
    if year not in YEARS:
        raise Http404("No such year.")
    try:
        return date(year, month, day)
    except ValueError as error:
        raise Http404("No such date.") from error


@require_safe
def archive_index(request):
    years = {}
    for row in generation.kept("months", archive.months):
        entry = {
            "date": row["month"],
            "url": _month_url(row["month"]),
            "count": row["count"],
        }
        years.setdefault(row["month"].year, []).append(entry)
    context = {
        "years": [{"year": year, "months": months} for year, months in years.items()],
        "meta": _list_meta(request, "Archive"),
    }
    return render(request, "articles/archive_index.html", context)


@require_safe
def archive_month(request, year, month):
    first = _date_or_404(year, month)
    days, earlier, later = archive.month(first)
    if not days:
        raise Http404("Nothing was published in this month.")
    context = {
        "month": first,
        "days": [(day, _day_url(day.date)) for day in days],
        "previous": _neighbour(earlier, _month_url, "F Y"),
        "next": _neighbour(later, _month_url, "F Y"),
        "meta": _list_meta(request, f"Archive: {format_date(first, 'F Y')}"),
    }
    return render(request, "articles/archive_month.html", context)


@require_safe
def archive_day(request, year, month, day):
    first = _date_or_404(year, month, day)
    page = _page(
        request, first, paginator=archive.DayPaginator, size=archive.A_PAGE_OF_A_DAY
    )
    if not page.object_list:
        raise Http404("Nothing was published on this day.")
    context = _list_context(
        request,
        page,
        day=first,
        previous=_neighbour(page.paginator.earlier, _day_url, "j F Y"),
        next=_neighbour(page.paginator.later, _day_url, "j F Y"),
        meta=_list_meta(request, f"Archive: {format_date(first, 'j F Y')}", page),
    )
    return render(request, "articles/archive_day.html", context)


def _neighbour(instant, url, label_format):
    """The link to the month or day of an instant, or None."""
    if instant is None:
        return None
    day = timezone.localdate(instant)
    return {"url": url(day), "label": format_date(day, label_format)}


@require_safe
def correction_list(request):
    corrections = (
        Correction.objects.shown()
        .filter(article__in=Article.objects.published())
        .select_related("article__section")
        .latest_first()
    )
    page = _page(request, corrections)
    context = _list_context(
        request, page, meta=_list_meta(request, "Corrections", page)
    )
    return render(request, "articles/correction_list.html", context)


@require_safe
def search(request):
    form = SearchForm(request.GET)
    results = engine.search(**form.asked())
    query = form.as_query()

    def page_url(number):
        return f"{request.path}?{urlencode({**query, 'page': number})}"

    context = {
        "query": form.shown(),
        "sections": form.sections,
        "results": results.hits,
        "count": results.count,
        "count_capped": results.is_count_capped,
        "hint": results.hint,
        "number": results.number,
        "previous_url": page_url(results.number - 1) if results.number > 1 else None,
        "next_url": page_url(results.number + 1) if results.has_next else None,
        "meta": structured_data.search_meta(),
    }
    return render(request, "articles/search.html", context)
