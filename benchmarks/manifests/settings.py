"""Production settings with one more address: the trivial view that the manifest endpoint is compared with."""

from config.settings import *  # noqa: F403  (all of them, and one more)

ROOT_URLCONF = "benchmarks.manifests.urls"
