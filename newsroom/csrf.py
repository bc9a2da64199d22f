"""What is answered to a form whose anti-forgery token does not fit."""

from django.views import csrf

from articles.admin.kept_text import text_given_back

TEXT_FORMS = {
    "articles_article_add",
    "articles_article_change",
    "articles_page_add",
    "articles_page_change",
}


def csrf_failure(request, reason=""):
    """Give a long text back: who logs in again in another tab gets a new token."""
    match = request.resolver_match
    if match and match.url_name in TEXT_FORMS and request.method == "POST":
        return text_given_back(request, reason="csrf")
    return csrf.csrf_failure(request, reason=reason)
