"""What is in use is not deleted, and the admin says what uses it, naming no row."""

from django.contrib import messages
from django.db import IntegrityError, models, transaction
from django.http import HttpResponseRedirect
from django.urls import reverse

from articles.actions import RefusedError
from newsroom.lib.relations import references_to


def counted(count, options):
    """A number of rows in words: 1 article, 3 places in bylines."""
    name = options.verbose_name if count == 1 else options.verbose_name_plural
    return f"{count:,} {name}"


class KeepsWhatIsUsed:
    """For an admin. `delete_advice` says what to do instead."""

    delete_advice = ""

    def keeps(self, relation):
        """Whether rows of this relation keep what they refer to from deletion."""
        return relation.on_delete is models.PROTECT

    def used_by(self, objs, request):
        """What uses these rows, in words; empty where they may go."""
        keys = [row.pk for row in objs]
        found = []
        for relation in filter(self.keeps, references_to(self.model)):
            rows = relation.related_model._base_manager  # noqa: SLF001 - Django's documented API
            count = rows.filter(**{f"{relation.field.name}__in": keys}).count()
            if count:
                found.append(counted(count, relation.related_model._meta))  # noqa: SLF001
        return found

    def get_deleted_objects(self, objs, request):
        names = [str(row) for row in objs]
        if uses := self.used_by(objs, request):
            return names, {}, set(), uses
        _, counts, lacking, protected = super().get_deleted_objects(objs, request)
        return names, counts, lacking, ["other entries"] if protected else []

    def delete_view(self, request, object_id, extra_context=None):
        context = {"delete_advice": self.delete_advice, **(extra_context or {})}
        try:
            return super().delete_view(request, object_id, context)
        except (IntegrityError, RefusedError):
            return self._refused(request)

    def changelist_view(self, request, extra_context=None):
        if request.POST.get("action") != "delete_selected":
            return super().changelist_view(request, extra_context)
        try:
            with transaction.atomic():
                response = super().changelist_view(request, extra_context)
        except (IntegrityError, RefusedError):
            return self._refused(request)
        if getattr(response, "context_data", None):
            response.context_data["delete_advice"] = self.delete_advice
        return response

    def _refused(self, request):
        """Somebody began to use it between the question and the answer."""
        self.message_user(
            request, "Nothing was deleted: it is in use by now.", messages.ERROR
        )
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"
        return HttpResponseRedirect(reverse(name))
