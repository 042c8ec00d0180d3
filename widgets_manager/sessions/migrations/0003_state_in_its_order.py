from django.db import migrations

import widgets_manager.sessions.ordered_json


class Migration(migrations.Migration):
    dependencies = [
        ("widget_sessions", "0002_mounted_answers"),
    ]

    operations = [
        migrations.AlterField(
            model_name="sessionstate",
            name="state",
            field=widgets_manager.sessions.ordered_json.OrderedJSONField(blank=True, default=dict),
        ),
    ]
