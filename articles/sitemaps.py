"""Sitemaps (sitemaps.org 0.9), Google's for news and for pictures, and robots.txt.

Part n of a sitemap holds the rows whose keys lie in the n-th range of PART_SIZE keys.
A range never moves, so a corrected story changes its own part and no other, and no
part is found by counting through those before it.
"""

from datetime import timedelta
from functools import partial
from itertools import batched
from xml.sax.saxutils import escape
from zlib import crc32

from django.db.models import F, Max, OuterRef, Q, Subquery
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import iri_to_uri
from django.views.decorators.http import require_safe

from articles import sitemap_parts as parts
from articles.body import library_pictures, picture_keys
from articles.models import (
    Article,
    Author,
    Contribution,
    Page,
    Picture,
    Publication,
    Section,
    Tag,
)
from articles.structured_data import picture_file
from newsroom.lib import generation
from newsroom.lib.keeping import kept
from newsroom.lib.urls import absolute, path
from newsroom.personal import KEYED

NEWS_PART_SIZE = 1_000  # Google's limit
BODIES = 200
NEWS_AGE = timedelta(hours=48)

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
IMAGE = "http://www.google.com/schemas/sitemap-image/1.1"

# Pages for one visitor, and searches: endless, and in no index.
CLOSED = ["/admin/", "/search/", *(f"/{address}/" for address in KEYED)]


@require_safe
def robots(request):
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in CLOSED),
        "Allow: /",
        "",
        *(
            f"Sitemap: {absolute(reverse(f'articles:{name}'))}"
            for name in ["sitemap_index", "news_sitemap"]
        ),
    ]
    return HttpResponse(
        "\n".join(lines) + "\n", content_type="text/plain; charset=utf-8"
    )


@require_safe
def sitemap_index(request):
    """Every part that holds something, with the time of its newest change if known."""
    return _xml(generation.kept("sitemaps", _index))


def _index():
    body = "".join(
        f"<sitemap><loc>{escape(_part_url(name, number))}</loc>"
        f"{_lastmod(changed)}</sitemap>\n"
        for name, number, changed in _all_parts()
    )
    return f'<sitemapindex xmlns="{SITEMAP}">\n{body}</sitemapindex>\n'


def _all_parts():
    return [
        *(("articles", number, part.changed) for number, part in _known().items()),
        ("sections", 1, _newest_publication()),
        *(("tags", number, None) for number in parts.holding(Tag.objects.in_use())),
        *(("authors", number, None) for number in parts.holding(_shown_authors())),
        *(("pages", number, changed) for number, changed in _page_parts()),
        *(("pictures", number, None) for number in _picture_parts()),
        *(("news", number, None) for number in range(1, _news_part_count() + 1)),
    ]


@require_safe
def sitemap(request, name, number):
    if name == "news":
        return _news_part(number)
    if name == "pictures":
        return _pictures_part(number)
    if name not in _ENTRIES:
        raise Http404(f"No sitemap {name!r}.")
    if name != "articles":
        return _xml(_listed(name, number))
    # A part of old stories stays what it is, though the site changes every minute.
    part = _known().get(number)
    if part is None:
        raise Http404(f"No part {number} of the sitemap {name!r}.")
    content = f"{number}:{part.version}:{_sections_version()}"
    return _response(parts.body(content, lambda: _document(_listed(name, number))))


def _listed(name, number):
    """The `urlset` of a part. Raises Http404 where it holds nothing."""
    entries = list(_ENTRIES[name](number))
    if not entries:
        raise Http404(f"No part {number} of the sitemap {name!r}.")
    body = "".join(
        f"<url><loc>{escape(url)}</loc>{_lastmod(changed)}</url>\n"
        for url, changed in entries
    )
    return f'<urlset xmlns="{SITEMAP}">\n{body}</urlset>\n'


@require_safe
def news_sitemap(request):
    return _news_part(1)


def _part_url(name, number):
    if (name, number) == ("news", 1):
        return absolute(reverse("articles:news_sitemap"))
    return absolute(reverse("articles:sitemap", args=[name, number]))


# What each sitemap lists: pairs of an absolute address and the time of its change ----


def _listed_articles():
    """Those whose home is here."""
    return Article.objects.published().filter(canonical_url="")


def _part_number():
    return (F("pk") - 1) / parts.PART_SIZE + 1


def _known():
    return parts.known(_article_parts)


def _article_parts(number=None):
    articles = _listed_articles()
    if number:
        articles = parts.in_part(articles, number)
    rows = (
        articles.order_by()
        .annotate(part=_part_number())
        .values("part")
        .annotate(
            published=Max("published_at"),
            modified=Max("modified_at", filter=Q(modified_at__lte=timezone.now())),
        )
        .order_by("part")
    )
    for row in rows:
        yield row["part"], max(filter(None, [row["published"], row["modified"]]))


def _articles(number):
    now = timezone.now()
    rows = parts.in_part(_listed_articles(), number).order_by("pk")
    for section, slug, published, modified in rows.values_list(
        "section__slug", "slug", "published_at", "modified_at"
    ).iterator():
        is_newer = modified and published < modified <= now
        url = f"{_section_url(section)}{iri_to_uri(slug)}/"
        yield url, modified if is_newer else published


def _section_url(slug):
    return absolute(path("articles:section_detail", slug))


def _sections_version():
    """A word for the addresses of all sections, which begin those of their stories."""
    sections = Section.objects.order_by("pk").values_list("pk", "slug")
    return crc32(repr(list(sections)).encode())


def _sections(number):
    """The front page and every section that holds a story, as of its newest story."""
    if number != 1:
        return
    yield absolute("/"), _newest_publication()
    newest = (
        Article.objects.published().filter(section=OuterRef("pk")).latest_first()
        .values("published_at")[:1]
    )  # fmt: skip
    sections = Section.objects.annotate(newest=Subquery(newest)).filter(
        newest__isnull=False
    )
    for section in sections:
        yield section.absolute_url, section.newest


def _newest_publication():
    published = Article.objects.published().latest_first()
    return published.values_list("published_at", flat=True).first()


def _shown_authors():
    # As a value of each author: a part of them then asks no others.
    shown = Article.objects.published().filter(pk=OuterRef("article")).values("pk")[:1]
    newest = (
        Contribution.objects.filter(author=OuterRef("pk"))
        .alias(shown=Subquery(shown))
        .filter(shown__isnull=False)
        .order_by()
        .values("article")[:1]
    )
    return Author.objects.alias(any=Subquery(newest)).filter(any__isnull=False)


def _tags(number):
    for tag in parts.in_part(Tag.objects.in_use(), number).order_by("pk"):
        yield tag.absolute_url, None


def _authors(number):
    for author in parts.in_part(_shown_authors(), number).order_by("pk"):
        yield author.absolute_url, None


def _page_parts():
    return (
        Page.objects.order_by()
        .annotate(part=_part_number())
        .values("part")
        .annotate(changed=Max("changed_at"))
        .order_by("part")
        .values_list("part", "changed")
    )


def _pages(number):
    for page in parts.in_part(Page.objects.all(), number).defer("body").order_by("pk"):
        yield page.absolute_url, page.changed_at


_ENTRIES = {
    "articles": _articles,
    "sections": _sections,
    "tags": _tags,
    "authors": _authors,
    "pages": _pages,
}


# Pictures ---------------------------------------------------------------------------


def _illustrated():
    """Stories with a lead picture that readers may see."""
    usable = Picture.objects.usable().exclude(renditions={})
    return _listed_articles().filter(lead_picture__in=usable)


def _picture_parts():
    """The numbers of the parts with a picture; all stories are read, so not often."""
    numbers = (
        _illustrated().order_by().annotate(part=_part_number()).distinct()
        .order_by("part").values_list("part", flat=True)
    )  # fmt: skip
    return kept("sitemap:pictures", partial(list, numbers), seconds=600)


def _pictures_part(number):
    """Stories with the pictures that readers see in them, each at its widest."""
    articles = (
        parts.in_part(_listed_articles(), number)
        .select_related("section", "lead_picture")
        .only("slug", "section__slug", "body", "lead_picture")
        .order_by("pk")
    )
    body = "".join(
        f"<url><loc>{escape(article.absolute_url)}</loc>{images}</url>\n"
        for article, images in _illustrations(articles)
    )
    if not body:
        raise Http404(f"No part {number} of the picture sitemap.")
    return _xml(f'<urlset xmlns="{SITEMAP}" xmlns:image="{IMAGE}">\n{body}</urlset>\n')


def _illustrations(articles):
    """Each story that shows pictures with their elements; few bodies at a time."""
    for batch in batched(articles.iterator(BODIES), BODIES):
        inside = library_pictures(*(article.body for article in batch))
        for article in batch:
            if images := _images(article, inside):
                yield article, images


def _images(article, inside):
    """The `<image:image>` elements of a story; `inside` are its body's, by key."""
    keys = dict.fromkeys(picture_keys(article.body))
    found = [article.picture, *(inside.get(key) for key in keys)]
    shown = [picture for picture in found if picture and picture.is_usable()]
    files = [picture_file(picture, "original") for picture in shown]
    urls = dict.fromkeys(file["url"] for file in files if file)
    return "".join(
        f"<image:image><image:loc>{escape(url)}</image:loc></image:image>"
        for url in urls
    )


# News -------------------------------------------------------------------------------


def _news():
    """The stories of the last two days, newest first."""
    return (
        _listed_articles()
        .filter(published_at__gt=timezone.now() - NEWS_AGE)
        .latest_first()
    )


def _news_part_count():
    return -(-_news().count() // NEWS_PART_SIZE)


def _news_part(number):
    """Part `number` of the news sitemap; the first exists on a quiet day as well."""
    keys = list(_news().values_list("pk", flat=True))
    keys = keys[max(0, number - 1) * NEWS_PART_SIZE : number * NEWS_PART_SIZE]
    if not keys and number != 1:
        raise Http404(f"No part {number} of the news sitemap.")
    articles = (
        _news().filter(pk__in=keys).select_related("section")
        .only("slug", "section__slug", "headline", "language", "published_at")
    )  # fmt: skip
    name = escape(Publication.objects.current().name)
    body = "".join(
        f"<url><loc>{escape(article.absolute_url)}</loc><news:news>"
        f"<news:publication><news:name>{name}</news:name>"
        f"<news:language>{_news_language(article.language)}</news:language>"
        "</news:publication>"
        f"<news:publication_date>{_time(article.published_at)}</news:publication_date>"
        f"<news:title>{escape(article.headline)}</news:title></news:news></url>\n"
        for article in articles
    )
    return _xml(f'<urlset xmlns="{SITEMAP}" xmlns:news="{NEWS}">\n{body}</urlset>\n')


def _news_language(language):
    """Google's code: ISO 639, but for the two ways of writing Chinese."""
    primary, _, rest = language.lower().partition("-")
    if primary == "zh":
        return "zh-tw" if set(rest.split("-")) & {"tw", "hk", "mo", "hant"} else "zh-cn"
    return primary


# XML --------------------------------------------------------------------------------


def _time(value):
    """W3C datetime in UTC: the same bytes whatever zone the site shows."""
    return value.strftime("%Y-%m-%dT%H:%M:%SZ")


def _lastmod(value):
    return f"<lastmod>{_time(value)}</lastmod>" if value else ""


def _xml(body):
    return _response(_document(body))


def _document(body):
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}'.encode()


def _response(document):
    return HttpResponse(document, content_type="application/xml; charset=utf-8")
