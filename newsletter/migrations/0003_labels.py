"""Words for staff: labels, help and choices. The tables stay as they are."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("newsletter", "0002_brand_help"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterModelOptions(
                    name="transactionalmessage",
                    options={"verbose_name": "transactional email"},
                ),
                migrations.AlterField(
                    model_name="brand",
                    name="colour",
                    field=models.CharField(
                        default="#1f3a5f",
                        help_text="For headings, buttons and lines. Choose one dark enough for white text.",
                        max_length=7,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^#[0-9a-fA-F]{6}\\Z", "Enter a colour code, such as #1f3a5f."
                            )
                        ],
                    ),
                ),
                migrations.AlterField(
                    model_name="brand",
                    name="reply_to",
                    field=models.EmailField(
                        blank=True,
                        help_text="Where replies go. If empty, replies go to the sender address.",
                        max_length=254,
                        verbose_name="reply-to address",
                    ),
                ),
                migrations.AlterField(
                    model_name="inboxmessage",
                    name="stream",
                    field=models.CharField(
                        choices=[("transactional", "Transactional"), ("bulk", "Campaign")],
                        max_length=13,
                    ),
                ),
                migrations.AlterField(
                    model_name="providerevent",
                    name="bounce_class",
                    field=models.CharField(
                        blank=True,
                        choices=[("hard", "Hard"), ("soft", "Soft"), ("block", "Block")],
                        max_length=5,
                        verbose_name="bounce type",
                    ),
                ),
                migrations.AlterField(
                    model_name="providerevent",
                    name="delivery_id",
                    field=models.BigIntegerField(
                        blank=True,
                        help_text="Its number, if this is about an email of a campaign.",
                        null=True,
                        verbose_name="campaign email",
                    ),
                ),
                migrations.AlterField(
                    model_name="providerevent",
                    name="detail",
                    field=models.CharField(
                        blank=True,
                        db_default="",
                        help_text="In the provider’s words.",
                        max_length=300,
                        verbose_name="details",
                    ),
                ),
                migrations.AlterField(
                    model_name="providerevent",
                    name="digest",
                    field=models.CharField(
                        blank=True,
                        help_text="Computed from the recipient’s address.",
                        max_length=64,
                        verbose_name="address code",
                    ),
                ),
                migrations.AlterField(
                    model_name="providerevent",
                    name="happened_at",
                    field=models.DateTimeField(
                        blank=True, null=True, verbose_name="happened (UTC)"
                    ),
                ),
                migrations.AlterField(
                    model_name="providerevent",
                    name="interpreted_at",
                    field=models.DateTimeField(
                        blank=True,
                        help_text="Empty while it waits to be processed.",
                        null=True,
                        verbose_name="processed (UTC)",
                    ),
                ),
                migrations.AlterField(
                    model_name="providerevent",
                    name="kind",
                    field=models.CharField(
                        blank=True,
                        choices=[
                            ("accepted", "Accepted by the provider"),
                            ("delivered", "Delivered"),
                            ("bounced", "Bounced"),
                            ("deferred", "Deferred"),
                            ("complained", "Reported as spam"),
                            ("unsubscribed", "Unsubscribed"),
                            ("rejected", "Rejected by the provider"),
                            ("autoresponded", "Automatic reply"),
                            ("other", "Something else"),
                        ],
                        max_length=30,
                        verbose_name="type",
                    ),
                ),
                migrations.AlterField(
                    model_name="providerevent",
                    name="message_id",
                    field=models.BigIntegerField(
                        blank=True,
                        help_text="Its number, if this is about a transactional email to this recipient.",
                        null=True,
                        verbose_name="transactional email",
                    ),
                ),
                migrations.AlterField(
                    model_name="providerevent",
                    name="problem",
                    field=models.CharField(
                        blank=True, help_text="What we could not understand.", max_length=300
                    ),
                ),
                migrations.AlterField(
                    model_name="providerevent",
                    name="provider_message_id",
                    field=models.CharField(
                        blank=True,
                        db_default="",
                        help_text="The provider’s own ID of the email.",
                        max_length=200,
                        verbose_name="provider’s message ID",
                    ),
                ),
                migrations.AlterField(
                    model_name="providerevent",
                    name="received_at",
                    field=models.DateTimeField(
                        auto_now_add=True, db_index=True, verbose_name="received (UTC)"
                    ),
                ),
                migrations.AlterField(
                    model_name="providerreport",
                    name="problem",
                    field=models.CharField(
                        blank=True, help_text="Why it can’t be processed.", max_length=300
                    ),
                ),
                migrations.AlterField(
                    model_name="providerreport",
                    name="received_at",
                    field=models.DateTimeField(db_index=True, verbose_name="received (UTC)"),
                ),
                migrations.AlterField(
                    model_name="providerreport",
                    name="retry_at",
                    field=models.DateTimeField(
                        blank=True,
                        help_text="Not processed before then.",
                        null=True,
                        verbose_name="next attempt (UTC)",
                    ),
                ),
                migrations.AlterField(
                    model_name="transactionalmessage",
                    name="kind",
                    field=models.CharField(
                        help_text="The message's template folder, such as confirmation.",
                        max_length=40,
                        verbose_name="type",
                    ),
                ),
                migrations.AlterField(
                    model_name="transactionalmessage",
                    name="lease_until",
                    field=models.DateTimeField(
                        blank=True, null=True, verbose_name="sending until (UTC)"
                    ),
                ),
                migrations.AlterField(
                    model_name="transactionalmessage",
                    name="provider_message_id",
                    field=models.CharField(
                        blank=True, max_length=200, verbose_name="provider’s message ID"
                    ),
                ),
                migrations.AlterField(
                    model_name="transactionalmessage",
                    name="settled_at",
                    field=models.DateTimeField(
                        blank=True, null=True, verbose_name="last update (UTC)"
                    ),
                ),
                migrations.AlterField(
                    model_name="transactionalmessage",
                    name="status",
                    field=models.CharField(
                        choices=[
                            ("queued", "Waiting"),
                            ("claimed", "Sending now"),
                            ("accepted", "Accepted"),
                            ("failed", "Failed"),
                            ("skipped", "Skipped"),
                            ("uncertain", "Uncertain"),
                        ],
                        default="queued",
                        max_length=12,
                    ),
                ),
                migrations.AlterField(
                    model_name="transactionalmessage",
                    name="to",
                    field=models.CharField(blank=True, max_length=320, verbose_name="recipient"),
                ),
            ]
        )
    ]
