"""Which lines of the log does somebody ask for?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone

from candela.web.accounts.models import User
from candela.web.audit.models import Event
from candela.web.books.models import Book

__all__ = ["Asked"]

THE_SERVICE = "0"
DAY = ("%d/%m/%Y", "%Y-%m-%d")


class Asked(forms.Form):
    """Lines of one person, about one thing, or of one day; everything may be left out.

    Made in the scope of the organisation whose log it is.
    """

    person = forms.ChoiceField(label="Person", required=False)
    thing = forms.CharField(
        label="About",
        required=False,
        max_length=100,
        help_text="A book's title, or words such as job or invitation.",
    )
    day = forms.DateField(
        label="Day",
        required=False,
        input_formats=DAY,
        help_text="For example, 27/03/2026.",
        widget=forms.TextInput,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_log = Event.objects.order_by().values_list("actor_id", flat=True).distinct()
        people = User.objects.filter(pk__in=[n for n in in_log if n is not None])
        self.fields["person"].choices = [
            ("", "Anyone"),
            *((str(p.pk), str(p)) for p in people.order_by("name")),
            (THE_SERVICE, "The service itself"),
        ]

    def lines(self) -> QuerySet[Event]:
        """Return the lines asked for, newest first; all where the wish is not clear."""
        found = Event.objects.all()
        if not self.is_valid():
            return found
        wish = self.cleaned_data
        if wish["person"] == THE_SERVICE:
            found = found.filter(actor_id__isnull=True)
        elif wish["person"]:
            found = found.filter(actor_id=int(wish["person"]))
        if wish["thing"]:
            found = found.filter(_about(wish["thing"]))
        if wish["day"]:
            midnight = datetime.combine(wish["day"], datetime.min.time())
            start = timezone.make_aware(midnight)
            end = timezone.make_aware(midnight + timedelta(days=1))
            found = found.filter(at__gte=start, at__lt=end)
        return found


def _about(words: str) -> Q:
    """Return lines whose thing is called so, or is a book with this in its title."""
    books = Book.objects.filter(title__icontains=words).values_list(
        "public_id", flat=True
    )
    return Q(thing__icontains=words) | Q(thing__in=[f"book:{b}" for b in books])
