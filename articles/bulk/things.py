"""Lines of everything but stories: one row each, left alone where it is here."""

from django.core.exceptions import ValidationError
from django.utils import timezone

from articles.bulk.lines import (
    LineError,
    flag_of,
    list_of,
    named,
    number_of,
    picture_of,
    text_of,
    time_of,
)
from articles.bulk.names import alias_is_free, reasons
from articles.models import (
    Author,
    AuthorAlias,
    FrontPageSlot,
    Page,
    PastPath,
    PastSectionSlug,
    Publication,
    Section,
    Tag,
    TagAlias,
)
from articles.models.past_path import fold_path
from newsroom.lib import text

SECTION_TEXTS = ["name", "description"]
AUTHOR_TEXTS = ["name", "job_title", "biography"]
PAGE_TEXTS = ["title", "seo_description"]
PUBLICATION_TEXTS = [
    "name", "strapline", "about_line", "newsletter_pitch", "republishing_notice",
    "republishing_link_text", "social_links", "legal_name", "email", "address",
    "corrections_policy_url", "ethics_policy_url",
]  # fmt: skip


def _fill(row, data, texts):
    for name in texts:
        if name in data:
            setattr(row, name, text_of(data, name))


def _save(row):
    try:
        # The constraints are the database's to check: some columns are not filled yet.
        row.clean_fields()
        row.clean()
        row.validate_unique()
    except ValidationError as error:
        raise LineError(reasons(error)) from error
    row.save()


def load_section(loader, data):
    slug = text_of(data, "slug")
    section = Section.objects.filter(slug=slug).first()
    is_new = section is None
    if is_new or loader.update:
        section = section or Section(slug=slug)
        _fill(section, data, SECTION_TEXTS)
        section.position = number_of(data, "position", section.position)
        section.is_in_navigation = flag_of(
            data, "is_in_navigation", default=section.is_in_navigation
        )
        if Page.objects.filter(slug=slug).exists():
            raise LineError(f"/{slug}/ is the address of a page, not of a section")
        _save(section)
        for item in list_of(data, "past_slugs"):
            past = text.slug(named(item, "past_slugs")["name"])
            if not Section.objects.filter(slug=past).exists():
                PastSectionSlug.objects.get_or_create(
                    slug=past, defaults={"section": section}
                )
        loader.names.reload()
    return section, is_new


def load_author(loader, data):
    slug = text_of(data, "slug") or text.slug(text_of(data, "name"), fallback="author")
    author = Author.objects.filter(slug=slug).first()
    is_new = author is None
    if is_new or loader.update:
        author = author or Author(slug=slug)
        _fill(author, data, AUTHOR_TEXTS)
        if portrait := picture_of(data, "portrait"):
            author.portrait_id = loader.picture(portrait)
        _save(author)
        for item in list_of(data, "aliases"):
            alias = named(item, "aliases")
            name = text.clean_line(alias["name"])
            if author.aliases.filter(name=name).exists():
                continue
            slug = text.unique_slug(
                text.slug(text_of(alias, "slug") or name, fallback="author"),
                lambda slug: Author.objects.at(slug).exists(),
            )
            AuthorAlias.objects.create(author=author, name=name, slug=slug)
        loader.names.reload()
    return author, is_new


def load_tag(loader, data):
    name = text.clean_line(text_of(data, "name"))
    if not text.name_key(name):
        raise LineError("the tag has no “name”")
    if len(name) > Tag.NAME_LENGTH:
        raise LineError(f"the tag's name is longer than {Tag.NAME_LENGTH} characters")
    tag = Tag.objects.by_name([name]).get(text.name_key(name))
    is_new = tag is None
    if is_new or loader.update:
        tag = tag or Tag(name=name, slug=_tag_slug(text_of(data, "slug"), name))
        _fill(tag, data, ["description"])
        _save(tag)
        for item in list_of(data, "aliases"):
            alias = named(item, "aliases")
            if alias_is_free(alias["name"], tag):
                slug = _tag_slug(text_of(alias, "slug"), alias["name"])
                TagAlias.objects.create(tag=tag, name=alias["name"], slug=slug)
        loader.names.forget_tags()
    return tag, is_new


def _tag_slug(wanted, name):
    """`wanted` where it is free and an address, else one made of it or of `name`."""
    is_fit = wanted and wanted == text.slug(wanted, max_length=100)
    if is_fit and not Tag.objects.at(wanted).exists():
        return wanted
    return Tag.objects.free_slug(wanted or name)


def load_page(loader, data):
    slug = text_of(data, "slug")
    page = Page.objects.filter(slug=slug).first()
    is_new = page is None
    if is_new or loader.update:
        page = page or Page(slug=slug)
        _fill(page, data, PAGE_TEXTS)
        page.body = text_of(data, "body_html", page.body)
        page.position = number_of(data, "position", page.position)
        page.is_in_footer = flag_of(data, "is_in_footer", default=page.is_in_footer)
        if Section.objects.at(slug).exists():
            raise LineError(f"/{slug}/ is the address of a section, not of a page")
        _save(page)
    return page, is_new


def load_publication(loader, data):
    publication = Publication.objects.first()
    is_new = publication is None
    if is_new or loader.update:
        publication = publication or Publication(pk=1)
        _fill(publication, data, PUBLICATION_TEXTS)
        publication.founding_year = number_of(data, "founding_year", None)
        if logo := picture_of(data, "logo"):
            publication.logo_id = loader.picture(logo)
        _save(publication)
    return publication, is_new


def load_front_page(loader, data):
    area = text_of(data, "area")
    if area not in FrontPageSlot.Area.values:
        raise LineError(f"the front page has no area “{area}”")
    article = loader.article_pk(data.get("article"))
    slot, is_new = FrontPageSlot.objects.get_or_create(
        article_id=article,
        defaults={
            "area": area,
            "position": number_of(data, "position"),
            "starts_at": time_of(data, "starts_at") or timezone.now(),
            "pinned_until": time_of(data, "pinned_until"),
        },
    )
    return slot, is_new


def load_redirect(loader, data):
    path = fold_path(text_of(data, "path"))
    past = PastPath.objects.filter(path=path).first()
    is_new = past is None
    if is_new or loader.update:
        past = past or PastPath(path=path)
        past.article, past.target = None, text_of(data, "target")
        if not past.target:
            raise LineError("a redirect needs a “target”")
        _save(past)
    return past, is_new


LOADERS = {
    "section": load_section,
    "author": load_author,
    "tag": load_tag,
    "page": load_page,
    "publication": load_publication,
    "front_page": load_front_page,
    "redirect": load_redirect,
    "picture": lambda loader, data: loader.shelf.load(data),
}
