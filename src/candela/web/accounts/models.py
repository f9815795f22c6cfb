"""People, organisations, who is what where, and who has been asked to join.

Personal data: ``User.email`` and ``User.name``, ``Invitation.email``.  Nothing else
here describes a person.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from candela.web.accounts.permissions import Permission, Role, permissions_of
from candela.web.scoping import Owned

__all__ = ["Invitation", "Membership", "Organisation", "User"]

INVITATION_LASTS = timedelta(days=7)


class UserManager(BaseUserManager["User"]):
    """Finds people by e-mail address, whatever its capitals."""

    def create_user(
        self, email: str, *, name: str, password: str | None = None, **more: Any
    ) -> User:
        """Return a new person; without a password only a passkey lets them in."""
        from allauth.account.models import EmailAddress

        user = self.model(email=email.strip().lower(), name=name.strip(), **more)
        user.set_password(password)
        user.save()
        # Nobody makes an account alone: whoever gave the link vouches for the address.
        # allauth never takes the way in from who has a proved one.
        EmailAddress.objects.create(
            user=user, email=user.email, verified=True, primary=True
        )
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """Return the person with this e-mail address."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person who can sign in."""

    email = models.EmailField("e-mail address", unique=True)
    name = models.CharField("name", max_length=100)
    is_active = models.BooleanField(default=True)
    is_operator = models.BooleanField(
        default=False, help_text="Keeps the service itself: its health, organisations."
    )
    joined_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """Return the name, as Django's parts ask for it."""
        return self.name


class Organisation(models.Model):
    """An organisation that uses this service; not one that a book describes."""

    slug = models.SlugField("name in addresses", max_length=50, unique=True)
    name = models.CharField("name", max_length=150)
    org_code = models.CharField(
        "organisation code",
        max_length=10,
        blank=True,
        help_text="Its code (ODS) in books, so that `My organisation` can open there.",
    )
    is_training = models.BooleanField(
        default=False, help_text="Made up, to try things in; no e-mail leaves it."
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


def _known_roles(roles: Iterable[str]) -> None:
    if not roles or set(roles) - set(Role):
        raise ValidationError("choose at least one of the roles that there are.")


class Membership(Owned):
    """What one person is in one organisation."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    roles = models.JSONField(validators=[_known_roles])
    since = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(null=True, blank=True)

    class Meta(Owned.Meta):
        abstract = False
        ordering = ("user__name",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("organisation", "user"), name="one_membership_each"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.organisation_id}"

    def may(self, permission: Permission) -> bool:
        """Say whether this member may do it."""
        return permission in permissions_of(self.roles)

    @property
    def role_words(self) -> str:
        """The roles as a page lists them."""
        return ", ".join(Role(role).label for role in self.roles)


class Invitation(Owned):
    """A link that makes one person a member, once, for some days.

    Only the hash of its token is kept: who reads the database cannot use it.
    """

    email = models.EmailField("e-mail address")
    roles = models.JSONField(validators=[_known_roles])
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta(Owned.Meta):
        abstract = False
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"invitation {self.pk}"

    @property
    def role_words(self) -> str:
        """The roles as a page lists them."""
        return ", ".join(Role(role).label for role in self.roles)

    @staticmethod
    def new_token() -> str:
        """Return 256 random bits as text for an address."""
        return secrets.token_urlsafe(32)

    @staticmethod
    def hash_of(token: str) -> str:
        """Return what is kept of a token."""
        return hashlib.sha256(token.encode()).hexdigest()

    def is_open(self, now: datetime) -> bool:
        """Say whether it can still be used."""
        return (
            self.accepted_at is None
            and self.withdrawn_at is None
            and now < self.expires_at
        )
