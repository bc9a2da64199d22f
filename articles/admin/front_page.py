"""The front page's desk: what stands where, what will, and who changed it."""

from datetime import datetime, timedelta

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods, require_safe

from articles import front_page, pages, placing, structured_data
from articles.actions import RefusedError
from articles.forms import PlaceForm, PreviewForm
from articles.front_page import Area
from articles.models import Article, FrontPageEvent, FrontPageSlot, Status
from articles.models.desk import desks_of
from newsroom.lib.forms import ZONED_TIMES

DESK = "admin:articles_frontpageslot_changelist"
EVENT_COUNT = 20
FOUND_COUNT = 12
MORNING = 7
UNSEEN = ["body", "ed_note"]


@admin.register(FrontPageSlot)
class FrontPageSlotAdmin(admin.ModelAdmin):
    """One page for all places; who decides on them sees all stories."""

    formfield_overrides = ZONED_TIMES

    def has_view_permission(self, request, obj=None):
        allowed = super().has_view_permission(request, obj)
        return allowed and self._sees_all(request.user)

    def has_change_permission(self, request, obj=None):
        allowed = super().has_change_permission(request, obj)
        return allowed and self._sees_all(request.user)

    @staticmethod
    def _sees_all(user):
        """The front page is made of all sections' stories, planned ones too."""
        return user.has_perm("articles.see_others_article") and desks_of(user) is None

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_urls(self):
        view = self.admin_site.admin_view
        name = "articles_frontpageslot_"
        return [
            path("", view(self.changelist_view), name=f"{name}changelist"),
            path("preview/", view(self.preview_view), name=f"{name}preview"),
            # Where single places had forms once, and bookmarks still lead.
            path("add/", view(self.to_desk), name=f"{name}add"),
            *(
                path(f"<path:object_id>/{word}/", view(self.to_desk), name=name + word)
                for word in ["change", "delete", "history"]
            ),
        ]

    @method_decorator(require_safe)
    def to_desk(self, request, object_id=None):
        self._check(request)
        return redirect(DESK)

    def _check(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def changelist_view(self, request, extra_context=None):
        self._check(request)
        if request.method == "POST":
            if not self.has_change_permission(request):
                raise PermissionDenied
            return self._press(request)
        return self._desk(request)

    # Changes --------------------------------------------------------------------

    def _press(self, request):
        """Do what one button asks; one that is stale or impossible is told kindly."""
        word, *rest = request.POST.get("press", "").split(":")
        if word == "form":
            return self._place_by_form(request)
        article_pk, area, number, focus = [*rest, "", "", "", ""][:4]
        article = self._story(request, article_pk)
        if article is None or word not in {"put", "remove"}:
            return self._refuse(request, "There is no such story.")
        by_whom = {"by": request.user, "seen_version": request.POST.get("version", "")}
        try:
            if word == "remove":
                placing.take_off(article, **by_whom)
                done = f"“{article}” holds its place no longer."
            else:
                position = _number(number, default=-1)
                placing.place(article, area=area, position=position, **by_whom)
                done = f"“{article}” is pinned."
        except RefusedError as error:
            return self._refuse(request, str(error))
        self.message_user(request, done, messages.SUCCESS)
        query = {"focus": f"{focus}:{article.pk}"} if focus else {}
        return redirect(reverse(DESK, query=query))

    def _refuse(self, request, why):
        self.message_user(request, why, messages.WARNING)
        return redirect(DESK)

    def _place_by_form(self, request):
        article = self._story(request, request.POST.get("story", ""))
        if article is None:
            return self._refuse(request, "There is no such story.")
        page = self._page()
        form = PlaceForm(
            request.POST, article=article, page=page, slot=page.slot_of(article.pk)
        )
        if form.is_valid():
            area, number = form.cleaned_data["place"]
            try:
                placing.place(
                    article,
                    area=area,
                    position=number,
                    by=request.user,
                    seen_version=request.POST.get("version", ""),
                    times=form.times(),
                )
            except RefusedError as error:
                form.add_error(None, str(error))
            else:
                self.message_user(request, f"“{article}” is pinned.", messages.SUCCESS)
                return redirect(DESK)
        return self._desk(request, article=article, form=form)

    @staticmethod
    def _story(request, pk):
        pk = _number(pk, default=None)
        stories = Article.objects.reachable_by(request.user).select_related("section")
        return pk and stories.defer(*UNSEEN).filter(pk=pk).first()

    # The page -------------------------------------------------------------------

    @staticmethod
    def _page():
        now = timezone.now()
        slots = FrontPageSlot.objects.unended(at=now).select_related("article__section")
        slots = slots.with_stories(Article.objects.published(at=now))
        return front_page.arrange(
            slots.defer(*(f"article__{name}" for name in UNSEEN)), at=now
        )

    def _desk(self, request, *, article=None, form=None, preview_form=None):
        page = self._page()
        if article is None and (pk := request.GET.get("story")):
            article = self._story(request, pk)
        if article and form is None:
            form = PlaceForm(article=article, page=page, slot=page.slot_of(article.pk))
        query = request.GET.get("q", "").strip()[:200]
        may_change = self.has_change_permission(request)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Front page",
            "page": page,
            "version": page.version(),
            "blocks": _blocks_for_desk(page, may_change=may_change),
            "waiting": [_waiting_line(page, slot) for slot in page.waiting()],
            "may_change": may_change,
            "query": query,
            "found": self._found(request, page, query) if query else [],
            "story": article,
            "form": form,
            "preview_form": preview_form or PreviewForm(),
            "events": FrontPageEvent.objects.select_related("by")[:EVENT_COUNT],
            "focus": request.GET.get("focus", ""),
        }
        return TemplateResponse(
            request, "admin/articles/frontpageslot/desk.html", context
        )

    def _found(self, request, page, query):
        """Stories this user may reach that the words find, with where they stand."""
        model_admin = self.admin_site.get_model_admin(Article)
        stories, _ = model_admin.get_search_results(
            request,
            Article.objects.reachable_by(request.user)
            .select_related("section")
            .exclude(pub_status=Article.PubStatus.CANCELED)
            .defer(*UNSEEN),
            query,
        )
        lines = []
        for article in stories.order_by("-created_at", "-pk")[:FOUND_COUNT]:
            slot = page.slot_of(article.pk)
            block, place = page.place_of(article.pk)
            lines.append(
                {
                    "article": article,
                    "where": block.label(place.number) if place else "",
                    "is_pinned": slot is not None,
                }
            )
        return lines

    # The page to come -----------------------------------------------------------

    @method_decorator(require_safe)
    def preview_view(self, request):
        """The readers' own page as it will be; under `/admin/` no cache keeps it."""
        self._check(request)
        now = timezone.now()
        choices = _quick_times(now)
        at = choices.get(request.GET.get("in", ""))
        if at is None:
            form = PreviewForm(request.GET)
            if not form.is_valid():
                return self._desk(request, preview_form=form)
            at = form.cleaned_data["at"]
        publication = pages.chrome()["publication"]
        context = {
            **front_page.edition(at=at),
            "meta": structured_data.front_page_meta(publication=publication),
            "preview_at": at,
        }
        return render(request, "articles/front_page_preview.html", context)


def _number(value, *, default):
    """A number that came by an address or a button."""
    return int(value) if value.isdecimal() and len(value) <= 18 else default


def _quick_times(now):
    tomorrow = timezone.localdate(now) + timedelta(days=1)
    morning = datetime.combine(tomorrow, datetime.min.time().replace(hour=MORNING))
    return {
        "now": now,
        "hour": now + timedelta(hours=1),
        "morning": timezone.make_aware(morning),
    }


def _blocks_for_desk(page, *, may_change):
    """Each area with its places, and where the buttons of each lead.

    Up and down go through the areas in the page's order, and below them through the
    places of the story's own section.
    """
    above = [block for block in page.blocks if block.area != Area.RAIL]
    blocks = []
    for block in page.blocks:
        lines = []
        for place in block.places:
            line = {"place": place, "label": block.label(place.number)}
            if place.article and may_change:
                rail = page.block_for(Area.RAIL, place.article)
                chain = [
                    f"{area.area}:{number}"
                    for area in [*above, *filter(None, [rail])]
                    for number in range(len(area.places))
                ]
                here = chain.index(f"{block.area}:{place.number}")
                line["here"] = chain[here]
                line["focus_up"] = f"up:{place.article.pk}"
                line["focus_down"] = f"down:{place.article.pk}"
                line["up"] = chain[here - 1] if here else ""
                line["down"] = chain[here + 1] if here + 1 < len(chain) else ""
            lines.append(line)
        blocks.append(
            {
                "block": block,
                "lines": lines,
                "pinned_count": sum(1 for place in block.places if place.slot),
            }
        )
    return blocks


def _waiting_line(page, slot):
    """A slot that holds no place now, with the place it wants and why it waits."""
    article = slot.article
    block = page.block_for(slot.area, article)
    if block and slot.position < len(block.places):
        wanted = block.label(slot.position)
    else:
        wanted = article.section.name if slot.area == Area.RAIL else slot.area
    reasons = {
        Status.SCHEDULED: "appears when it is published",
        Status.PUBLISHED: "no place is left for it",
        Status.WITHDRAWN: "is withdrawn: take it off",
        Status.EXPIRED: "has expired: take it off",
    }
    if slot.starts_at > page.at:
        why = "comes at its time"
    else:
        why = reasons.get(article.status, "waits until it is published")
    return {"slot": slot, "wanted": wanted, "why": why}
