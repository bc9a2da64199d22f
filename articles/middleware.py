"""What happens to a request for a page that is not there."""

from django.http import HttpResponsePermanentRedirect

from articles.models import Article, PastPath
from newsroom.middleware import is_personal


class PastPaths:
    """Leads from the addresses of a former site to the stories, and costs hits nothing.

    Inside CommonMiddleware, which would add a slash to the address first.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if (
            response.status_code != 404
            or request.method not in ("GET", "HEAD")
            or is_personal(request.path_info)
        ):
            return response
        article = (
            Article.objects.published()
            .filter(pk__in=PastPath.objects.at(request.path_info).values("article"))
            .select_related("section")
            .first()
        )
        if article is None:
            return response
        return HttpResponsePermanentRedirect(article.get_absolute_url())
