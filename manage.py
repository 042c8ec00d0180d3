#!/usr/bin/env python
"""Django's command line for this project; without DATABASE_URL and REDIS_URL it uses the embedded servers."""

import os
import sys

from config.embedded.connection import command_servers
from config.embedded.servers import ServerError
from config.env import EnvError


def main() -> None:
    """Run the command named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("DB_POOL_SIZE", "0")
    from django.core.management import execute_from_command_line

    try:
        with command_servers(sys.argv):
            execute_from_command_line(sys.argv)
    except (ServerError, EnvError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
