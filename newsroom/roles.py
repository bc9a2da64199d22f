"""What editors of each role may do: groups of Django's permissions.

A permission is `app.codename`, or `app.*` for all of an app. Every `migrate` makes the
groups, so a new site has them from the start. The site's owner may give a group more;
what is listed here is added again, and nothing is taken away. To give less, make a
group of your own.
"""

from django.apps import apps as django_apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db import DEFAULT_DB_ALIAS, transaction

# What an editor reads to work with stories without changing them.
_READS_STORIES = [
    "articles.view_article",
    "articles.see_others_article",
    "articles.view_articleevent",
    "articles.view_author",
    "articles.view_contribution",
    "articles.view_correction",
    "articles.view_picture",
    "articles.view_section",
    "articles.view_tag",
]

ROLES = {
    # Writes and files, and sees only own stories; an editor publishes.
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
        "articles.view_wireitem",
        "articles.change_wireitem",
    ],
    "Editor": ["articles.*", "newsletter.*", "republishing.*"],
    # Decides what stands where on the front page.
    "Front-page editor": [
        *_READS_STORIES,
        "articles.add_frontpageslot",
        "articles.change_frontpageslot",
        "articles.delete_frontpageslot",
        "articles.view_frontpageslot",
    ],
    "Newsletter editor": ["newsletter.*", *_READS_STORIES],
    # Answers requests to republish, and keeps pictures' rights.
    "Rights manager": [
        "republishing.*",
        "articles.change_picture",
        *_READS_STORIES,
    ],
    # Also gives others their accounts and roles.
    "Administrator": [
        "articles.*",
        "newsletter.*",
        "republishing.*",
        "newsletter.export_person",
        "newsletter.erase_person",
        "articles.view_policyreport",
        "auth.add_user",
        "auth.change_user",
        "auth.delete_user",
        "auth.view_user",
        "auth.view_group",
    ],
}
# What reaches into all apps; `app.*` does not give it.
_NAMED_ONLY = {"export_person", "erase_person", "view_policyreport"}
_APPS = ["articles", "newsletter", "republishing", "auth"]


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
        if permission.codename not in _NAMED_ONLY:
            by_app.setdefault(f"{app}.*", []).append(permission)
    groups = {}
    for name, wanted in ROLES.items():
        group, _ = Group.objects.get_or_create(name=name)
        found = [by_app.get(entry) or [by_name[entry]] for entry in wanted]
        group.permissions.add(*(one for some in found for one in some))
        groups[name] = group
    return groups


def create_roles_after_migrate(*, using, apps=django_apps, **kwargs):
    """Receiver of post_migrate: the roles are there once their permissions are.

    Django makes permissions after this is called, one app at a time, so they are made
    here first. A database that is not migrated to the end has no roles yet.
    """
    if using != DEFAULT_DB_ALIAS:
        return
    try:
        # What `apps` knows is how far the migrations have come.
        apps.get_model("articles", "ArticleDraft")
        apps.get_model("auth", "Group")
    except LookupError:
        return
    for label in _APPS:
        create_permissions(django_apps.get_app_config(label), verbosity=0)
    create_roles()
