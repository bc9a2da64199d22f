"""The first reading of a WordPress export: what is in it, and whether it can be read.

Nothing is written before a file was read to its end, so a broken one leaves nothing
half brought in. What the second reading needs of other items is kept: attachments,
terms, authors and blocks that are used in several places.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from articles.moving.media import host_of, is_picture_path, url_key
from articles.moving.wxr import FormatError, Reader
from newsroom.lib import text

META = (
    "_thumbnail_id", "_wp_attached_file", "_wp_attachment_image_alt",
    "_yoast_wpseo_title", "_yoast_wpseo_metadesc", "_yoast_wpseo_opengraph-title",
    "_yoast_wpseo_opengraph-description", "_yoast_wpseo_canonical",
    "_yoast_wpseo_primary_category", "rank_math_title", "rank_math_description",
    "rank_math_canonical_url", "rank_math_primary_category", "_aioseop_title",
    "_aioseop_description", "cap-display_name", "cap-user_login",
)  # fmt: skip


@dataclass(slots=True)
class Attachment:
    """A file of the former media library."""

    url: str
    parent: str
    caption: str
    alt: str
    path: str
    is_picture: bool


@dataclass
class Survey:
    """What one export holds."""

    hosts: set = field(default_factory=set)
    site: str = ""
    language: str = ""
    version: str = ""
    authors: dict = field(default_factory=dict)
    odd_authors: list = field(default_factory=list)
    terms: dict = field(default_factory=dict)
    term_ids: dict = field(default_factory=dict)
    tags: dict = field(default_factory=dict)
    descriptions: dict = field(default_factory=dict)
    category_counts: Counter = field(default_factory=Counter)
    attachments: dict = field(default_factory=dict)
    by_url: dict = field(default_factory=dict)
    children: dict = field(default_factory=lambda: defaultdict(list))
    blocks: dict = field(default_factory=dict)
    page_paths: dict = field(default_factory=dict)
    types: Counter = field(default_factory=Counter)
    item_count: int = 0
    comment_count: int = 0
    replaced_count: int = 0
    encoding: str = ""
    is_lenient: bool = False
    error: str = ""


def survey(path, *, progress=lambda count: None):
    """Read an export to its end. Raises FormatError where that cannot be done."""
    try:
        return _read(path, progress, is_lenient=False)
    except FormatError as error:
        # Old plug-ins wrote what WordPress reads and XML does not allow.
        try:
            found = _read(path, progress, is_lenient=True)
        except FormatError:
            raise error from None
        found.is_lenient = True
        return found


def _read(path, progress, *, is_lenient):
    found = Survey()
    emails = {}
    with path.open("rb") as file:
        reader = Reader(file, wanted_meta=META, with_text=False, is_lenient=is_lenient)
        for kind, data in reader:
            if kind == "item":
                _item(found, data)
                if found.item_count % 500 == 0:
                    progress(reader.bytes_read)
            elif kind == "author":
                _author(found, data, emails)
            else:
                _term(found, data)
    channel = reader.channel
    found.version = channel.get("version", "")
    found.language = channel.get("language", "")
    found.comment_count = reader.comment_count
    found.replaced_count = reader.replaced_count
    found.encoding = reader.encoding
    for key in ("blog_url", "site_url", "link"):
        if host := host_of(channel.get(key, "")):
            found.hosts.add(host)
            found.site = found.site or host
    return found


def local_address(address):
    """The path and query of an address."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _author(found, data, emails):
    """Authors by login; the address only tells whether two are one person."""
    login = data.get("login", "")
    full = f"{data.get('first', '')} {data.get('last', '')}"
    name = text.clean_line(data.get("name") or full or login)
    if "@" in name:  # an address is nobody's name
        name = text.clean_line(full) if "@" not in full else ""
    if not name:
        name = login if "@" not in login else ""
    if not login or not name:
        found.odd_authors.append(f"{name or 'without a name'}: no login or name")
    email = data.get("email", "").lower()
    if email and email in emails:
        found.odd_authors.append(f"{name}: the same person as {emails[email]}")
        name = emails[email]
    elif email:
        emails[email] = name
    if name:
        found.authors[login or name] = name


def _term(found, data):
    taxonomy = data["taxonomy"]
    slug, name = data.get("slug", ""), data.get("name", "")
    slug = slug or text.slug(name)
    if taxonomy == "category" and slug:
        found.terms[slug] = (name or slug, data.get("parent", ""))
        if data.get("id"):
            found.term_ids[data["id"]] = slug
    elif taxonomy == "post_tag" and slug:
        found.tags[slug] = name or slug
    elif taxonomy == "author" and slug and name:
        found.authors.setdefault(slug.removeprefix("cap-"), name)
    if data.get("description"):
        found.descriptions[taxonomy, slug] = data["description"]


def _item(found, item):
    found.item_count += 1
    kind = item.get("type") or "post"
    found.types[kind] += 1
    if kind == "attachment":
        _attachment(found, item)
    elif kind == "wp_block":
        found.blocks[item.get("id", "")] = item.get("content", "")
    elif kind == "guest-author":
        name = item["meta"].get("cap-display_name") or item.get("title", "")
        login = item["meta"].get("cap-user_login") or item.get("name", "")
        if name and "@" not in name:
            found.authors.setdefault(login.removeprefix("cap-"), name)
    elif kind == "page":
        found.page_paths[item.get("id", "")] = item.get("name", "")
    for domain, given, name in item["categories"]:
        slug = given or text.slug(name)
        if domain == "category":
            found.terms.setdefault(slug, (name or slug, ""))
            found.category_counts[slug] += 1
        elif domain in ("post_tag", "tag") and given:
            found.tags.setdefault(slug, name or slug)


def _attachment(found, item):
    url = item.get("url") or item.get("guid", "")
    number = item.get("id", "")
    try:
        path = urlsplit(item.get("link", "")).path
        file_path = urlsplit(url).path
    except ValueError:
        return
    attachment = Attachment(
        url,
        item.get("parent", ""),
        # Their text is no long one, but the reader passes over texts here.
        item.get("excerpt", ""),
        item["meta"].get("_wp_attachment_image_alt", ""),
        path,
        is_picture_path(file_path) or "." not in file_path.rpartition("/")[2],
    )
    found.attachments[number] = attachment
    found.by_url[url_key(url)] = number
    if attachment.parent not in ("", "0"):
        found.children[attachment.parent].append(number)
