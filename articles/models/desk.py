from django.conf import settings
from django.db import models


class SectionDesk(models.Model):
    """An account works for a section. Without any such row it works for all of them."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="desks"
    )
    # Were the row to go with its section, its holder would work for all of them.
    section = models.ForeignKey(
        "articles.Section", on_delete=models.PROTECT, related_name="desks"
    )

    class Meta:
        default_permissions = ()
        verbose_name = "section desk"
        verbose_name_plural = "section desks"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "section"], name="articles_sectiondesk_once"
            ),
        ]

    def __str__(self):
        return str(self.section)


def desks_of(user):
    """The keys of the sections that a user is bound to; None for all sections.

    One statement for a user object, which lives as long as its request.
    """
    if user.is_superuser:
        return None
    if not hasattr(user, "desk_keys"):
        keys = SectionDesk.objects.filter(user=user).values_list("section", flat=True)
        user.desk_keys = frozenset(keys) or None
    return user.desk_keys
