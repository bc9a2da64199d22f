"""The models of the admin in the words of the desk."""

# In this order; an app's name stands for those of its models that no group names. The
# last group takes what is left.
GROUPS = [
    (
        "Stories",
        [
            "articles.article",
            "articles.tag",
            "articles.author",
            "articles.section",
            "articles.errorreport",
        ],
    ),
    ("Wire", ["articles.wireitem", "articles.wiresource"]),
    ("Front page", ["articles.frontpageslot"]),
    ("Pictures", ["articles.picture"]),
    ("Newsletters", ["newsletter"]),
    ("Republishing", ["republishing"]),
    ("People and roles", ["auth", "articles.audittrail"]),
    ("Site", []),
]
NAMES = {
    "articles.errorreport": "Errors readers report",
    "articles.wireitem": "What has come in",
    "articles.wiresource": "Sources",
    "articles.importrun": "Moving in",
    "articles.policyreport": "Blocked content",
}
_GROUP_OF = {label: title for title, labels in GROUPS for label in labels}


def grouped(apps):
    """Django's list of apps as a list of groups, each in the form of an app."""
    found = {title: {} for title, _ in GROUPS}
    for app in apps:
        for entry in app["models"]:
            label = entry["model"]._meta.label_lower  # noqa: SLF001 - Django's documented API
            title = _GROUP_OF.get(label) or _GROUP_OF.get(app["app_label"])
            entry["name"] = NAMES.get(label, entry["name"])
            found[title or GROUPS[-1][0]][label] = entry
    return [
        _group(title, _in_order(found[title], labels))
        for title, labels in GROUPS
        if found[title]
    ]


def _in_order(entries, labels):
    named = [entries[label] for label in labels if label in entries]
    others = [entry for label, entry in entries.items() if label not in labels]
    return named + sorted(others, key=lambda entry: entry["name"].lower())


def _group(title, entries):
    urls = [entry["admin_url"] or entry["add_url"] for entry in entries]
    return {
        "name": title,
        "app_label": title.lower().replace(" ", "-"),
        "app_url": next(filter(None, urls), ""),
        "has_module_perms": True,
        "models": entries,
    }
