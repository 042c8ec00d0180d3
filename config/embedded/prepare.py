"""Stage 5 of the embedded servers: bring the database up to date, in one process because each costs seconds to load.

`python -m config.embedded.prepare LOG [demo]`: what the checks and migrations say goes into LOG, the demo's words to
stdout.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def prepare(log: Path, *, demo: bool) -> None:
    """Check the settings of the sandbox, migrate, set the plugins' database up, then make the demo data.

    Raises what the commands raise.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django
    from django.core.management import call_command

    django.setup()
    with log.open("a") as output:
        call_command("check", tags=["sandbox", "plugindb"], stdout=output, stderr=output)
        call_command("migrate", interactive=False, stdout=output)
    from sandbox.plugindb import server

    if server.is_configured():
        server.deployment()
    if demo:
        call_command("demo")


if __name__ == "__main__":
    try:
        prepare(Path(sys.argv[1]), demo="demo" in sys.argv[2:])
    except Exception as error:
        import traceback

        from django.core.management.base import SystemCheckError

        text = str(error) if isinstance(error, SystemCheckError) else traceback.format_exc()
        with Path(sys.argv[1]).open("a") as output:
            output.write(f"{text}\n")
        sys.exit(1)
