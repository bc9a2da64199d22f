"""From the items of a WordPress export to lines that the loader takes."""

import hashlib
from urllib.parse import unquote

from django.core.exceptions import ValidationError

from articles.bulk.lines import LineError
from articles.models import ImportRun
from articles.moving.desk import plain, words_of
from articles.moving.late import lead
from articles.moving.mapping import Categories
from articles.moving.media import host_of
from articles.moving.survey import META, local_address, survey
from articles.moving.wordpress_body import Bodies
from articles.moving.wordpress_facts import Facts
from articles.moving.wxr import Reader
from newsroom.lib import text

KIND = "wordpress"
# Workings of the former site, which nobody misses here; counted in the report.
WORKINGS = {
    "nav_menu_item", "revision", "custom_css", "customize_changeset", "oembed_cache",
    "user_request", "wp_global_styles", "wp_template", "wp_template_part",
    "wp_navigation", "wp_font_family", "wp_font_face", "guest-author", "wp_block",
    "scheduled-action", "attachment",
}  # fmt: skip
NO_LEAD = "its featured picture is not in this file"
NOT_KEPT = {"auto-draft": "an empty draft of the editor", "trash": "in the bin there"}


class WordPress:
    """One export; `look` reads it once, `lines` yields what the loader takes."""

    kind = KIND

    def __init__(self, path):
        self.path = path
        self.total = path.stat().st_size
        self.done = 0
        self._seen = {}
        # From the numbers of pictures that other files have to the stories they lead.
        self.waiting = {}

    def look(self, progress=lambda count: None):
        """Read the file to its end. Raises FormatError."""
        found = self.survey = survey(self.path, progress=progress)
        self.prefix = f"{KIND}:{found.site}"

    def found(self):
        """What the export has, for the report and the choice of mapping."""
        found = self.survey
        return {
            "site": found.site,
            "version": found.version,
            "items": found.item_count,
            "comments": found.comment_count,
            "types": dict(found.types),
            "categories": [
                [slug, name, found.category_counts[slug]]
                for slug, (name, _) in sorted(found.terms.items())
            ],
            "tags": len(found.tags),
            "authors": len(found.authors),
            "notes": self._notes(),
        }

    def _notes(self):
        found, notes = self.survey, []
        if not found.version:
            notes.append("The file names no version of the format; it was read as 1.2.")
        if found.is_lenient:
            notes.append(
                "The file is not well-formed XML; it was read as WordPress reads it."
            )
        if found.encoding == "cp1252":
            notes.append("The file was read as Windows-1252. Do é and ü look right?")
        if found.replaced_count:
            notes.append(
                f"{found.replaced_count:,} bytes were no characters and are “�” now."
            )
        if not found.site:
            notes.append("The file does not say which site it comes from.")
        notes += [f"Author {odd}" for odd in found.odd_authors[:50]]
        return notes

    def mapping_rows(self, mapping):
        """Rows for an editor to change: what each category becomes now."""
        categories = self._categories(mapping)
        rows = []
        for slug in sorted(self.survey.terms):
            becomes, name = categories.becomes(slug)
            rows.append(("category", slug, becomes, name))
        for kind in sorted(self.survey.types):
            if kind not in WORKINGS | {"post", "page"}:
                rule = mapping.rule("type", kind)
                rows.append(("type", kind, rule[0] if rule else "nothing", ""))
        return rows

    def _categories(self, mapping):
        return Categories(mapping, self.survey.terms, self.survey.category_counts)

    def lines(self, desk):
        """Yield (number, line or LineError) for stories; pages are made here."""
        self.desk = desk
        self.categories = self._categories(desk.mapping)
        self.facts = Facts(self.survey, desk, self.categories)
        self.bodies = Bodies(self.survey, desk, self._attachment_id)
        self._make_sections_and_tags()
        with self.path.open("rb") as file:
            reader = Reader(file, wanted_meta=META, is_lenient=self.survey.is_lenient)
            number = 0
            for kind, data in reader:
                self.done = reader.bytes_read
                if kind != "item":
                    continue
                number += 1
                line = self._taken(number, data)
                if line is not None:
                    yield number, line
        self._count_workings()

    def finish(self):
        """Redirects of what is no item: categories, tags, authors."""
        desk, found = self.desk, self.survey
        numbers = {slug: number for number, slug in found.term_ids.items()}
        tags = list(found.tags.items())
        for slug in found.terms:
            becomes, name = self.categories.becomes(slug)
            if becomes == "tag":
                desk.redirect_tags([(slug, name)], ["/category/{}/"])
            elif becomes == "section" and not desk.dry_run:
                target = f"/{desk.section(name)}/"
                desk.redirect(f"/category/{slug}/", target)
                if slug in numbers:
                    desk.redirect(f"/?cat={numbers[slug]}", target)
        desk.redirect_tags(tags, ["/tag/{}/"])
        for login, name in found.authors.items():
            if address := desk.names.author_address(name):
                desk.redirect(f"/author/{text.slug(login)}/", address)
        if found.attachments and not desk.dry_run:
            self._lead_earlier()

    def _lead_earlier(self):
        """Give stories of earlier files the featured pictures that this file has."""
        for run in ImportRun.objects.filter(kind=KIND, undone_at=None):
            if run.found.get("site") != self.survey.site:
                continue
            for number, stories in run.found.get("waiting", {}).items():
                attachment = self.survey.attachments.get(number)
                key = attachment and self.bodies.picture(attachment.url, number)
                self.bodies.missing = []
                if key:
                    lead(stories, key)

    def _make_sections_and_tags(self):
        """Sections first: a page that wants the address of one gets another."""
        desk, found = self.desk, self.survey
        for slug in sorted(found.category_counts):
            becomes, name = self.categories.becomes(slug)
            if becomes == "section":
                desk.section(name)
            if above := self.categories.section_above(slug):
                desk.section(above)
        named = [
            (name[:100], slug)
            for slug, name in found.tags.items()
            if not desk.mapping.rule("tag", slug, name)
        ]
        desk.names.tags([named])

    def _count_workings(self):
        found = self.survey
        for kind, count in sorted(found.types.items()):
            if kind in WORKINGS and kind != "attachment":
                self.desk.journal.item(
                    "other", f"{self.prefix}:type:{kind}", "skipped", title=kind,
                    reason=f"{count:,} of this kind: workings of the former site.",
                )  # fmt: skip
        if found.comment_count:
            self.desk.journal.item(
                "other", f"{self.prefix}:comments", "skipped", title="Comments",
                reason=f"{found.comment_count:,} comments: this site has none.",
            )  # fmt: skip

    # One item -------------------------------------------------------------------------

    def _taken(self, number, item):
        kind = item.get("type") or "post"
        source_id = self._source_id(item)
        title = plain(item.get("title", ""))
        if kind == "attachment":
            self._library(item, source_id)
            return None
        if kind in WORKINGS:
            return None
        status = item.get("status") or "publish"
        rule = self.desk.mapping.rule("type", kind)
        becomes = rule[0] if rule else {"post": "story", "page": "page"}.get(kind)
        reason = NOT_KEPT.get(status)
        if becomes is None:
            reason = f"Nothing says what a “{kind}” becomes; a row of the mapping can."
        elif becomes == "nothing":
            reason = "The mapping leaves it out."
        if reason:
            self.desk.journal.item(
                "other", source_id, "skipped", title=title, reason=reason
            )
            return None
        if item.get("is_too_long"):
            self.desk.journal.tell(number, source_id, title=title)
            return LineError("its text is longer than 8 million characters")
        is_public = status == "publish" and not item.get("password")
        if becomes == "page" and is_public:
            return self._page(number, item, source_id)
        return self._story(number, item, source_id, was_page=becomes == "page")

    def _attachment_id(self, number):
        return f"{self.prefix}:{number}"[:200]

    def _source_id(self, item):
        number = item.get("id")
        words = f"{item.get('link') or item.get('guid')}\n{item.get('title')}"
        if not number:
            number = _digest(f"{words}\n{item.get('content', '')[:2000]}")
        elif self._seen.setdefault(number, words) != words:
            # Tools that merge exports give one number to several items.
            number = f"{number}-{_digest(words)[:8]}"
        site = self.survey.site or host_of(item.get("guid", ""))
        return f"{KIND}:{site}:{number}"[:200]

    def _page(self, number, item, source_id):
        body, notes, has_links = self.bodies.convert(item)
        line = {
            "body_html": body,
            "slug": unquote(item.get("name", "")) or plain(item.get("title", "")),
        }
        notes += words_of(line, item.get("title", ""), "", body)
        line |= self.facts.seo(item)
        try:
            self.desk.page(
                source_id, line, notes=notes, past=self._past(item),
                has_own_links=has_links,
            )  # fmt: skip
        except (LineError, ValidationError) as error:
            reason = "; ".join(getattr(error, "messages", [str(error)]))
            self.desk.journal.item(
                "page", source_id, "failed", title=line["headline"], reason=reason
            )

    def _story(self, number, item, source_id, *, was_page):
        body, notes, has_links = self.bodies.convert(item)
        line = {"id": source_id, "body_html": body}
        self.facts.set_times(line, item, notes)
        notes += words_of(line, item.get("title", ""), item.get("excerpt", ""), body)
        line["slug"] = unquote(item.get("name", ""))
        self.facts.file_under(line, item, notes)
        self.facts.sign(line, item, notes)
        line |= self.facts.seo(item)
        if language := self.facts.language():
            line["language"] = language
        line["past_addresses"] = self._past(item)
        self._lead(line, item, notes)
        if was_page:
            notes.append("a page that readers could not see is a draft story here")
        self.desk.journal.tell(
            number, source_id, title=line["headline"], notes=notes,
            has_own_links=has_links,
        )  # fmt: skip
        return line

    def _past(self, item):
        """Every address the item and its attachments had."""
        number = item.get("id", "")
        past = [item.get("link", "")] if item.get("link") else []
        numbers = [number, *self.survey.children.get(number, [])]
        past += [self.survey.attachments[child].path for child in numbers[1:]]
        past += [f"/?p={one}" for one in numbers if one.isdigit()]
        past = [local_address(address) for address in past]
        return [address for address in past if address not in ("", "/")]

    def _lead(self, line, item, notes):
        number = item["meta"].get("_thumbnail_id", "")
        if not number or number == "0":
            return
        attachment = self.survey.attachments.get(number)
        if attachment is None:
            if key := self.desk.media.earlier(self._attachment_id(number)):
                line["picture"] = {"id": key}
                return
            # An export may come in several files, this one without the attachments.
            self.waiting.setdefault(number, []).append(line["id"])
            notes.append(NO_LEAD)
            return
        key = self.bodies.picture(attachment.url, number)
        if key is None:
            notes.append(f"its featured picture is missing: {attachment.url[:200]}")
            self.bodies.missing = []
            return
        line["picture"] = {"id": key}

    def _library(self, item, source_id):
        """An attachment by itself: taken in where its file is at hand."""
        attachment = self.survey.attachments.get(item.get("id", ""))
        journal = self.desk.journal
        if attachment is None or not attachment.is_picture:
            title = plain(item.get("title", ""))
            journal.item(
                "other", source_id, "skipped", title=item.get("url") or title,
                reason="A file that is no picture; stories that link to it say so.",
            )  # fmt: skip
            return
        media = self.desk.media
        is_shown_somewhere = attachment.parent not in ("", "0")
        if media.directory.find(attachment.url) is None and not is_shown_somewhere:
            journal.item(
                "other", source_id, "skipped", title=attachment.url,
                reason="No story shows it, and its file is not among the media.",
            )  # fmt: skip
            return
        self.bodies.picture(attachment.url, item.get("id"))
        self.bodies.missing = []


def _digest(words):
    return hashlib.sha256(words.encode()).hexdigest()[:24]
