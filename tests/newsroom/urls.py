"""Small pages that show what the middleware does, in front of the site's own."""

from django.http import HttpResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt


def page(request):
    return HttpResponse("<p>" + "The same for everybody. " * 50 + "</p>")


def greeting(request):
    return HttpResponse(f"Hello {request.COOKIES.get('name', 'reader')}")


def query(request):
    return HttpResponse(request.GET.get("q", ""), content_type="text/plain")


def method(request):
    return HttpResponse("answered", headers={"X-Seen-Method": request.method})


def sets_cookie(request):
    response = HttpResponse("Hello")
    response.set_cookie("name", "Ann")
    return response


def varies(request):
    return HttpResponse("Hello", headers={"Vary": "Accept-Encoding, Cookie"})


def own_rule(request):
    return HttpResponse("Hello", headers={"Cache-Control": "private, max-age=5"})


def status(request, code):
    return HttpResponse("status", status=code)


def crash(request):
    raise RuntimeError("on purpose")


urlpatterns = [
    path("t/page/", page),
    path("t/greeting/", csrf_exempt(greeting)),
    path("admin/t/greeting/", greeting),
    path("t/query/", query),
    path("t/method/", method),
    path("t/sets-cookie/", sets_cookie),
    path("t/varies/", varies),
    path("preview/t/sets-cookie/", sets_cookie),
    path("t/own-rule/", own_rule),
    path("t/status/<int:code>/", status),
    path("t/crash/", crash),
    path("", include("newsroom.urls")),
]
