from django.contrib import admin
from django.urls import include, path

from newsroom import media

urlpatterns = [
    path("admin/", admin.site.urls),
    path("newsletters/", include("newsletter.urls")),
    path("republish/", include("republishing.urls")),
    *media.urlpatterns(),
    # Last: a section's address may be any word that nothing above has taken.
    path("", include("articles.urls")),
]
