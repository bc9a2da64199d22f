from django.db import migrations, models

from newsroom.lib.index_operations import AddIndex


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("newsletter", "0007_long_lists"),
    ]

    operations = [
        AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(
                    ("status__in", ["failed", "skipped", "unknown", "claimed"])
                ),
                fields=["status", "-id"],
                name="newsletter_delivery_not_sent",
            ),
        ),
        AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("bounced_at__isnull", False)),
                fields=["-id"],
                name="newsletter_delivery_bounced",
            ),
        ),
        AddIndex(
            model_name="subscription",
            index=models.Index(
                fields=["newsletter", "-requested_at", "-id"],
                name="newsletter_subscription_list",
            ),
        ),
        AddIndex(
            model_name="subscription",
            index=models.Index(
                condition=models.Q(("confirmed_at__isnull", True)),
                fields=["-requested_at", "-id"],
                name="newsletter_subscription_waits",
            ),
        ),
        AddIndex(
            model_name="suppression",
            index=models.Index(
                fields=["reason", "-at", "-id"], name="newsletter_suppression_reason"
            ),
        ),
    ]
