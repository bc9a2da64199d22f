"""From a Ghost export, or what Ghost's API and its migration tools write, to lines."""

import hashlib
import re

from django.core.exceptions import ValidationError
from django.utils import timezone

from articles.bulk.lines import LineError
from articles.moving.desk import cut, plain, words_of
from articles.moving.ghost_body import lexical_html, mobiledoc_html
from articles.moving.ghost_file import (
    by_id,
    embedded,
    export_of,
    instant,
    joined,
    merged,
    people,
    rows,
    text_of,
)
from articles.moving.markup import Markup
from articles.moving.media import host_of, is_picture_path
from articles.moving.survey import local_address
from newsroom.lib import text

KIND = "ghost"
GHOST_URL = "__GHOST_URL__"
STATES = {
    "scheduled": "It was scheduled on the former site for {at}.",
    "sent": "It was sent by e-mail only and was never on the former site.",
}
VISIBILITY = {
    "members": "On the former site only members could read it.",
    "paid": "On the former site only paying members could read it.",
    "tiers": "On the former site only some members could read it.",
}
_SEO = {
    "seo_title": ("meta_title", 120),
    "seo_description": ("meta_description", 300),
    "social_title": ("og_title", 120),
    "social_description": ("og_description", 300),
}
_CARDS = re.compile(r"<!--(?:kg-card-(?:begin|end)[^>]*|members-only)-->")


class Ghost:
    """One export, of at most 256 MB: unlike WordPress's it is read as a whole."""

    kind = KIND

    def __init__(self, path):
        self.path = path
        self.total = path.stat().st_size
        self.done = 0

    def look(self, progress=lambda count: None):
        """Read the file. Raises FormatError."""
        data = export_of(self.path)
        self.posts = [merged(post) for post in rows(data, "posts")]
        self.users = rows(data, "users")
        self.tags = by_id(rows(data, "tags"))
        self.users_by_id = by_id(self.users)
        self.meta = {row.get("post_id"): row for row in rows(data, "posts_meta")}
        self.post_tags = joined(rows(data, "posts_tags"), "tag_id", self.tags)
        self.post_authors = joined(
            rows(data, "posts_authors"), "author_id", self.users_by_id
        )
        self.members = len(rows(data, "members"))
        self.settings = {
            row.get("key"): row.get("value") for row in rows(data, "settings")
        }
        urls = [post.get("url") for post in self.posts]
        urls += [self.settings.get("url"), data.get("url")]
        hosts = [host_of(url) for url in urls if isinstance(url, str)]
        self.site = next(filter(None, hosts), "")
        self.hosts = {self.site} - {""}
        self.prefix = f"{KIND}:{self.site}"

    def found(self):
        notes = []
        if self.members:
            notes.append(
                f"{self.members:,} members were left out: bring them in as subscribers "
                "with import_subscribers, from Ghost's CSV of its members."
            )
        if not self.users and not any(people(post) for post in self.posts):
            notes.append("The file names no authors.")
        return {
            "site": self.site,
            "items": len(self.posts),
            "types": {"post": len(self.posts)},
            "categories": [],
            "tags": len(self.tags),
            "authors": len(self.users),
            "members": self.members,
            "notes": notes,
        }

    def mapping_rows(self, mapping):
        rows = []
        for tag in self.tags.values():
            name = str(tag.get("name") or "")
            rule = mapping.rule("tag", tag.get("slug"), name)
            becomes, value = rule or ("nothing" if name.startswith("#") else "tag", "")
            rows.append(("tag", str(tag.get("slug") or name), becomes, value or name))
        return rows

    def lines(self, desk):
        self.desk = desk
        for number, post in enumerate(self.posts, 1):
            self.done = self.total * number // len(self.posts)
            try:
                line = self._taken(number, post)
            except (TypeError, AttributeError, KeyError):
                yield number, LineError("this post is not as Ghost writes one")
                continue
            if line is not None:
                yield number, line
        if self.members:
            desk.journal.item(
                "other", f"{self.prefix}:members", "skipped", title="Members",
                reason=f"{self.members:,} members: use import_subscribers.",
            )  # fmt: skip

    def finish(self):
        desk = self.desk
        pairs = [
            (str(tag.get("slug")), str(tag.get("name")))
            for tag in self.tags.values()
            if tag.get("slug") and tag.get("name")
        ]
        desk.redirect_tags(pairs, ["/tag/{}/"])
        for slug, name in pairs:
            rule = desk.mapping.rule("tag", slug, name)
            if rule and rule[0] == "section" and not desk.dry_run:
                desk.redirect(f"/tag/{slug}/", f"/{desk.section(rule[1] or name)}/")
        for user in self.users:
            address = desk.names.author_address(text_of(user, "name"))
            if address and user.get("slug"):
                desk.redirect(f"/author/{user['slug']}/", address)

    # One post -------------------------------------------------------------------------

    def _taken(self, number, post):
        title = text_of(post, "title")
        slug = text_of(post, "slug")
        key = text_of(post, "id") or text_of(post, "uuid") or slug
        key = key or hashlib.sha256(title.encode()).hexdigest()[:24]
        source_id = f"{self.prefix}:{key}"[:200]
        body, notes, has_links = self._body(post)
        is_page = bool(post.get("page")) or post.get("type") == "page"
        line = {"id": source_id, "body_html": body, "slug": slug}
        self._set_status(line, post, notes)
        excerpt = text_of(post, "custom_excerpt")
        notes += words_of(line, title, excerpt, body)
        line |= self._seo(post)
        path = local_address(text_of(post, "url")) if post.get("url") else ""
        line["past_addresses"] = [path or f"/{slug}/"] if (path or slug) else []
        if is_page and line["pub_status"] == "usable":
            try:
                self.desk.page(
                    source_id, line | {"slug": slug or title}, notes=notes,
                    past=line["past_addresses"], has_own_links=has_links,
                )  # fmt: skip
            except (LineError, ValidationError) as error:
                reason = "; ".join(getattr(error, "messages", [str(error)]))
                self.desk.journal.item(
                    "page", source_id, "failed", title=title, reason=reason
                )
            return None
        if is_page:
            notes.append("a page that readers could not see is a draft story here")
        self._file_under(line, post)
        self._sign(line, post, notes)
        self._lead(line, post, notes)
        self.desk.journal.tell(
            number, source_id, title=line["headline"], notes=notes,
            has_own_links=has_links,
        )  # fmt: skip
        return line

    def _set_status(self, line, post, notes):
        at = instant(post.get("published_at"))
        begun = at or instant(post.get("created_at"))
        if begun:
            line["created_at"] = begun.isoformat()
        line["pub_status"] = "withheld"
        status = text_of(post, "status") or "draft"
        if status == "published" and at and at > timezone.now():
            status = "scheduled"
        visibility = text_of(post, "visibility") or "public"
        words = STATES.get(status, "").format(at=at.isoformat() if at else "")
        if visibility != "public":
            words = VISIBILITY.get(visibility, VISIBILITY["tiers"])
            notes.append("only members could read it, so it is a draft")
        elif status == "published" or (status == "scheduled" and at):
            is_out = status == "published"
            words = self.desk.set_time(line, at, notes, is_out=is_out)
        if words:
            line["ed_note"] = words

    def _file_under(self, line, post):
        mapping = self.desk.mapping
        sections, tags = [], []
        primary = post.get("primary_tag")
        found = embedded(post, "tags") or self.post_tags.get(post.get("id"), [])
        if isinstance(primary, dict):
            found = [primary, *found]
        for tag in found:
            name, slug = text_of(tag, "name"), text_of(tag, "slug")
            if not name:
                continue
            rule = mapping.rule("tag", slug, name)
            # Ghost's own tags for the workings of a site begin with a hash.
            becomes, value = rule or ("nothing" if name.startswith("#") else "tag", "")
            if becomes == "section":
                sections.append(value or name)
            elif becomes == "tag":
                tags.append({"name": (value or name)[:100], "slug": slug})
        line["section"] = self.desk.section(
            sections[0] if sections else mapping.default_section
        )
        line["tags"] = tags + [
            {"name": name[:100]} for name in sections if name != sections[0]
        ]

    def _sign(self, line, post, notes):
        found = people(post) or self.post_authors.get(post.get("id"), [])
        if not found and post.get("author_id") in self.users_by_id:
            found = [self.users_by_id[post["author_id"]]]
        names = []
        for person in found:
            name = text.clean_line(text_of(person, "name"))[:120]
            rule = self.desk.mapping.rule("author", text_of(person, "slug"), name)
            if rule and rule[0] == "nothing":
                continue
            name = (rule and rule[1]) or name
            if name and "@" not in name:  # an address is nobody's name
                names.append(name)
        if not names:
            notes.append("the export does not name its author")
        line["byline"] = [{"name": name} for name in dict.fromkeys(names)]

    def _seo(self, post):
        meta = {**post, **{k: v for k, v in self._meta(post).items() if v}}
        found = {}
        for name, (key, length) in _SEO.items():
            if value := text_of(meta, key):
                found[name] = cut(value, length)
        address = text_of(meta, "canonical_url")
        if address.startswith("http") and host_of(address) not in self.hosts:
            found["canonical_url"] = address[:500]
        return found

    def _meta(self, post):
        return self.meta.get(post.get("id")) or {}

    def _body(self, post):
        notes, missing = [], []
        content = text_of(post, "html")
        if not content and post.get("lexical"):
            content = lexical_html(post["lexical"], notes)
        if not content and post.get("mobiledoc"):
            content = mobiledoc_html(post["mobiledoc"], notes)
        if not content:
            content = "".join(
                f"<p>{text.clean_text(words)}</p>"
                for words in text_of(post, "plaintext").split("\n\n")
                if words.strip()
            )
        content = _CARDS.sub("", content).replace(f"{GHOST_URL}/", "/")

        def picture(address, number, *, alt="", caption=""):
            return self._picture(address, alt, caption, missing)

        markup = Markup(picture, own_hosts=self.hosts, is_file=_is_file)
        content = markup.convert(content)
        notes += markup.notes
        notes += [f"a picture is missing: {reason}" for reason in missing]
        return content, notes, markup.has_own_links

    def _picture(self, address, alt, caption, missing):
        url = address.replace(GHOST_URL, "")
        if url.startswith("//"):
            url = f"https:{url}"
        elif url.startswith("/") and self.site:
            url = f"https://{self.site}{url}"
        if not url or url.startswith("data:"):
            return None
        key = self.desk.media.take(url, caption=plain(caption), alt_text=plain(alt))
        if key is None:
            missing.append(f"{url[:300]} ({self.desk.media.reason(url)})")
        return key

    def _lead(self, line, post, notes):
        address = text_of(post, "feature_image") or text_of(post, "image")
        if not address:
            return
        meta = {**post, **{k: v for k, v in self._meta(post).items() if v}}
        missing = []
        key = self._picture(
            address,
            text_of(meta, "feature_image_alt")[:500],
            text_of(meta, "feature_image_caption"),
            missing,
        )
        if key is None:
            notes += [f"its featured picture is missing: {one}" for one in missing]
        else:
            line["picture"] = {"id": key}


def _is_file(path):
    return path.startswith("/content/") or is_picture_path(path)
