"""A form whose text comes back where a save cannot be: after a lost login or right."""

from functools import update_wrapper

from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import QueryDict
from django.shortcuts import render
from django.urls import reverse

# Not typed by anybody: they belong to one page, or say which button was pressed.
_NOT_TYPED = {"csrfmiddlewaretoken", "autosave_tab", "autosave_count", "restored"}


def typed_fields(post):
    """What was typed of a posted form: lists of values by field name."""
    return {
        name: post.getlist(name)
        for name in post
        if name not in _NOT_TYPED and not name.startswith("_")
    }


def as_post(typed):
    """The lists of values as a browser would have sent them."""
    post = QueryDict(mutable=True)
    for name, values in typed.items():
        post.setlist(name, values)
    return post


class KeepsText(admin.ModelAdmin):
    """The screens of what has long texts: nobody sends one and gets nothing back."""

    def get_urls(self):
        urls = super().get_urls()
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        for pattern in urls:
            if pattern.name in {f"{name}_add", f"{name}_change"}:
                pattern.callback = self._keeping_text(pattern.callback)
        return urls

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if request.method == "POST" and "_show_text" in request.POST:
            self.show_text(request)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def show_text(self, request):
        """Fill the form with text that was not saved; nothing is saved now either."""
        request.shown_from = "This is your text as you sent it."
        request.POST = as_post(typed_fields(request.POST))

    def get_form(self, request, obj=None, change=False, **kwargs):  # noqa: FBT002 - Django's signature
        form = super().get_form(request, obj, change=change, **kwargs)
        if notice := getattr(request, "shown_from", ""):
            message = f"{notice} It is not saved yet: look through it, then save."
            return type(form.__name__, (_NotSavedYet, form), {"notice": message})
        return form

    def _keeping_text(self, view):
        """Answer a save that cannot be with the text that was sent, never without."""

        def inner(request, *args, **kwargs):
            if request.method != "POST":
                return view(request, *args, **kwargs)
            if not self.admin_site.has_permission(request):
                return text_given_back(request, reason="login")
            try:
                return view(request, *args, **kwargs)
            except PermissionDenied:
                return text_given_back(request, reason="permission")

        return update_wrapper(inner, view)


class _NotSavedYet:
    """A form that shows text and says that it is not saved."""

    notice = ""

    def clean(self):
        cleaned = super().clean()
        self.add_error(None, ValidationError(self.notice, code="not_saved"))
        return cleaned


def text_given_back(request, *, reason):
    """The page for a save that could not be: what was typed, and the way on."""
    typed = typed_fields(request.POST)
    lists = [(name, value) for name, values in typed.items() for value in values]
    context = {
        **admin.site.each_context(request),
        "reason": reason,
        "headline": request.POST.get("headline") or request.POST.get("title", ""),
        "body": request.POST.get("body", ""),
        "typed": lists,
        "title": "Your text is not lost",
        "login_url": reverse("admin:login"),
    }
    status = 403 if reason in {"permission", "csrf"} else 401
    template = "admin/articles/article/text_given_back.html"
    return render(request, template, context, status=status)
