"""The books app."""

from django.apps import AppConfig


class BooksConfig(AppConfig):
    """See the package."""

    name = "candela.web.books"
    label = "books"
