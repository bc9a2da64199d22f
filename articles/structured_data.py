"""What search engines, social networks and archives read in a page's head.

Every `…_meta` returns a dict for the tag `page_meta`: title, description, social
title and description, type, locale, picture, properties (Open Graph's `article:*`),
alternates (hreflang), previous and next page, robots, and `json_ld`, a list of
schema.org objects (https://schema.org/NewsArticle and Google's Article guide). Absent
facts are left out, never guessed. Only this module writes schema.org's camelCase.
"""

import re

import nh3
from django.conf import settings

from articles import privacy
from articles.models import Correction, Medium
from articles.renditions import rendition_bytes, rendition_sizes, rendition_url
from newsroom.lib import html, text
from newsroom.lib.urls import absolute, path

SCHEMA = "https://schema.org"
DESCRIPTION_LENGTH = 200
HEADLINE_LENGTH = 110  # Google cuts longer ones
CARD_CROP = "191x100"  # what social networks show
CROPS = ["16x9", "4x3", "1x1"]  # the ratios that Google asks for
WANTED_WIDTH = 1200

# A description tells the story: no quotation, caption, pull quote or table in it.
_BESIDE_THE_STORY = {
    "aside", "blockquote", "figure", "h2", "h3", "h4", "iframe", "pre", "script",
    "style", "table", "template",
}  # fmt: skip


# Pages ------------------------------------------------------------------------------


def front_page_meta(*, publication):
    description = publication.strapline or publication.about_line
    website = {
        "@type": "WebSite",
        "@id": absolute("/#website"),
        "url": absolute("/"),
        "name": publication.name,
        "description": description,
        "inLanguage": settings.LANGUAGE_CODE,
        "publisher": publisher(publication),
        "potentialAction": {
            "@type": "SearchAction",
            "target": {
                "@type": "EntryPoint",
                "urlTemplate": f"{absolute('/search/')}?q={{search_term_string}}",
            },
            "query-input": "required name=search_term_string",
        },
    }
    return _meta(publication.name, description, website)


def section_meta(section, page, *, publication):
    description = (
        section.description or f"{section.name}: the latest from {publication.name}."
    )
    return _list_meta(
        section.name, description, section.get_absolute_url(), page, publication
    )


def tag_meta(tag, page, *, publication):
    description = tag.description or f"Stories on {tag.name} from {publication.name}."
    return _list_meta(
        tag.name,
        description,
        tag.get_absolute_url(),
        page,
        publication,
        trail=[("Topics", path("articles:tag_list"))],
    )


def author_meta(author, page, *, publication):
    description = author.biography or f"Stories by {author.name} in {publication.name}."
    person = {
        **_person(author.name, author.get_absolute_url()),
        "jobTitle": author.job_title,
        "description": author.biography,
        "image": _images(author.portrait, crops=["1x1"]),
        "worksFor": {"@type": "NewsMediaOrganization", **_reference(publication)},
    }
    meta = _list_meta(
        author.name,
        description,
        author.get_absolute_url(),
        page,
        publication,
        facts={"@type": "ProfilePage", "mainEntity": person},
    )
    return {
        **meta,
        "type": "profile",
        "picture": _card_picture(author.portrait, crop="1x1"),
    }


def list_meta(title, *, path, publication, page=None):
    """Of a list without a row of its own: the archive, corrections, all tags."""
    return _list_meta(title, f"{title} – {publication.name}", path, page, publication)


def page_meta(page, *, publication):
    description = page.seo_description or _excerpt(privacy.halves(page.body)[0])
    kinds = {"about": "AboutPage", "contact": "ContactPage"}
    facts = {
        "@type": kinds.get(page.slug, "WebPage"),
        "url": page.absolute_url,
        "name": page.title,
        "description": description,
        "dateModified": _time(page.changed_at),
        "publisher": _reference(publication),
        "isPartOf": _website(publication),
    }
    return _meta(page.title, description, facts)


def search_meta():
    return {**_meta("Search", ""), "robots": "noindex, follow"}


def article_meta(article, corrections, *, publication):
    """Of a story loaded by `for_page`; `corrections` are the ones readers see."""
    description = article_description(article)
    picture = social_picture(article)
    published, updated = _time(article.published_at), _time(article.updated_at)
    properties = [
        ("article:published_time", published),
        ("article:modified_time", updated),
        ("article:section", article.section.name),
        *(("article:author", absolute(author["url"])) for author in _writers(article)),
        *(("article:tag", tag["name"]) for tag in article.tag_links()),
    ]
    section = article.section
    trail = [(section.name, section.get_absolute_url())]
    meta = _meta(
        article.seo_title or article.headline,
        article.seo_description or description,
        news_article(article, corrections, publication=publication),
        _breadcrumbs(
            [*trail, (article.headline, article.get_absolute_url())], publication
        ),
    )
    return {
        **meta,
        "social_title": article.social_title or article.seo_title or article.headline,
        "social_description": article.social_description or meta["description"],
        "type": "article",
        "locale": _locale(article.language),
        "picture": _card_picture(picture, alt=_alt(article, picture)),
        "properties": properties,
        "alternates": _alternates(article),
        "canonical_url": article.canonical_url,
        "robots": "max-image-preview:large",
    }


def meta_tags(meta, *, name, url):
    """(attribute, name, content) of each `<meta>` that says what a page is.

    Open Graph's names are properties, the others names; `name` is the publication's.
    """
    picture = meta.get("picture") or {}
    search = [
        ("robots", meta.get("robots")),
        ("description", meta["description"] or None),
    ]
    graph = [
        ("og:site_name", name),
        ("og:type", meta["type"]),
        ("og:title", meta["social_title"]),
        ("og:description", meta["social_description"] or None),
        ("og:url", url),
        ("og:locale", meta["locale"]),
        ("og:image", picture.get("url")),
        ("og:image:type", picture.get("type")),
        ("og:image:width", picture.get("width")),
        ("og:image:height", picture.get("height")),
        ("og:image:alt", picture.get("alt") or None),
        *meta.get("properties", ()),
    ]
    twitter = [
        ("twitter:card", "summary_large_image" if picture else "summary"),
        ("twitter:title", meta["social_title"]),
        ("twitter:description", meta["social_description"] or None),
        ("twitter:image", picture.get("url")),
        ("twitter:image:alt", picture.get("alt") or None),
    ]
    return [
        (attribute, name, content)
        for attribute, pairs in [
            ("name", search),
            ("property", graph),
            ("name", twitter),
        ]
        for name, content in pairs
        if content is not None
    ]


# Schema.org -------------------------------------------------------------------------


def news_article(article, corrections, *, publication):
    """The story as a schema.org NewsArticle."""
    url = article.absolute_url
    image = _images(
        article.picture, caption=article.lead_caption, credit_line=article.lead_credit
    )
    home = {"@type": "NewsMediaOrganization", **_reference(publication)}
    return _object({
        "@type": "NewsArticle",
        "@id": f"{url}#article",
        "url": url,
        "mainEntityOfPage": article.canonical_url or url,
        "headline": text.summary(article.headline, max_length=HEADLINE_LENGTH),
        "description": article.standfirst or article_description(article),
        "image": image,
        "datePublished": _time(article.published_at),
        "dateModified": _time(article.updated_at),
        "author": [_person(by["name"], by["url"]) for by in _writers(article)] or home,
        "contributor": [
            _person(by["name"], by["url"]) for by in article.byline() if by["role"]
        ],
        "publisher": publisher(publication),
        "articleSection": article.section.name,
        "keywords": [tag["name"] for tag in article.tag_links()],
        "inLanguage": article.language,
        "isAccessibleForFree": True,
        "wordCount": article.word_count,
        "locationCreated": {"@type": "Place", "name": article.dateline}
        if article.dateline
        else None,
        "correction": [
            {
                "@type": "CorrectionComment",
                "name": correction.label,
                "text": correction.text,
                "dateCreated": _time(correction.published_at),
            }
            for correction in corrections
            if correction.kind != Correction.Kind.UPDATE
        ],
        "isBasedOn": article.canonical_url,
        # Who took a story over does not own it.
        "copyrightHolder": None if article.canonical_url else home,
        "license": article.license if article.license.startswith("http") else None,
        "acquireLicensePage": republish_url(article),
        **_translations(article),
    })  # fmt: skip


def publisher(publication):
    """The newsroom as a schema.org NewsMediaOrganization."""
    return {
        "@type": "NewsMediaOrganization",
        **_reference(publication),
        "legalName": publication.legal_name,
        "logo": (_images(publication.logo, crops=["1x1"]) or [None])[0],
        "foundingDate": str(publication.founding_year or ""),
        "email": publication.email,
        "address": publication.address,
        "sameAs": [link["url"] for link in publication.social()],
        "correctionsPolicy": _address(publication.corrections_policy_url),
        "ethicsPolicy": _address(publication.ethics_policy_url),
    }


def republish_url(article):
    """Where a licence for the story is asked for; "" when it may not be republished."""
    if not article.is_republishable or article.is_retracted:
        return ""
    return absolute(f"/republish{article.get_absolute_url()}")


def _reference(publication):
    return {
        "@id": absolute("/#publisher"),
        "name": publication.name,
        "url": absolute("/"),
    }


def _website(publication):
    return {
        "@type": "WebSite",
        "@id": absolute("/#website"),
        "name": publication.name,
        "url": absolute("/"),
    }


def _person(name, path):
    return {"@type": "Person", "name": name, "url": absolute(path)}


def _breadcrumbs(trail, publication):
    """A BreadcrumbList of the front page and (name, path) pairs."""
    trail = [(publication.name, "/"), *trail]
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": position,
                "name": name,
                "item": absolute(path),
            }
            for position, (name, path) in enumerate(trail, start=1)
        ],
    }


def _images(picture, *, caption="", credit_line="", crops=CROPS):
    """One schema.org ImageObject a crop that has files."""
    if picture is None or not picture.is_usable():
        return []
    facts = {
        "caption": caption or picture.caption,
        "creditText": credit_line or picture.credit_line,
        "creator": picture.creator and {"@type": "Person", "name": picture.creator},
        "copyrightNotice": picture.copyright_notice,
        **_image_license(picture),
    }
    files = [picture_file(picture, crop) for crop in crops]
    return [
        {
            "@type": "ImageObject",
            "url": found["url"],
            "width": found["width"],
            "height": found["height"],
            **facts,
        }
        for found in filter(None, files)
    ]


def _image_license(picture):
    """Where the picture's licence is read, and where one is had."""
    own_page = ""
    if picture.is_ours and picture.is_usable(medium=Medium.REPUBLISHING):
        own_page = absolute("/republish/")
    return {
        "license": picture.license_url or own_page,
        "acquireLicensePage": picture.acquire_license_url or own_page,
    }


def _translations(article):
    """The siblings, seen from the publication's language or towards it."""
    works = [
        {
            "@type": "NewsArticle",
            "@id": f"{absolute(sibling['url'])}#article",
            "url": absolute(sibling["url"]),
            "headline": text.summary(sibling["headline"], max_length=HEADLINE_LENGTH),
            "inLanguage": sibling["language"],
        }
        for sibling in article.translations()
    ]
    home = [work for work in works if _is_home_language(work["inLanguage"])]
    if home and not _is_home_language(article.language):
        return {"translationOfWork": home[0]}
    return {"workTranslation": works}


# Parts of a page's head -------------------------------------------------------------


def article_description(article):
    """One or two sentences on the story: its standfirst, else its first plain words."""
    return text.summary(
        article.standfirst or _excerpt(article.body), max_length=DESCRIPTION_LENGTH
    )


def social_picture(article):
    """The picture of a story's social card: its own where usable, else the lead one."""
    picture = article.social_picture
    return picture if picture and picture.is_usable() else article.picture


def picture_file(picture, crop):
    """One public JPEG of a picture, or None: a dict of url, width, height, type, bytes.

    It is the narrowest that is 1,200 pixels wide or more, else the widest.
    """
    sizes = rendition_sizes(picture, crop)
    if not sizes:
        return None
    width, height = next((size for size in sizes if size[0] >= WANTED_WIDTH), sizes[-1])
    return {
        "url": absolute(rendition_url(picture, crop, width, "jpg")),
        "width": width,
        "height": height,
        "type": "image/jpeg",
        "bytes": rendition_bytes(picture, crop, width, "jpg"),
    }


def _card_picture(picture, *, crop=CARD_CROP, alt=None):
    if picture is None or not picture.is_usable():
        return None
    found = picture_file(picture, crop) or picture_file(picture, "16x9")
    return found and {**found, "alt": alt or picture.alt_text or picture.caption}


def _alt(article, picture):
    return article.lead_alt if picture is article.picture else ""


def _meta(title, description, *nodes):
    description = text.summary(description, max_length=300)
    return {
        "title": title,
        "description": description,
        "social_title": title,
        "social_description": description,
        "type": "website",
        "locale": _locale(settings.LANGUAGE_CODE),
        "json_ld": [_object(node) for node in nodes],
    }


def _list_meta(title, description, path, page, publication, *, facts=None, trail=()):
    number = page.number if page else 1
    url = absolute(path)
    if number > 1:
        title = f"{title}, page {number}"

    def page_url(number):
        return url if number == 1 else f"{url}?page={number}"

    collection = {
        "@type": "CollectionPage",
        "url": page_url(number),
        "name": title,
        "description": text.summary(description, max_length=300),
        "inLanguage": settings.LANGUAGE_CODE,
        "isPartOf": _website(publication),
        "publisher": {"@type": "NewsMediaOrganization", **_reference(publication)},
        **(facts or {}),
    }
    has_previous = page is not None and page.has_previous()
    has_next = page is not None and page.has_next()
    return {
        **_meta(
            title,
            description,
            collection,
            _breadcrumbs([*trail, (title, path)], publication),
        ),
        "previous_url": page_url(number - 1) if has_previous else "",
        "next_url": page_url(number + 1) if has_next else "",
    }


def _writers(article):
    """Those whose story it is; people with a role only when there is nobody else."""
    byline = article.byline()
    return [by for by in byline if not by["role"]] or byline


def _alternates(article):
    """The story in its languages, itself among them; each language once.

    `x-default` is the one in the publication's language: what a reader of any other
    language gets. A story whose home is elsewhere has no alternates.
    """
    siblings = article.translations()
    if not siblings or article.canonical_url:
        return []
    urls = {article.language: article.absolute_url}
    for sibling in siblings:
        urls.setdefault(sibling["language"], absolute(sibling["url"]))
    found = [
        {"language": language, "url": url} for language, url in sorted(urls.items())
    ]
    default = [entry["url"] for entry in found if _is_home_language(entry["language"])]
    return found + [{"language": "x-default", "url": url} for url in default[:1]]


def _is_home_language(language):
    return _primary(language) == _primary(settings.LANGUAGE_CODE)


def _primary(language):
    return language.lower().partition("-")[0]


def _locale(language):
    """Open Graph's `language_TERRITORY`; the language alone where none is known."""
    if "-" not in language and _is_home_language(language):
        language = settings.LANGUAGE_CODE
    primary, _, rest = language.partition("-")
    territory = rest.rpartition("-")[2]
    if re.fullmatch(r"[A-Za-z]{2}", territory):
        return f"{primary.lower()}_{territory.upper()}"
    return primary.lower()


def _excerpt(body):
    """The first plain words of article HTML; "" when it holds none."""
    plain = html.to_text(
        nh3.clean(
            body,
            tags=html.TAGS - _BESIDE_THE_STORY,
            clean_content_tags=_BESIDE_THE_STORY,
            attributes={},
        )
    )
    return text.summary(plain, max_length=DESCRIPTION_LENGTH)


def _address(value):
    return absolute(value) if value else ""


def _time(value):
    return value.isoformat(timespec="seconds") if value else None


def _object(node):
    """A schema.org object with its context and without what is not known."""
    return {"@context": SCHEMA, **_known(node)}


def _known(value):
    if isinstance(value, dict):
        found = {
            name: _known(part) if isinstance(part, (dict, list)) else part
            for name, part in value.items()
        }
        return {
            name: part
            for name, part in found.items()
            if part or part not in (None, "", [], {})
        }
    if isinstance(value, list):
        return [_known(part) for part in value]
    return value
