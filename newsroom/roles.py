"""What editors of each role may do: groups of Django's permissions.

A permission is `app.codename`, or `app.*` for all of an app. The site's owner may give
a group more; `create_roles` adds what is listed here and takes nothing away.
"""

from django.contrib.auth.models import Group, Permission
from django.db import transaction

ROLES = {
    # Writes and files; an editor publishes.
    "Reporter": [
        "articles.add_article",
        "articles.change_article",
        "articles.view_article",
        "articles.add_contribution",
        "articles.change_contribution",
        "articles.delete_contribution",
        "articles.view_contribution",
        "articles.add_picture",
        "articles.change_picture",
        "articles.view_picture",
        "articles.add_tag",
        "articles.view_tag",
        "articles.view_author",
        "articles.view_section",
        "articles.view_correction",
        "articles.view_articleevent",
    ],
    "Editor": ["articles.*", "newsletter.*", "republishing.*"],
    # Answers requests to republish, and keeps pictures' rights.
    "Rights manager": [
        "republishing.*",
        "articles.view_article",
        "articles.view_contribution",
        "articles.view_picture",
        "articles.change_picture",
        "articles.view_author",
        "articles.view_section",
        "articles.view_tag",
    ],
}


@transaction.atomic
def create_roles():
    """Make the groups of ROLES with their permissions; return them by name.

    Running it again adds what is missing and nothing else.
    """
    permissions = Permission.objects.select_related("content_type")
    by_name, by_app = {}, {}
    for permission in permissions:
        app = permission.content_type.app_label
        by_name[f"{app}.{permission.codename}"] = permission
        by_app.setdefault(f"{app}.*", []).append(permission)
    groups = {}
    for name, wanted in ROLES.items():
        group, _ = Group.objects.get_or_create(name=name)
        for entry in wanted:
            group.permissions.add(*by_app.get(entry, [by_name.get(entry)]))
        groups[name] = group
    return groups
