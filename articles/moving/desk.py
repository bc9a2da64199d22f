"""What readers of formats need in a run: sections, pages, pictures, redirects."""

import re
from html import unescape

from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils.html import strip_tags

from articles.bulk.lines import LineError
from articles.bulk.names import reasons
from articles.models import ImportedItem, Page, PastPath, Section, Tag
from articles.models.past_path import fold_path
from articles.models.slugs import RESERVED_SLUGS
from articles.moving.journal import EDITED_HERE, HERE_ALREADY, changed_in_admin
from newsroom.lib import html, text

HEADLINE_LENGTH = 300
STANDFIRST_LENGTH = 600
_ENDS = re.compile(r"<(?:br|/p|/div|/li|/h\d)\b[^>]*>", re.IGNORECASE)


def plain(value):
    """The words of a title or an excerpt, which may hold HTML."""
    if "<" in value:
        value = strip_tags(_ENDS.sub(" ", value))
    if "&" in value:
        value = unescape(value)
    return text.clean_line(value)


def words_of(line, title, excerpt, body):
    """Put headline and standfirst into a line; returns what to look at."""
    notes, kept = [], []
    headline, standfirst = plain(title), plain(excerpt)
    if not headline:
        words = text.summary(html.to_text(body[:4000]), max_length=80)
        headline = words or "Untitled"
        notes.append("it had no title; these are its first words")
    if len(headline) > HEADLINE_LENGTH:
        kept.append(f"Title: {headline}")
        headline = text.summary(headline, max_length=HEADLINE_LENGTH - 1)
        notes.append("the title is too long and was cut; the note to staff has it")
    if len(standfirst) > STANDFIRST_LENGTH:
        kept.append(f"Excerpt: {standfirst}")
        standfirst = text.summary(standfirst, max_length=STANDFIRST_LENGTH - 1)
        notes.append("the excerpt is too long and was cut; the note to staff has it")
    line["headline"], line["standfirst"] = headline, standfirst
    if kept:
        line["ed_note"] = "\n".join(filter(None, [line.get("ed_note"), *kept]))
    return notes


def cut(value, length):
    """A line for a search engine or a social card, at most `length` long."""
    value = plain(value)
    return value if len(value) <= length else text.summary(value, max_length=length - 1)


class Desk:
    """The site's side of a run; `loader` has names and pictures, `media` the files."""

    def __init__(self, loader, journal, mapping, media, options):
        self.loader, self.journal, self.mapping = loader, journal, mapping
        self.media, self.options = media, options
        self.names = loader.names
        self.dry_run = loader.dry_run
        self._sections, self._pages = {}, None

    def section(self, name):
        """The slug of the section of this name, which is made where it is missing.

        A name whose address is taken by a page or by the site gets a number.
        """
        name = text.clean_line(name)[:80] or self.mapping.default_section
        if name not in self._sections:
            self._sections[name] = self._find_section(name)
        return self._sections[name]

    def _find_section(self, name):
        slug = text.slug(name, fallback="section")
        for known in (slug, text.fold(name)):
            if (pk := self.names.known_section(known)) is not None:
                found = Section.objects.filter(pk=pk).values_list("slug", flat=True)
                return found.first() or slug
        slug = text.unique_slug(
            slug,
            lambda slug: (
                slug in RESERVED_SLUGS
                or slug.startswith("sitemap-")
                or self.names.known_section(slug) is not None
                or Page.objects.filter(slug=slug).exists()
            ),
        )
        row = Section(name=name, slug=slug, position=Section.objects.count())
        self.names.add_section(row)
        return slug

    # Pages ----------------------------------------------------------------------------

    def page(self, source_id, line, *, notes=(), past=(), has_own_links=False):
        """Make a page of {"headline", "slug", "body_html", "seo_description"}.

        One that this file made before is left as it is, unless the run updates and
        nobody has changed it here. Raises LineError.
        """
        known = self._known_page(source_id)
        values = {
            "kind": "page", "source_id": source_id, "title": line["headline"],
        }  # fmt: skip
        if known is not None and not self._may_update(known):
            is_edited = bool(changed_in_admin(Page, [known.pk]))
            reason = EDITED_HERE if is_edited else HERE_ALREADY
            self.journal.item(
                **values, outcome="skipped", reason=reason, target=known.pk
            )
            return
        notes = list(notes)
        page = known or Page(slug=self._page_slug(line["slug"], notes))
        page.title = text.summary(line["headline"], max_length=119)
        page.body = line["body_html"]
        page.seo_description = line.get("seo_description", "")
        page.is_in_footer = page.is_in_footer if known else False
        try:
            page.clean_fields()
        except ValidationError as error:
            raise LineError(reasons(error)) from error
        outcome = "updated" if known else "imported"
        values |= {
            "outcome": "look" if notes else outcome,
            "reason": "\n".join(note[:1].upper() + note[1:] for note in notes),
            "has_own_links": has_own_links,
        }
        if self.dry_run:
            self.journal.item(**values)
            return
        try:
            with transaction.atomic():
                page.save()
                self.journal.item(**values, target=page.pk, is_made=known is None)
                for path in past:
                    self.redirect(path, page.get_absolute_url())
        except DatabaseError as error:
            raise LineError(str(error).strip().partition("\n")[0]) from error

    def _known_page(self, source_id):
        if self._pages is None:
            standing = ImportedItem.objects.standing().filter(kind="page")
            self._pages = dict(standing.values_list("source_id", "target"))
        target = self._pages.get(source_id[:200])
        return target and Page.objects.filter(pk=target).first()

    def _may_update(self, page):
        return self.options.get("update") and not changed_in_admin(Page, [page.pk])

    def _page_slug(self, wanted, notes):
        slug = text.slug(wanted, fallback="page")
        free = text.unique_slug(
            slug,
            lambda slug: (
                slug in RESERVED_SLUGS
                or slug.startswith("sitemap-")
                or Page.objects.filter(slug=slug).exists()
                or Section.objects.at(slug).exists()
            ),
        )
        if free != slug:
            notes.append(f"/{slug}/ is taken here, so the page is at /{free}/")
        return free

    # Addresses ------------------------------------------------------------------------

    def set_time(self, line, at, notes, *, is_out):
        """Give a line the time of a story that was public, or was to be.

        Returns what the note to staff says of it; `notes` gets what needs a look.
        """
        if not is_out:
            line["planned_for"] = at.astimezone(self.mapping.zone).date().isoformat()
            if not self.options.get("schedule"):
                notes.append("it was scheduled; here it waits as a draft")
                return f"It was scheduled on the former site for {at.isoformat()}."
        elif at is None:
            notes.append("it has no date, so it is a draft")
            return "It was public on the former site, and the export has no date."
        line["pub_status"], line["published_at"] = "usable", at.isoformat()
        return ""

    def redirect(self, address, target):
        """Lead a former address to a path of this site, unless it leads already."""
        path = fold_path(address)
        if self.dry_run or not path or path == fold_path(target):
            return
        with transaction.atomic():
            past, is_new = PastPath.objects.get_or_create(
                path=path, defaults={"target": target}
            )
            if is_new:
                self.journal.item(
                    "redirect", f"redirect:{path}", "imported",
                    title=f"/{path}", target=past.pk, is_made=True,
                )  # fmt: skip

    def redirect_tags(self, pairs, paths):
        """Lead the addresses of tags: (slug, name) pairs; `paths` are patterns."""
        tags = Tag.objects.by_name([name for _, name in pairs])
        for slug, name in pairs:
            if tag := tags.get(text.name_key(name)):
                for path in paths:
                    self.redirect(path.format(slug), tag.get_absolute_url())
