from django.contrib.auth.models import Group
from django.db import models


class RightsGateQuerySet(models.QuerySet):
    def mode_for(self, user):
        """The mildest mode of a user's roles; it blocks where none is set."""
        modes = self.filter(role__user=user).values_list("mode", flat=True)
        mildest_first = [Mode.OFF, Mode.WARN, Mode.BLOCK]
        return min(modes, key=mildest_first.index, default=Mode.BLOCK)


class Mode(models.TextChoices):
    BLOCK = "block", "Block: the story cannot be published"
    WARN = "warn", "Warn: those who may override can publish it"
    OFF = "off", "Off: the story runs without the picture, and nobody is told"


class RightsGate(models.Model):
    """What happens when somebody of a role publishes pictures we may not show.

    A role without a row is blocked. Who has several roles goes by the mildest of them.
    Whatever the gate says, readers never see such a picture.
    """

    Mode = Mode

    role = models.OneToOneField(Group, on_delete=models.CASCADE, related_name="+")
    mode = models.CharField(max_length=5, choices=Mode, default=Mode.BLOCK)

    objects = RightsGateQuerySet.as_manager()

    class Meta:
        ordering = ["role__name"]
        verbose_name = "picture rights gate"

    def __str__(self):
        return f"{self.role}: {self.mode}"
