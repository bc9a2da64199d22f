"""What a story is beside its text: times, section, tags, byline, words for engines."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import unquote

from django.core.exceptions import ValidationError
from django.utils import timezone

from articles.models.languages import validate_language
from articles.moving.desk import cut
from articles.moving.media import host_of
from newsroom.lib import text
from newsroom.lib.times import YEARS

STATES = {
    "private": "It was private on the former site.",
    "pending": "It waited for review on the former site.",
    "future": "It was scheduled on the former site for {at}.",
}
_VARIABLE = re.compile(r"%%?[a-z_]+%%?")
_SEPARATORS = " -–—|·•»«"
_SEO = {
    "seo_title": ("_yoast_wpseo_title", "rank_math_title", "_aioseop_title"),
    "seo_description": (
        "_yoast_wpseo_metadesc", "rank_math_description", "_aioseop_description",
    ),
    "social_title": ("_yoast_wpseo_opengraph-title",),
    "social_description": ("_yoast_wpseo_opengraph-description",),
}  # fmt: skip
_LENGTHS = {
    "seo_title": 120, "seo_description": 300,
    "social_title": 120, "social_description": 300,
}  # fmt: skip


class Facts:
    """Puts the facts of an item of WordPress into a line for the loader."""

    def __init__(self, survey, desk, categories):
        self.survey, self.desk, self.categories = survey, desk, categories

    def language(self):
        """The language of the site, or ""."""
        wanted = self.desk.mapping.language or self.survey.language.partition("-")[0]
        try:
            validate_language(wanted)
        except ValidationError:
            return ""
        return wanted

    def set_times(self, line, item, notes):
        """Public only what was, with a time; what was to come stays a draft."""
        at = self._time(item)
        status = item.get("status") or "publish"
        begun = at or self._instant(item.get("modified_gmt"), UTC)
        if begun:
            line["created_at"] = begun.isoformat()
        if status == "publish" and at and at > timezone.now():
            status = "future"
        line["pub_status"] = "withheld"
        words = STATES.get(status, "").format(at=at.isoformat() if at else "")
        if item.get("password"):
            words = "It was protected by a password on the former site."
        elif status == "publish" or (status == "future" and at):
            is_out = status == "publish"
            words = self.desk.set_time(line, at, notes, is_out=is_out)
        elif status not in ("draft", "pending", "private", "future", "inherit"):
            notes.append(f"its status was “{status[:40]}”, so it is a draft")
        if words:
            line["ed_note"] = words

    def _time(self, item):
        zone = self.desk.mapping.zone
        found = self._instant(item.get("date_gmt"), UTC)
        found = found or self._instant(item.get("date"), zone)
        if found is None and item.get("pub_date"):
            try:
                found = parsedate_to_datetime(item["pub_date"])
            except (ValueError, TypeError, OverflowError):
                return None
            found = found if found.tzinfo else found.replace(tzinfo=UTC)
        return found if found and found.year in YEARS and found.year > 1 else None

    @staticmethod
    def _instant(value, zone):
        """A time of the export in its zone; None for none and for 0000-00-00."""
        if not value or value.startswith("0000"):
            return None
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            return None
        if found.year not in YEARS:
            return None
        found = found if found.tzinfo else found.replace(tzinfo=zone)
        return found.astimezone(UTC)

    def file_under(self, line, item, notes):
        mapping = self.desk.mapping
        sections, tags = [], []
        primary = item["meta"].get("_yoast_wpseo_primary_category")
        primary = primary or item["meta"].get("rank_math_primary_category")
        first = self.survey.term_ids.get(primary or "")
        pairs = _once(item["categories"])
        pairs.sort(key=lambda pair: pair[1] != first)
        for domain, slug, name in pairs:
            if domain in ("post_tag", "tag"):
                becomes, value = mapping.rule("tag", slug, name) or ("tag", "")
                value = value or self.survey.tags.get(slug) or name or slug
            elif domain == "category":
                becomes, value = self.categories.becomes(slug or text.slug(name), name)
                above = self.categories.section_above(slug)
                if above and becomes == "tag":
                    sections.append(above)
            else:
                continue
            if becomes == "section":
                sections.append(value)
            elif becomes == "tag":
                tags.append({"name": value[:100], "slug": unquote(slug)})
        line["section"] = self.desk.section(
            sections[0] if sections else mapping.default_section
        )
        # The other sections it was in are kept as tags.
        others = [name for name in dict.fromkeys(sections) if name != sections[0]]
        line["tags"] = tags + [{"name": name[:100]} for name in others]

    def sign(self, line, item, notes):
        found = self.survey
        names = [
            found.authors.get(slug.removeprefix("cap-"), name)
            for domain, slug, name in _once(item["categories"])
            if domain == "author"
        ]
        if not names:
            login = item.get("creator", "")
            rule = self.desk.mapping.rule("author", login) if login else None
            name = rule[1] if rule else found.authors.get(login, login)
            if rule and rule[0] == "nothing":
                return
            names = [name]
        names = [text.clean_line(name)[:120] for name in names]
        public = [name for name in dict.fromkeys(names) if name and "@" not in name]
        if not public:
            notes.append("the export does not name its author")
        elif found.authors and public == [item.get("creator")] != [
            found.authors.get(item["creator"])
        ]:
            notes.append(f"its author “{public[0]}” is not among the authors")
        line["byline"] = [{"name": name} for name in public]

    def seo(self, item):
        meta, found = item["meta"], {}
        for name, keys in _SEO.items():
            value = next((meta[key] for key in keys if meta.get(key)), "")
            if "%" in value:
                # Patterns such as “%%title%% %%sep%% %%sitename%%” say nothing new.
                value = _VARIABLE.sub("", value).strip(_SEPARATORS)
            if value:
                found[name] = cut(value, _LENGTHS[name])
        address = meta.get("_yoast_wpseo_canonical") or meta.get(
            "rank_math_canonical_url"
        )
        if address and host_of(address) not in {*self.survey.hosts, ""}:
            found["canonical_url"] = address[:500]
        return found


def _once(categories):
    """The terms of an item, each once; those without a kind count for old versions."""
    with_domain = [one for one in categories if one[0]]
    if not with_domain:
        with_domain = [("category", slug, name) for _, slug, name in categories]
    return list(dict.fromkeys(with_domain))
