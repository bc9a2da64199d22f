"""The least that Django can be: one view that answers the same, for `bench/hits.py`."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path

PAGE = b"x" * 10_000

settings.configure(
    SECRET_KEY="only-for-this-comparison-" * 3,
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=[],
)
urlpatterns = [path("", lambda request: HttpResponse(PAGE))]
application = get_wsgi_application()
