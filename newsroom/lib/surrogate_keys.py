"""The names by which a CDN forgets pages: `Surrogate-Key`, or `Cache-Tag`."""

SITE = "site"
# Every page that may name a story without being its own.
LISTS = "lists"


def story_key(article):
    return f"story-{article.pk}"


def name(response, *keys):
    """Give a page its keys, besides that of the whole site."""
    keys = [SITE, *keys]
    response["Surrogate-Key"] = " ".join(keys)
    response["Cache-Tag"] = ",".join(keys)
    return response
