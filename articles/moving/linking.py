"""Links between stories of a former site, turned into their addresses here.

A body is brought in with the former paths, which redirects lead on; this is the last
step of a run, when all of its stories have their addresses.
"""

import re
from collections import defaultdict
from itertools import batched

from django.db import transaction

from articles.models import (
    Article,
    ImportedItem,
    Page,
    PastAddress,
    PastPath,
    Section,
)
from articles.models.past_path import fold_path
from articles.models.slugs import at_addresses
from articles.moving.journal import edited
from newsroom.lib.html import CleanHTML

BATCH = 200
_LINK = re.compile(r'(<a\b[^>]*?\bhref=")(/(?!/)[^"#]*)(#[^"]*)?(")')


def relink(run):
    """Rewrite the links of what a run brought in; edited stories stay as they are."""
    for kind, model in [("story", Article), ("page", Page)]:
        items = run.items.filter(kind=kind, has_own_links=True, target__isnull=False)
        for batch in batched(items.order_by("pk").iterator(), BATCH):
            _relink(batch, model)


@transaction.atomic
def _relink(items, model):
    rows = model.objects.in_bulk([item.target for item in items])
    touched = edited(rows) if model is Article else set()
    bodies = {pk: row.body for pk, row in rows.items() if pk not in touched}
    targets = _targets(bodies.values())
    changed, noted = [], []
    for item in items:
        if item.target not in bodies:
            continue
        lost = []
        body = _LINK.sub(_replacer(targets, lost), bodies[item.target])
        if body != bodies[item.target]:
            rows[item.target].body = CleanHTML(body)
            changed.append(rows[item.target])
        if lost and _note(item, lost):
            noted.append(item)
    model.objects.bulk_update(changed, ["body"])
    ImportedItem.objects.bulk_update(noted, ["reason", "outcome"])


def _targets(bodies):
    """From folded path to the address that it leads to now."""
    paths = {
        fold_path(match[2].replace("&amp;", "&"))
        for body in bodies
        for match in _LINK.finditer(body)
    }
    paths.discard("")
    found = {}
    for part in batched(sorted(paths), 500):
        rows = PastPath.objects.filter(path__in=part).select_related("article__section")
        found.update((row.path, row.location) for row in rows)
        wanted = _wanted(part)
        past = at_addresses(PastAddress.objects, wanted)
        found.update(
            (str(row).strip("/"), row.article.get_absolute_url())
            for row in past.select_related("section", "article__section")
        )
        stories = at_addresses(Article.objects, wanted)
        for story in stories.select_related("section"):
            address = story.get_absolute_url()
            found[fold_path(address)] = address
    pages = Page.objects.filter(slug__in=paths).values_list("slug", flat=True)
    found.update((slug, f"/{slug}/") for slug in pages)
    return found


def _wanted(paths):
    """The slugs of those folded paths that are a section's and a slug, by its key."""
    slugs = defaultdict(set)
    for path in paths:
        section, _, slug = path.partition("/")
        slugs[section].add(slug)
    sections = Section.objects.filter(slug__in=slugs).values_list("slug", "pk")
    return {key: slugs[section] for section, key in sections}


def _replacer(targets, lost):
    def replace(match):
        path = fold_path(match[2].replace("&amp;", "&"))
        target = targets.get(path)
        if target is None:
            if path:
                lost.append(match[2])
            return match[0]
        return f"{match[1]}{target}{match[3] or ''}{match[4]}"

    return replace


def _note(item, lost):
    """Say on the item which links lead nowhere; whether that is new."""
    words = "\n".join(f"A link leads nowhere: {path[:200]}" for path in lost[:10])
    if words in item.reason:
        return False
    item.reason = f"{item.reason}\n{words}".strip()[:2000]
    if item.outcome == ImportedItem.Outcome.IMPORTED:
        item.outcome = ImportedItem.Outcome.LOOK
    return True
