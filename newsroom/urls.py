from django.contrib import admin
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import include, path
from django.views.decorators.http import require_safe

from newsroom import csp, media


@require_safe
def favicon(request):
    """Browsers ask for this address where a page, such as the admin, names no icon."""
    return redirect(static("img/icon.svg"))


handler500 = "newsroom.errors.server_error"
handler400 = "newsroom.errors.bad_request"

urlpatterns = [
    path("favicon.ico", favicon),
    path("admin/", include("newsroom.accounts.urls")),
    path("admin/", admin.site.urls),
    path("api/csp-reports/", csp.reports),
    path("newsletters/", include("newsletter.urls")),
    path("republish/", include("republishing.urls")),
    *media.urlpatterns(),
    # Last: a section's address may be any word that nothing above has taken.
    path("", include("articles.urls")),
]
