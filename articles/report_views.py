"""The form in which readers say what is wrong in a story."""

from django.http import Http404, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from articles import reports, tasks
from articles.forms import ErrorReportForm
from articles.models import Article
from newsroom.lib import throttle
from newsroom.lib.forms_guard import anonymous_form

HOUR = 3600
NETWORK_REPORTS = 5  # an hour
TOO_MANY = (
    "Many reports came from you or your network. Please try again in an hour; what you "
    "wrote is still here."
)


@require_http_methods(["GET", "HEAD", "POST"])
@anonymous_form
def report_create(request, section_slug, slug):
    published = Article.objects.published().for_cards()
    article = published.filter(section__slug=section_slug, slug=slug).first()
    if article is None:
        moved = published.once_at(section_slug, slug).first()
        if moved is None:
            raise Http404("No such story.")
        address = [moved.section.slug, moved.slug]
        return HttpResponsePermanentRedirect(
            reverse("articles:report_create", args=address)
        )
    if request.method == "POST":
        return _take(request, article)
    return _page(request, article, ErrorReportForm())


def _take(request, article):
    form = ErrorReportForm(request.POST)
    if not form.is_valid():
        return _page(request, article, form, status=422)
    network = throttle.client_network(request)
    if not throttle.allow("error-report", network, limit=NETWORK_REPORTS, seconds=HOUR):
        form.add_error(None, TOO_MANY)
        return _page(request, article, form, status=429)
    said = form.cleaned_data
    report = reports.receive(
        article,
        error=said["error"],
        passage=said["passage"],
        source=said["source"],
        name=said["name"],
        email=said["email"].email if said["email"] else "",
    )
    tasks.mail_error_report.enqueue(report.pk)
    return HttpResponseRedirect(reverse("articles:report_received"), status=303)


def _page(request, article, form, *, status=200):
    context = {"article": article, "form": form}
    return render(request, "articles/report_create.html", context, status=status)


@require_safe
def report_received(request):
    return render(request, "articles/report_received.html")
