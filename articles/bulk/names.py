"""Sections, authors and tags that stories name: found, or made when missing."""

from django.core.exceptions import ValidationError
from django.db import transaction

from articles.bulk.lines import LineError
from articles.models import (
    Author,
    AuthorAlias,
    Page,
    PastSectionSlug,
    Section,
    Tag,
    TagAlias,
)
from newsroom.lib import text

AUTHOR_NAME_LENGTH = 120


def reasons(error):
    """A ValidationError in one line."""
    if hasattr(error, "error_dict"):
        return "; ".join(
            f"{name}: {' '.join(messages)}"
            for name, messages in error.message_dict.items()
        )
    return " ".join(error.messages)


class NameBook:
    """Primary keys by slug and by folded name, each asked of the database once."""

    def __init__(self, *, dry_run=False, made=lambda kind, rows: None):
        """`made` is told what was missing; with `dry_run` nothing is written."""
        self.dry_run, self.made = dry_run, made
        self._invented = 0
        self.reload()
        self._tags = {}

    def reload(self):
        """Read sections and authors anew, after lines have added some."""
        self._sections = {}
        for pk, slug, name in Section.objects.values_list("pk", "slug", "name"):
            self._sections[text.fold(name)] = pk
            self._sections[slug] = pk
        for pk, slug in PastSectionSlug.objects.values_list("section_id", "slug"):
            self._sections.setdefault(slug, pk)
        self._authors, self._author_names = {}, {}
        aliases = AuthorAlias.objects.order_by("pk")
        for rows in (
            Author.objects.order_by("pk").values_list("pk", "slug", "name"),
            aliases.values_list("author_id", "slug", "name"),
        ):
            for pk, slug, name in rows:
                self._authors.setdefault(slug, pk)
                self._author_names.setdefault(text.fold(name), pk)

    def section(self, value):
        """The section with this slug or name. Raises LineError."""
        if (known := self._sections.get(value)) is not None:
            return known
        if not value.strip():
            raise LineError("there is no “section”")
        slug = text.slug(value)
        found = self._sections.get(slug) or self._sections.get(text.fold(value))
        if found is None:
            name = value if value != slug else slug.replace("-", " ").capitalize()
            if Page.objects.filter(slug=slug).exists():
                raise LineError(f"/{slug}/ is the address of a page, not of a section")
            section = Section(name=name, slug=slug, position=Section.objects.count())
            found = self.add_section(section)
        return found

    def add_section(self, section):
        """Save a new section; returns its key. Raises LineError."""
        try:
            section.full_clean()
        except ValidationError as error:
            raise LineError(f"section {section.name}: {reasons(error)}") from error
        found = self._create("section", section, section.name)
        self._sections[section.slug] = self._sections[text.fold(section.name)] = found
        return found

    def _create(self, kind, row, name):
        if self.dry_run:
            row.pk = self._invent()
            self.made(kind, [(None, name)])
            return row.pk
        with transaction.atomic():
            row.save(force_insert=True)
            self.made(kind, [(row.pk, name)])
        return row.pk

    def _invent(self):
        """A key that no row has."""
        self._invented -= 1
        return self._invented

    def author_address(self, name):
        """The path of the author of this name, or None."""
        pk = self._author_names.get(text.fold(name))
        author = Author.objects.filter(pk=pk).first() if pk else None
        return author and author.get_absolute_url()

    def known_section(self, slug):
        """The section that has, or had, this slug; None for none."""
        return self._sections.get(slug)

    def author(self, name, slug=""):
        """The author with this slug, else with this name or alias."""
        name = text.clean_line(name)
        if not name:
            raise LineError("an author has no name")
        if len(name) > AUTHOR_NAME_LENGTH:
            raise LineError(f"author {name[:40]}…: the name is too long")
        folded = text.fold(name)
        if slug:
            slug = text.slug(slug)
            found = self._authors.get(slug)
        else:
            found = self._author_names.get(folded)
        if found is None:
            slug = text.unique_slug(
                slug or text.slug(name, fallback="author"), self._authors.__contains__
            )
            found = self._create("author", Author(name=name, slug=slug), name)
            self._authors[slug] = found
            self._author_names.setdefault(folded, found)
        return found

    def tags(self, entries):
        """A list of tag keys for each list of (name, slug) pairs; each tag once."""
        names = {name for pairs in entries for name, _ in pairs}
        folded = {name: text.name_key(name) for name in names}
        self._find_tags(name for name in names if folded[name] not in self._tags)
        self._make_tags([pair for pairs in entries for pair in pairs], folded)
        # In one transaction, or each new tag would wait for the disk by itself.
        with transaction.atomic():
            return [self._keys(pairs, folded) for pairs in entries]

    def _find_tags(self, names):
        if names := list(names):
            for key, tag in Tag.objects.by_name(names).items():
                self._tags[key] = tag.pk

    def _make_tags(self, pairs, folded):
        """Make at once the missing tags with free slugs; `_keys` makes the rest."""
        wanted = {}
        for name, slug in pairs:
            key = folded[name]
            if key and key not in self._tags and len(name) <= Tag.NAME_LENGTH:
                wanted.setdefault(key, (name, self._wished_slug(name, slug)))
        slugs = [slug for _, slug in wanted.values()]
        taken = {
            *Tag.objects.filter(slug__in=slugs).values_list("slug", flat=True),
            *TagAlias.objects.filter(slug__in=slugs).values_list("slug", flat=True),
        }
        new = {slug: name for name, slug in reversed(wanted.values())}
        missing = [
            Tag(name=name, slug=slug) for slug, name in new.items() if slug not in taken
        ]
        if self.dry_run:
            self._tags.update((key, self._invent()) for key in wanted)
            self.made("tag", [(None, name) for name, _ in wanted.values()])
            return
        with transaction.atomic():
            Tag.objects.bulk_create(missing, ignore_conflicts=True)
            self._find_tags(name for name, _ in wanted.values())
            made = {text.name_key(tag.name): tag.name for tag in missing}
            self.made(
                "tag",
                [(self._tags[k], name) for k, name in made.items() if k in self._tags],
            )

    @staticmethod
    def _wished_slug(name, slug):
        fits = slug and slug == text.slug(slug, max_length=100)
        return slug if fits else text.slug(name, fallback="tag")

    def _keys(self, pairs, folded):
        keys = []
        for name, slug in pairs:
            if not (key := folded[name]):
                continue
            if key not in self._tags:
                tag = self._make_tag(name, slug)
                self._tags[key] = tag.pk
                if tag.pk > 0:
                    self.made("tag", [(tag.pk, tag.name)])
            keys.append(self._tags[key])
        return list(dict.fromkeys(keys))

    def forget_tags(self):
        self._tags.clear()

    def _make_tag(self, name, slug):
        name = text.clean_line(name)[: Tag.NAME_LENGTH].strip()
        if self.dry_run:
            self.made("tag", [(None, name)])
            return Tag(pk=self._invent(), name=name)
        if slug == self._wished_slug(name, slug) and not Tag.objects.at(slug).exists():
            folded = text.name_key(name)
            tag, _ = Tag.objects.get_or_create(
                folded=folded, defaults={"name": name, "slug": slug}
            )
            return tag
        return Tag.objects.get_or_make([name])[0]


def alias_is_free(name, tag):
    """Whether a spelling belongs to no tag yet; `tag`'s own is never an alias."""
    folded = text.name_key(name)
    return bool(folded) and not (
        folded == tag.folded
        or Tag.objects.filter(folded=folded).exists()
        or TagAlias.objects.filter(folded=folded).exists()
    )
