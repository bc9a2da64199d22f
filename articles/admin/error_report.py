from django import forms
from django.contrib import admin, messages
from django.db.models import Q
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html

from articles import reports
from articles.models import Article, Correction, ErrorReport, ErrorReportEvent
from newsroom.lib.lists import LargeList

CHECK = "check"
SAID = ["story", "error", "passage", "source", "name", "email", "language",
        "received_at"]  # fmt: skip
HANDLED = ["status", "handled_by", "handled_at"]


class ReportForm(forms.ModelForm):
    """How a report is closed; what the reader said is not to be changed."""

    answers_reader = forms.BooleanField(
        label="Send the reader a mail",
        required=False,
        help_text="It says what came of the report. The note is not in it.",
    )

    class Meta:
        labels = {"note": "Note to the desk"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "correction" not in self.fields:
            return
        corrections = Correction.objects.filter(article=self.instance.article_id)
        self.fields["correction"].queryset = corrections.latest_first()
        self.fields["correction"].widget.can_add_related = False
        self.fields["correction"].widget.can_change_related = False
        self.fields["correction"].widget.can_delete_related = False
        self.fields["correction"].widget.can_view_related = False

    def clean(self):
        cleaned = super().clean()
        is_corrected = self.data.get("_step") == ErrorReport.Status.CORRECTED
        if is_corrected and not cleaned.get("correction"):
            self.add_error(
                "correction",
                "Choose the correction that readers see. There is none yet? Press "
                "“Correct the story” first.",
            )
        if cleaned.get("answers_reader") and not self.instance.email:
            self.add_error("answers_reader", "This reader left no address.")
        return cleaned


class StatusFilter(admin.SimpleListFilter):
    title = "status"
    parameter_name = "status"

    def lookups(self, request, model_admin):
        return [*ErrorReport.Status.choices, ("all", "All")]

    def choices(self, changelist):
        first, *others = super().choices(changelist)
        return [{**first, "display": "To do"}, *others]

    def queryset(self, request, queryset):
        if self.value() is None:
            return queryset.filter(status__in=ErrorReport.TO_DO)
        if self.value() in ErrorReport.Status.values:
            return queryset.filter(status=self.value())
        return queryset


class ReportEventInline(admin.TabularInline):
    model = ErrorReportEvent
    extra = 0
    can_delete = False
    fields = readonly_fields = ["at", "status", "by", "note"]
    verbose_name_plural = "history"

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("by")

    def has_add_permission(self, request, obj=None):
        return False

    has_change_permission = has_add_permission


@admin.register(ErrorReport)
class ErrorReportAdmin(LargeList):
    form = ReportForm
    change_form_template = "admin/articles/report_change_form.html"
    list_display = ["error_start", "headline", "status", "received_at", "handled_by"]
    list_filter = [StatusFilter]
    list_select_related = ["article", "handled_by"]
    search_fields = ["error", "passage", "article__headline", "name", "email"]
    search_help_text = "What is wrong, headline, name or email address"
    fieldsets = [
        ("What the reader says", {"fields": SAID}),
        ("What came of it",
         {"fields": [*HANDLED, "correction", "note", "answers_reader"]}),
    ]  # fmt: skip
    readonly_fields = [*SAID, *HANDLED]
    inlines = [ReportEventInline]

    def get_queryset(self, request):
        stories = Article.objects.reachable_by(request.user)
        return super().get_queryset(request).filter(Q(article__in=stories))

    def has_add_permission(self, request):
        return False

    @admin.display(description="what is wrong", ordering="error")
    def error_start(self, report):
        words = report.error if len(report.error) < 90 else f"{report.error[:90]}…"
        return format_html("<bdi>{}</bdi>", words)

    @admin.display(description="story", ordering="article__headline")
    def headline(self, report):
        return format_html("<bdi>{}</bdi>", report.article.headline)

    @admin.display(description="story")
    def story(self, report):
        return format_html(
            '<a href="{}"><bdi>{}</bdi></a>',
            reverse("admin:articles_article_change", args=[report.article_id]),
            report.article.headline,
        )

    def save_model(self, request, obj, form, change):
        step = request.POST.get("_step")
        if step in ErrorReport.CLOSED:
            reports.close(
                obj,
                status=step,
                by=request.user,
                note=form.cleaned_data["note"],
                correction=form.cleaned_data["correction"],
                answers_reader=form.cleaned_data["answers_reader"],
            )
        else:
            obj.save(update_fields=["note"])
            if step == CHECK:
                reports.check(obj, by=request.user)

    def response_change(self, request, obj):
        if request.POST.get("_step") == CHECK:
            message = "Add the correction here, then close the report."
            self.message_user(request, message, messages.INFO)
            url = reverse("admin:articles_article_change", args=[obj.article_id])
            return redirect(f"{url}#corrections-group")
        return super().response_change(request, obj)
