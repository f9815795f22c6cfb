"""Which books are here, whose are they, and who else may read them?"""

from __future__ import annotations

import secrets
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from candela.web.accounts.models import Organisation, User
from candela.web.scoping import Owned

__all__ = [
    "Book",
    "BookShare",
    "Follow",
    "PeerSet",
    "books_shared_with",
    "readable_books",
]

ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"  # without l, o, 0 and 1: read aloud


def new_book_id() -> str:
    """Return what stands in a book's address: 60 random bits that can be read aloud."""
    return "".join(secrets.choice(ALPHABET) for _ in range(12))


class State(models.TextChoices):
    """Where a book stands before anybody reads it."""

    CHECKING = "checking", "being checked"
    REFUSED = "refused", "cannot be shown"
    READY = "ready", "ready"
    WITHDRAWN = "withdrawn", "withdrawn"


class Book(Owned):
    """A folder that was built elsewhere, checked here, and never changed.

    Public books need two people: one proposes, another publishes.  Both are bound to
    ``seal``, the hash of everything in the book: what was proposed is published.

    ``folder`` is the seal, below the home's folder of books, or the whole path of a
    mounted book.  ``same_as`` leads from a book that was refused, since it was here
    already, to the one there.
    """

    State = State

    public_id = models.CharField(
        max_length=12, unique=True, default=new_book_id, editable=False
    )
    title = models.CharField(max_length=150)
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.CHECKING
    )
    seal = models.CharField(max_length=64, blank=True)
    folder = models.CharField(max_length=500, blank=True)
    is_mounted = models.BooleanField(default=False)
    made_up = models.BooleanField(default=False)
    built_on = models.DateField(null=True, blank=True)
    protocol = models.CharField(max_length=60, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    refused_because = models.TextField(blank=True)
    same_as = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    is_public = models.BooleanField(default=False)
    added_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    added_at = models.DateTimeField(default=timezone.now)
    proposed_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    proposed_at = models.DateTimeField(null=True, blank=True)
    proposed_seal = models.CharField(max_length=64, blank=True)
    published_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta(Owned.Meta):
        abstract = False
        ordering = ("-built_on", "-added_at")

    def __str__(self) -> str:
        return self.title


class BookShare(Owned):
    """Another organisation may read one book of ours."""

    book = models.ForeignKey(Book, on_delete=models.CASCADE, related_name="shares")
    reader = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="books_shared_with_it"
    )
    shared_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    shared_at = models.DateTimeField(default=timezone.now)

    class Meta(Owned.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("book", "reader"), name="shared_once")
        ]

    def __str__(self) -> str:
        return f"book {self.book_id} for {self.reader_id}"


class PeerSet(Owned):
    """Organisations of a book that somebody here finds fair to compare with.

    ``basis`` is what they are most alike in.  ``reason`` says why they are not simply
    the most alike.  A set that was removed can be had back for 30 days.
    """

    name = models.CharField(max_length=100)
    org_code = models.CharField(max_length=10)
    basis = models.CharField(max_length=60, default="all")
    peer_codes = models.JSONField(default=list)
    reason = models.CharField(max_length=300, blank=True)
    saved_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    saved_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta(Owned.Meta):
        abstract = False
        ordering = ("name",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("organisation", "org_code", "name"),
                condition=Q(removed_at=None),
                name="one_set_of_a_name",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Follow(Owned):
    """Somebody asked for one e-mail a month when figures of an organisation change."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="follows")
    org_code = models.CharField(max_length=10)
    since = models.DateTimeField(default=timezone.now)
    last_sent_at = models.DateTimeField(null=True, blank=True)
    last_seal = models.CharField(max_length=64, blank=True)
    stop_token_hash = models.CharField(max_length=64, unique=True)

    class Meta(Owned.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("organisation", "user", "org_code"), name="followed_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} follows {self.org_code}"


def readable_books(user: User | None) -> models.QuerySet[Book]:
    """Return the books that this person may read; ``None`` is anybody.

    The one rule of who reads what: public books, books of one's own organisations, and
    books shared with them.  Call it inside ``across_organisations``.
    """
    readable = Q(is_public=True)
    if user is not None and user.is_authenticated:
        mine = user.memberships.values("organisation")
        readable |= Q(organisation__in=mine) | Q(shares__reader__in=mine)
    return Book.objects.filter(readable, state=State.READY).distinct()


def books_shared_with(organisation: Organisation) -> models.QuerySet[Book]:
    """Return the books of others that this organisation was given to read.

    Call it inside ``across_organisations``.
    """
    return Book.objects.filter(
        shares__reader=organisation, state=State.READY
    ).select_related("organisation")
