"""What the site answers at an address, and where a dead one should lead."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, QueryDict
from django.urls import Resolver404, resolve

from articles import search
from articles.models import Article, PastPath, Tag
from articles.models.past_path import fold_path, validate_target
from newsroom.lib import text
from newsroom.personal import is_personal

# Answered before or beside the URL patterns, or never a reader's.
OWN_WORDS = {"static", "media", "healthz", "readyz"}
MOST_HOPS = 5


def answer(path):
    """The response that a reader gets at a path of this site, or None for a 404."""
    for candidate in [path] if path.endswith("/") else [path, f"{path}/"]:
        request = HttpRequest()
        request.method = "GET"
        request.path = request.path_info = candidate
        request.GET = QueryDict()
        request.META = {
            "SERVER_NAME": urlsplit(settings.SITE_URL).hostname,
            "SERVER_PORT": "80",
        }
        try:
            match = resolve(candidate)
            response = match.func(request, *match.args, **match.kwargs)
        except (Resolver404, Http404):
            continue
        if response.status_code not in (404, 410):
            return response
    return None


def is_own_word(path):
    """Whether a path belongs to the site's workings, and cannot lead elsewhere."""
    return is_personal(f"/{path}") or path.partition("/")[0] in OWN_WORDS


def clean_dead_path(typed):
    """A path that answers nothing, as `PastPath` keeps it. Raises ValidationError."""
    parts = _split(typed)
    if parts.netloc and parts.hostname != urlsplit(settings.SITE_URL).hostname:
        raise ValidationError("Only addresses of this site can be redirected.")
    path = fold_path(typed)
    if not path:
        raise ValidationError("Write a path of this site, such as /2014/old-story/.")
    if is_own_word(path):
        raise ValidationError("This address belongs to the site itself.")
    response = answer(f"/{path}/")
    if response is not None and response.status_code in (301, 302):
        raise ValidationError(f"This address leads to {response['Location']} already.")
    if response is not None:
        raise ValidationError("A page answers at this address; it cannot lead away.")
    return path


def clean_target(typed):
    """Where a typed address leads in the end: (story or None, address or "").

    What leads on is followed, so that readers are sent once. An https address elsewhere
    stands as it was typed. Raises ValidationError.
    """
    parts = _split(typed)
    if parts.netloc and parts.hostname == urlsplit(settings.SITE_URL).hostname:
        tail = f"?{parts.query}" if parts.query else ""
        typed = f"{parts.path or '/'}{tail}"
        parts = urlsplit(typed)
    validate_target(typed)
    return _follow(typed) if typed.startswith("/") else (None, typed)


def _split(typed):
    try:
        return urlsplit(typed)
    except ValueError as error:
        raise ValidationError("This is not an address.") from error


def _follow(target):
    for _ in range(MOST_HOPS):
        path = urlsplit(target).path
        past = PastPath.objects.at(path).select_related("article__section").first()
        response = None if is_own_word(path.lstrip("/")) else answer(path)
        if response is None and past is None:
            break
        if response is None:
            if past.article_id or not past.target.startswith("/"):
                return past.article, past.target
            target = past.target
        elif response.status_code in (301, 302):
            target = response["Location"]
        else:
            story = _story_at(path)
            return story, "" if story else target
    raise ValidationError("Nothing answers at this address, so it would lead nowhere.")


def _story_at(path):
    parts = path.strip("/").split("/")
    if len(parts) != 2:
        return None
    return Article.objects.published().once_at(*parts).first()


def suggest(path):
    """The story or address that a dead path most probably meant, or (None, "").

    A story whose present or former slug is the path's last part, a tag of that name,
    then the best match of its words.
    """
    last = (
        path.strip("/").rpartition("/")[2].rpartition(".htm")[0]
        or (path.strip("/").rpartition("/")[2])
    )
    slug = text.slug(last, fallback="")
    if not slug:
        return None, ""
    published = Article.objects.published()
    story = (
        published.filter(slug=slug).order_by("-published_at", "-pk").first()
        or published.filter(past_addresses__slug=slug).order_by("-pk").first()
    )
    if story:
        return story, ""
    if tag := Tag.objects.in_use().at(slug).first():
        return None, tag.get_absolute_url()
    hits = search.search(slug.replace("-", " ")).hits
    return (hits[0].article, "") if hits else (None, "")
