"""The pages of an import; each is called with the request and its admin."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from articles import tasks
from articles.forms.imports import ImportForm, MappingForm, ReportForm
from articles.models import ImportRun
from articles.moving import mapping as mappings
from articles.moving import undo as undoing
from articles.moving import uploads
from articles.moving.report import write_csv

State = ImportRun.State
PAGE_SIZE = 50
FORM_PAGE = require_http_methods(["GET", "HEAD", "POST"])


def _run(request, imports, pk):
    if not imports.has_view_permission(request):
        raise PermissionDenied
    return get_object_or_404(ImportRun.objects.select_related("by"), pk=pk)


def _page(request, imports, name, title, **context):
    context = {
        **imports.admin_site.each_context(request),
        "opts": imports.opts,
        "title": title,
        **context,
    }
    template = f"admin/articles/importrun/{name}.html"
    return TemplateResponse(request, template, context)


def _to(run):
    return redirect("admin:articles_importrun_change", run.pk)


@FORM_PAGE
def add(request, imports):
    """A form for the files; a script sends them in pieces and asks for JSON."""
    if not imports.has_add_permission(request):
        raise PermissionDenied
    is_sent = request.method == "POST"
    form = ImportForm(request.POST, request.FILES) if is_sent else ImportForm()
    wants_json = not request.accepts("text/html")
    if is_sent and form.is_valid():
        run = _made(request, form)
        if wants_json:
            return JsonResponse({"run": run.pk})
        file = form.cleaned_data["file"]
        if not file:
            form.add_error("file", "Choose the export.")
            run.delete()
        elif error := _take_whole(run, form):
            form.add_error(None, error)
            uploads.forget(run)
            run.delete()
        else:
            return _check(request, run)
    if wants_json:
        errors = [words for found in form.errors.values() for words in found]
        return JsonResponse({"error": " ".join(errors)}, status=400)
    return _page(
        request, imports, "add", "Bring in stories", form=form,
        piece_bytes=uploads.PIECE_BYTES,
    )  # fmt: skip


def _made(request, form):
    uploads.forget_abandoned()
    typed = form.cleaned_data
    names = {
        part: (
            typed[part].name if typed[part] else request.POST.get(f"{part}_name", "")
        )
        for part in uploads.LIMITS
    }
    return ImportRun.objects.create(
        kind=typed["kind"],
        file_name=names["file"][:200] or "export",
        media_name=names["media"][:200],
        mapping=typed["mapping"].as_dict(),
        options=form.options(),
        by=request.user,
    )


def _take_whole(run, form):
    """Keep the files that came with a form; the error in words, or ""."""
    for part in uploads.LIMITS:
        file, size = form.cleaned_data[part], 0
        for piece in file.chunks(uploads.PIECE_BYTES) if file else []:
            try:
                size = uploads.take(run, part, size, ContentFile(piece))
            except uploads.UploadError as error:
                return str(error)
    return ""


@require_POST
def take_piece(request, imports, pk, part):
    """Keep a piece of a file; answers with how much there is, to go on from there."""
    run = _run(request, imports, pk)
    piece, offset = request.FILES.get("piece"), request.POST.get("offset", "")
    if piece is None or not (offset.isascii() and offset.isdigit()):
        return JsonResponse({"error": "There is no piece of a file."}, status=400)
    if piece.size > uploads.PIECE_BYTES:
        return JsonResponse({"error": "The piece is too large."}, status=400)
    try:
        size = uploads.take(run, part, int(offset[:15]), piece)
    except uploads.OutOfStepError as error:
        return JsonResponse({"size": error.size}, status=409)
    except uploads.UploadError as error:
        return JsonResponse({"error": str(error)}, status=400)
    return JsonResponse({"size": size})


@require_POST
def check(request, imports, pk):
    """Have the preview made, after the upload or after another choice of mapping."""
    run = _run(request, imports, pk)
    if "default_section" in request.POST:
        form = _mapping_form(run, request.POST, request.FILES)
        if not form.is_valid():
            return _shown(request, imports, run, form)
        run.mapping = form.chosen().as_dict()
        run.save(update_fields=["mapping"])
    return _check(request, run)


def _check(request, run):
    states = [State.UPLOADING, State.CHECKED, State.FAILED]
    if not uploads.is_there(run):
        messages.error(request, "The file is not there any more; upload it again.")
    elif not _moved(run, states, State.WAITING, tasks.check_import):
        messages.error(request, "This import is at work, or has ended.")
    return _to(run)


def _moved(run, states, state, task, *, by=None, **values):
    """Whether the run was in one of these states; then the task is enqueued.

    With `by` the history says who started it.
    """
    with transaction.atomic():
        found = ImportRun.objects.filter(pk=run.pk, state__in=states)
        if not found.update(state=state, message="", done_count=0, **values):
            return False
        if by:
            undoing.log(run, by.pk, "Import started.")
        transaction.on_commit(partial(task.enqueue, run.pk))
    return True


@require_safe
def show(request, imports, pk):
    return _shown(request, imports, _run(request, imports, pk))


def _mapping_form(run, *data):
    return MappingForm(
        *data,
        rows=run.found.get("rows", []),
        mapping=mappings.Mapping.from_dict(run.mapping),
    )


def _shown(request, imports, run, mapping_form=None):
    report_form = ReportForm(request.GET)
    rows = report_form.rows(run)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    asked = request.GET.copy()
    asked.pop("page", None)
    can_start = run.state in (State.CHECKED, State.FAILED) and uploads.is_there(run)
    if can_start and mapping_form is None:
        mapping_form = _mapping_form(run)
    return _page(
        request, imports, "run", run.file_name,
        run=run, report_form=report_form, page=page, asked=asked.urlencode(),
        counts=_table(run), can_start=can_start and run.started_at is None,
        can_go_on=can_start and run.started_at is not None,
        can_undo=run.state in (State.FINISHED, State.FAILED) and run.started_at,
        mapping_form=mapping_form if run.started_at is None else None,
    )  # fmt: skip


def _table(run):
    """A row for each kind of item that there is: its name and a number an outcome."""
    item = run.items.model
    rows = []
    for kind in item.Kind:
        numbers = [run.counts.get(f"{kind}:{outcome}", 0) for outcome in item.Outcome]
        if any(numbers):
            rows.append((kind.label, numbers))
    return rows


@require_POST
def start(request, imports, pk):
    """Bring in what the preview has shown."""
    run = _run(request, imports, pk)
    states = [State.CHECKED]
    if run.started_at is not None:
        states.append(State.FAILED)
    if not uploads.is_there(run):
        messages.error(request, "The file is not there any more; upload it again.")
    elif _moved(run, states, State.WAITING, tasks.run_import, by=request.user):
        messages.success(request, "The import has started. You may leave this page.")
    else:
        messages.error(request, "It has not been checked, or is at work.")
    return _to(run)


@FORM_PAGE
def undo(request, imports, pk):
    """Asks first, and says what would stay."""
    run = _run(request, imports, pk)
    states = [State.FINISHED, State.FAILED]
    if run.state not in states or run.started_at is None:
        messages.error(request, "This import has nothing that could be undone.")
        return _to(run)
    if request.method == "POST":
        if _moved(
            run, states, State.UNDOING, tasks.undo_import, undone_by=request.user
        ):
            messages.success(request, "The import is being undone.")
        return _to(run)
    counts, kept = undoing.plan(run)
    names = dict(run.items.model.Kind.choices)
    return _page(
        request, imports, "undo", "Undo this import", run=run,
        counts=[(names[kind], number) for kind, number in counts.items()],
        kept=kept[: undoing.SHOWN], kept_count=len(kept), names=names,
    )  # fmt: skip


@require_safe
def status(request, imports, pk):
    """How far it is, for the page that waits."""
    run = _run(request, imports, pk)
    return JsonResponse(
        {
            "state": run.state,
            "words": run.get_state_display(),
            "is_at_work": run.is_at_work,
            "done": run.done_count,
            "total": run.total_count,
        }
    )


@require_safe
def report(request, imports, pk):
    """The items asked for as CSV."""
    run = _run(request, imports, pk)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    day = timezone.localdate(run.created_at)
    name = f"import-{run.pk}-{day:%Y-%m-%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    write_csv(response, ReportForm(request.GET).rows(run))
    return response


@require_safe
def mapping(request, imports, pk):
    """The mapping as CSV, to change it in a spreadsheet."""
    run = _run(request, imports, pk)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="mapping-{run.pk}.csv"'
    chosen = mappings.Mapping.from_dict(run.mapping)
    response.write(mappings.write(chosen, run.found.get("rows", [])))
    return response
