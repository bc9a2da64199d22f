from django.db import models
from django.utils import timezone


class DiscardedFiles(models.Model):
    """Public files that no picture's row names any more, until they are deleted.

    `base` is their directory and `names` what lies in it, as in `Picture.renditions`.
    The row is written with the change itself, so that a process which ends at any
    moment leaves nothing behind for ever.
    """

    base = models.CharField(max_length=40, db_index=True)
    names = models.JSONField()
    discarded_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        default_permissions = ()
        verbose_name = "discarded public files"
        verbose_name_plural = "discarded public files"

    def __str__(self):
        return self.base
