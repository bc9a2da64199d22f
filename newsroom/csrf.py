"""What is answered to a form whose anti-forgery token does not fit."""

from django.views import csrf

from articles.admin.editing import text_given_back

STORY_FORMS = {"articles_article_add", "articles_article_change"}


def csrf_failure(request, reason=""):
    """Give a story's text back: who logs in again in another tab gets a new token."""
    match = request.resolver_match
    if match and match.url_name in STORY_FORMS and request.method == "POST":
        return text_given_back(request, reason="csrf")
    return csrf.csrf_failure(request, reason=reason)
