from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone

from newsroom.lib.fields import LineField, PlainTextField


class InvoicingManager(models.Manager):
    def current(self):
        """What stands on invoices; an unsaved row until the desk has written it."""
        return self.first() or Invoicing()


class Invoicing(models.Model):
    """What stands on every new invoice: one row. Those already sent keep their words.

    `tax_percent` is added to each price; nought where no tax is charged.
    """

    payment_details = PlainTextField(
        max_length=1000, blank=True, help_text="The bank, the account and its owner."
    )
    days_to_pay = models.PositiveSmallIntegerField(
        default=30, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    tax_number = LineField(
        "our tax number", max_length=60, blank=True, help_text="As MT 1234 5678."
    )
    tax_name = LineField(max_length=40, default="VAT")
    tax_percent = models.DecimalField(
        max_digits=5,
        decimal_places=2,
        default=0,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text="Added to every price of the schedule and of the desk.",
    )
    closing = PlainTextField(
        "closing words",
        max_length=400,
        blank=True,
        help_text="Below the amounts: why no tax is charged, or a word of thanks.",
    )

    objects = InvoicingManager()

    class Meta:
        verbose_name = "invoice settings"
        verbose_name_plural = "invoice settings"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(pk=1), name="republishing_invoicing_one_row"
            ),
        ]

    def __str__(self):
        return "What stands on invoices"

    @property
    def tax_in_words(self):
        """As “VAT, 18%”; empty where no tax is charged."""
        if not self.tax_percent:
            return ""
        return f"{self.tax_name}, {self.tax_percent.normalize():f}%"


class Invoice(models.Model):
    """The bill for an accepted quote; its lines are the quote's.

    Numbers of a year have no gap, as tax offices ask. What it says of the seller is
    what was so on that day.
    """

    quote = models.OneToOneField(
        "republishing.Quote", on_delete=models.PROTECT, related_name="invoice"
    )
    year = models.PositiveSmallIntegerField()
    position = models.PositiveIntegerField()
    issued_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField("to be paid by")
    seller = PlainTextField(max_length=500)
    tax_number = LineField(max_length=60, blank=True)
    payment_details = PlainTextField(max_length=1000, blank=True)
    closing = PlainTextField(max_length=400, blank=True)

    class Meta:
        ordering = ["-year", "-position"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "position"], name="republishing_invoice_number_once"
            ),
        ]

    def __str__(self):
        return self.number

    @property
    def number(self):
        return f"{self.year}-{self.position:04}"
