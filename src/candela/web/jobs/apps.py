"""The jobs app."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    """See the package."""

    name = "candela.web.jobs"
    label = "jobs"

    def ready(self) -> None:
        """Find what does each kind of job: the module ``work`` of every app."""
        autodiscover_modules("work")
