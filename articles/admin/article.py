import re
from uuid import uuid4

from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from articles import copies, preview_links, revisions, workflow
from articles.actions import (
    change_correction,
    correct,
    delete_stories,
    record_edit,
    remove_correction,
)
from articles.admin.autocomplete import NamedAutocompletes
from articles.admin.byline import BylineInline
from articles.admin.calendar import CalendarAdmin
from articles.admin.previews import PreviewAdmin
from articles.admin.protection import KeepsWhatIsUsed, counted
from articles.admin.story_list import StoryListAdmin
from articles.completeness import MUST, SHOULD
from articles.forms import ArticleForm
from articles.forms.byline import BylineFormSet
from articles.models import (
    Article,
    ArticleEvent,
    Contribution,
    Correction,
    Revision,
    Status,
)
from articles.models.desk import desks_of
from articles.refusals import RefusedError
from articles.templatetags.articles import article_body
from newsroom.lib import html, text
from newsroom.lib.fields import PlainTextField
from newsroom.lib.forms import ZONED_TIMES

UUID_PATTERN = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class CorrectionInline(admin.StackedInline):
    model = Correction
    extra = 0
    formfield_overrides = ZONED_TIMES
    verbose_name_plural = "corrections – public as soon as you save"

    def has_add_permission(self, request, obj=None):
        return request.user.has_perm("articles.correct_article")

    has_change_permission = has_delete_permission = has_add_permission


class EventInline(admin.TabularInline):
    model = ArticleEvent
    extra = 0
    can_delete = False
    fields = readonly_fields = ["at", "kind", "by", "note"]
    verbose_name_plural = "history"

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("by")

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


# What is typed, and what of it those see who only look.
SHOWN = {"body": "shown_body", "typed_tags": "shown_tags"}


def _bulk_action(row):
    def run(model_admin, request, queryset):
        for article in queryset:
            model_admin.move(request, article, row.name)

    run.__name__ = f"{row.name}_selected"
    permission = row.permission.partition(".")[2].removesuffix("_article")
    return admin.action(run, description=row.bulk_label, permissions=[permission])


@admin.register(Article)
class ArticleAdmin(
    KeepsWhatIsUsed, NamedAutocompletes, StoryListAdmin, CalendarAdmin, PreviewAdmin
):
    form = ArticleForm
    delete_advice = "Withdraw instead what readers must not find any more."
    autocomplete_fields = ["lead_picture", "social_picture"]
    inlines = [BylineInline, CorrectionInline, EventInline]
    actions = [_bulk_action(row) for row in workflow.TRANSITIONS if row.bulk_label]
    save_as = True
    fieldsets = [
        ("Story", {"fields": ["headline", "kicker", "standfirst", "body", "dateline"]}),
        (
            "Lead picture",
            {
                "fields": [
                    "lead_picture", "lead_caption_override", "lead_credit_override",
                ]
            },
        ),
        (
            "Where it runs",
            {"classes": ["side"], "fields": ["section", "typed_tags", "slug"]},
        ),
        (
            "Desk",
            {"classes": ["side"], "fields": ["slugline", "planned_for", "ed_note"]},
        ),
        (
            "Embargo and expiry",
            {
                "classes": ["side"],
                "fields": ["embargoed_until", "expires_at"],
                "description": "For a story that readers see, these count at once.",
            },
        ),
        (
            "Language",
            {
                "classes": ["side", "collapse"],
                "fields": ["language", "text_direction", "translation_key"],
            },
        ),
        (
            "Republishing",
            {
                "classes": ["side", "collapse"],
                "fields": ["is_republishable", "license", "canonical_url"],
            },
        ),
        (
            "Search engines and social cards",
            {
                "classes": ["collapse"],
                "fields": [
                    "seo_title", "seo_description", "social_title",
                    "social_description", "social_picture",
                ],
            },
        ),
    ]  # fmt: skip

    class Media:
        css = {"all": ["css/admin-desk.css"]}

    # Who may what ---------------------------------------------------------------

    def get_queryset(self, request):
        return super().get_queryset(request).reachable_by(request.user)

    def get_object(self, request, object_id, from_field=None):
        """The story; locked for a change, so that what is checked stays true."""
        article = super().get_object(request, object_id, from_field)
        if article and request.method == "POST":
            article.refresh_from_db(from_queryset=Article.objects.select_for_update())
        return article

    def has_publish_permission(self, request):
        return request.user.has_perm(workflow.PUBLISH)

    def has_review_permission(self, request):
        return request.user.has_perm(workflow.REVIEW)

    def has_view_permission(self, request, obj=None):
        allowed = super().has_view_permission(request, obj)
        return allowed and (obj is None or workflow.may_open(request.user, obj))

    def has_change_permission(self, request, obj=None):
        if obj is None:
            return super().has_change_permission(request)
        return workflow.may_change(request.user, obj)

    def has_delete_permission(self, request, obj=None):
        """Who may change a draft may delete it; `used_by` keeps what was read."""
        return self.has_change_permission(request, obj)

    def used_by(self, objs, request):
        stories = Article.objects.filter(pk__in=[story.pk for story in objs])
        seen = stories.ever_seen().count()
        told = f"{counted(seen, self.opts)} that readers have seen"
        return [*([told] if seen else []), *super().used_by(objs, request)]

    def delete_model(self, request, obj):
        delete_stories(Article.objects.filter(pk=obj.pk))

    def delete_queryset(self, request, queryset):
        delete_stories(Article.objects.filter(pk__in=[story.pk for story in queryset]))

    # The form -------------------------------------------------------------------

    formfield_overrides = {
        **ZONED_TIMES,
        PlainTextField: {"widget": AdminTextareaWidget(attrs={"rows": 3})},
    }

    def get_form(self, request, obj=None, change=False, **kwargs):  # noqa: FBT002 - Django's signature
        if self.has_publish_permission(request) and "fields" in kwargs:
            # It stands beside the buttons, not in a fieldset.
            kwargs["fields"] = [*kwargs["fields"], "published_at"]
        form = super().get_form(request, obj, change=change, **kwargs)
        if field := form.base_fields.get("section"):
            field.queryset = field.queryset.filter(self._sections_for(request, obj))
            field.error_messages["invalid_choice"] = (
                "You work for other sections. Choose one of yours."
            )
        return form

    @staticmethod
    def _sections_for(request, story):
        """The sections a story may move to, and the one it is in already."""
        desks = desks_of(request.user)
        if desks is None:
            return Q()
        copy = copies.copy_of(story) if story else None
        present = {story.section_id} if story else set()
        return Q(
            pk__in=desks | present | ({copy.content["section"]} if copy else set())
        )

    def get_fieldsets(self, request, obj=None):
        """To those who only look, body and tags are shown as readers see them."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets
        return [
            (
                title,
                {
                    **options,
                    "fields": [SHOWN.get(name, name) for name in options["fields"]],
                },
            )
            for title, options in fieldsets
        ]

    def get_readonly_fields(self, request, obj=None):
        return [*super().get_readonly_fields(request, obj), *SHOWN.values()]

    @admin.display(description="body")
    def shown_body(self, article):
        return article_body(article)

    @admin.display(description="tags")
    def shown_tags(self, article):
        return ", ".join(link["name"] for link in article.tag_links()) or "–"

    def get_inlines(self, request, obj):
        if obj is None:
            return [BylineInline]
        if obj.pub_status == Article.PubStatus.WITHHELD:
            # Nothing that readers saw, so nothing to correct.
            return [BylineInline, EventInline]
        return self.inlines

    def get_formset_kwargs(self, request, obj, inline, prefix):
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        if isinstance(inline, BylineInline):
            may_change = obj.pk is None or self.has_change_permission(request, obj)
            if request.method == "POST":
                kwargs["queryset"] = Contribution.objects.none()
            elif may_change:
                copy = copies.copy_of(obj) if obj.pk else None
                kwargs.update(inline.formset_kwargs(request, obj, copy))
        return kwargs

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        name = request.POST.get("_transition") if request.method == "POST" else None
        is_new = object_id is None or "_saveasnew" in request.POST
        if is_new and (story := self._made_already(request)):
            return self._back_to(story)
        if name == "discard_changes":
            return self._discard(request, object_id)
        try:
            response = super().changeform_view(
                request, object_id, form_url, extra_context
            )
        except IntegrityError:
            # The same form twice at one moment: the other one has made the story.
            if is_new and (story := self._made_already(request)):
                return self._back_to(story)
            raise
        if name == "withdraw" and isinstance(response, TemplateResponse):
            # The form has errors; what must not be read any more goes all the same.
            story = self.move(request, self.get_object(request, object_id), name)
            response.context_data["desk"] = self._desk(request, story)
        return response

    def _made_already(self, request):
        """The story that a form has made before, when it was sent twice.

        Where the text is another one, the form gets a new key and makes its own story.
        """
        name = _key_field(request)
        key = request.POST.get(name, "")
        if request.method != "POST" or not UUID_PATTERN.fullmatch(key):
            return None
        story = self.get_queryset(request).filter(uuid=key).first()
        if story and (story.headline, story.body) == _typed_text(request):
            self.message_user(request, f"“{story}” is saved already.", messages.INFO)
            return story
        if Article.objects.filter(uuid=key).exists():
            request.POST = request.POST.copy()
            request.POST[name] = str(uuid4())
        return None

    @transaction.atomic
    def _discard(self, request, object_id):
        story = self.get_object(request, object_id)
        if story is None or not self.has_change_permission(request, story):
            raise PermissionDenied
        return self._back_to(self.move(request, story, "discard_changes"))

    def _back_to(self, story):
        return redirect(reverse("admin:articles_article_change", args=[story.pk]))

    def render_change_form(self, request, context, *, obj=None, **kwargs):
        context["desk"] = self._desk(request, obj)
        return super().render_change_form(request, context, obj=obj, **kwargs)

    def _desk(self, request, story):
        """What the form shows around the text: status, steps, points still open."""
        steps = workflow.possible(request.user, story or Article())
        points = workflow.points_of(story, by=request.user) if story else []
        copy = copies.copy_of(story) if story else None
        return {
            "story": story,
            "copy_key": uuid4(),
            "status": story.status if story else Status.DRAFT,
            "copy": copy,
            "preview_links": preview_links.shown_beside(story) if story else [],
            "is_live": bool(story) and story.is_live,
            "steps": [step for step in steps if step.name != "schedule"],
            "schedule": next((s for s in steps if s.name == "schedule"), None),
            "publishes_changes": any(step.name == "publish_changes" for step in steps),
            "is_checked": any(step.is_checked for step in steps),
            "musts": [point for point in points if point.grade == MUST],
            "shoulds": [point for point in points if point.grade == SHOULD],
            "may_override": request.user.has_perm(workflow.OVERRIDE),
        }

    # Saving ---------------------------------------------------------------------

    def save_model(self, request, obj, form, change):
        if not change:
            obj.created_by = request.user
            key = request.POST.get(_key_field(request), "")
            if UUID_PATTERN.fullmatch(key):
                obj.uuid = key
            obj.save()
            return
        revisions.keep_present(obj)
        names = [
            field.name
            for field in revisions.model_fields()
            if field.name in form.fields
        ]
        if form.was_live:
            names = [name for name in names if name not in copies.COPIED]
        # The status and what else the form does not hold may have changed meanwhile.
        obj.save(update_fields=[*names, *([] if form.was_live else ["word_count"])])

    def save_related(self, request, form, formsets, change):
        form.save_m2m()
        byline = []
        for formset in formsets:
            self.save_formset(request, form, formset, change=change)
            if isinstance(formset, BylineFormSet):
                byline = formset.lines()
        story = form.instance
        content = copies.typed_content(
            story, byline=byline, tags=form.cleaned_data["typed_tags"]
        )
        if form.was_live:
            request.kept_copy = copies.keep(story, content, by=request.user)
            left = None
        else:
            copies.settle(story, content)
            left = form.left_address() if change else None
        record_edit(story, left=left)
        revisions.snapshot(story, by=request.user, kind=Revision.Kind.SAVED)

    def save_formset(self, request, form, formset, change):
        if formset.model is not Correction:
            formset.save()
            return
        formset.save(commit=False)
        for correction in formset.new_objects:
            correct(
                form.instance,
                text=correction.text,
                kind=correction.kind,
                placement=correction.placement,
                at=correction.published_at,
                by=request.user,
            )
        for correction, _ in formset.changed_objects:
            change_correction(correction, by=request.user)
        for correction in formset.deleted_objects:
            remove_correction(correction, by=request.user)

    def response_add(self, request, obj, post_url_continue=None):
        return self._step(request, obj) or super().response_add(
            request, obj, post_url_continue
        )

    def response_change(self, request, obj):
        if step := self._step(request, obj):
            return step
        if getattr(request, "kept_copy", None):
            message = (
                "Saved as a working copy. Readers see the text of before until you "
                "press “Publish changes”."
            )
            self.message_user(request, message, messages.SUCCESS)
            if "_save" in request.POST:
                return self.response_post_save_change(request, obj)
            return self._back_to(obj)
        return super().response_change(request, obj)

    def _step(self, request, story):
        """After the text is saved: the step whose button was pressed, if any."""
        name = request.POST.get("_transition")
        if not name:
            return None
        self.move(
            request,
            story,
            name,
            note=request.POST.get("desk_note", "")[:200],
            is_significant="is_significant" in request.POST,
            despite_points="despite_points" in request.POST,
        )
        return self._back_to(story)

    def move(self, request, story, name, **typed):
        """Take a story a step on and tell the editor; return the story as it is."""
        try:
            story = workflow.perform(story, name, by=request.user, **typed)
        except RefusedError as error:
            reason = f"“{story}” stays as it was, and all you typed is saved. {error}"
            self.message_user(request, reason, messages.ERROR)
            return story
        step = next(row for row in workflow.TRANSITIONS if row.name == name)
        done = step.done or f"The status is now “{story.status.label}”."
        if story.status == Status.SCHEDULED:
            at = timezone.localtime(
                max(filter(None, [story.published_at, story.embargoed_until]))
            )
            done = f"Readers see it from {date_format(at, 'j F Y, H:i')}."
        self.message_user(request, f"“{story}”: {done}", messages.SUCCESS)
        return story


def _key_field(request):
    """Where a form says by which `uuid` the story that it makes is known."""
    return "_saveasnew" if "_saveasnew" in request.POST else "key"


def _typed_text(request):
    """The headline and body of a form as they would be stored."""
    headline = text.clean_line(request.POST.get("headline", ""))
    try:
        return headline, html.clean(request.POST.get("body", ""))
    except ValidationError:
        return headline, None
