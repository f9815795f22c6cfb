"""Who may open an address?  Every view says so, or the service does not start.

=================  ========================================================
rule               who
=================  ========================================================
``public``         anyone
``signed_in``      anyone signed in
``book_reader``    who may read the book in the address
``member``         a member of the organisation in the address, with the
                   permission named
``operator``       who keeps the service
``link_holder``    who holds the secret link
=================  ========================================================

What belongs to another organisation is *not found*, never *forbidden*.  Who is not
signed in is asked to sign in, whether the thing exists or not.  What is in one's own
organisation and needs another role says which role, and who holds it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from enum import Enum
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.checks import Error, register
from django.db import OperationalError, connection, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver
from django.views.decorators.http import require_http_methods, require_safe

from candela.web.accounts.models import Membership, User
from candela.web.accounts.permissions import Permission
from candela.web.audit.actions import Action
from candela.web.audit.chain import record
from candela.web.books.models import Book, readable_books
from candela.web.errors import missing_role
from candela.web.scoping import (
    across_organisations,
    organisation_scope,
    read_transaction,
)

__all__ = [
    "Kind",
    "Rule",
    "book_reader",
    "declare",
    "every_address",
    "link_holder",
    "member",
    "operator",
    "public",
    "signed_in",
]

View = Callable[..., HttpResponse]
READS = ("GET", "HEAD")


class Kind(Enum):
    """Who may open an address."""

    PUBLIC = "anyone"
    SIGNED_IN = "anyone signed in"
    BOOK_READER = "who may read the book"
    MEMBER = "members with a permission"
    OPERATOR = "who keeps the service"
    LINK_HOLDER = "who holds the link"


@dataclass(frozen=True)
class Rule:
    """The access rule of one address; ``writes`` says that POST changes something."""

    kind: Kind
    permission: Permission | None = None
    writes: bool = False


def declare(rule: Rule, view: View) -> View:
    """Return the view with its rule; for views of others that check by themselves."""
    view.access = rule  # type: ignore[attr-defined]
    return view


def public(view: View | None = None, *, writes: bool = False) -> Any:
    """Let anyone in."""

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            with _transaction(writes=writes), organisation_scope(None):
                return view(request, *args, **kwargs)

        return _finished(checked, Rule(Kind.PUBLIC, writes=writes))

    return decorate if view is None else decorate(view)


def signed_in(view: View | None = None, *, writes: bool = False) -> Any:
    """Let in who is signed in; what they see is their own."""

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            with _transaction(writes=writes), organisation_scope(None):
                return view(request, *args, **kwargs)

        return _finished(checked, Rule(Kind.SIGNED_IN, writes=writes))

    return decorate if view is None else decorate(view)


def book_reader(view: View) -> View:
    """Let in who may read the book ``book_id``; hands the view the book itself."""

    @wraps(view)
    def checked(
        request: HttpRequest, book_id: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        with _transaction(writes=False):
            book = find_book(request, book_id)
            if book is None and not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if book is None:
                raise Http404
            request.book = book  # type: ignore[attr-defined]
            with organisation_scope(None):
                return view(request, book, *args, **kwargs)

    return _finished(checked, Rule(Kind.BOOK_READER))


def find_book(request: HttpRequest, book_id: str) -> Book | None:
    """Return the book with this id if the person asking may read it."""
    user = request.user if isinstance(request.user, User) else None
    with across_organisations():
        return (
            readable_books(user)
            .select_related("organisation")
            .filter(public_id=book_id)
            .first()
        )


def member(permission: Permission, *, writes: bool = False) -> Callable[[View], View]:
    """Let in members of the organisation ``slug`` with a permission.

    Sets ``request.organisation`` and ``request.membership``; everything the view reads
    or writes is of that organisation.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(
            request: HttpRequest, slug: str, *args: Any, **kwargs: Any
        ) -> HttpResponse:
            if not isinstance(request.user, User):
                return redirect_to_login(request.get_full_path())
            with _transaction(writes=writes):
                membership = _membership(request.user, slug)
                if not membership.may(permission):
                    return _refused(request, permission, membership)
                request.membership = membership  # type: ignore[attr-defined]
                request.organisation = membership.organisation  # type: ignore[attr-defined]
                with organisation_scope(membership.organisation):
                    return view(request, *args, **kwargs)

        return _finished(checked, Rule(Kind.MEMBER, permission, writes=writes))

    return decorate


def _refused(
    request: HttpRequest, permission: Permission, membership: Membership
) -> HttpResponse:
    """Say which role is needed; an attempt to change something goes into the audit."""
    organisation = membership.organisation
    if request.method not in READS:
        record(
            Action.REFUSED,
            by=membership.user,
            organisation=organisation,
            needed=permission.name.lower(),
        )
    with organisation_scope(organisation):
        return missing_role(request, permission, membership)


def _membership(user: User, slug: str) -> Membership:
    with across_organisations():
        found = (
            Membership.objects.filter(user=user, organisation__slug=slug)
            .select_related("organisation", "user")
            .first()
        )
    if found is None:
        raise Http404
    return found


def operator(view: View | None = None, *, writes: bool = False) -> Any:
    """Let in who keeps the service; for anyone else the page does not exist."""

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not isinstance(request.user, User):
                return redirect_to_login(request.get_full_path())
            if not request.user.is_operator:
                raise Http404
            with _transaction(writes=writes), organisation_scope(None):
                return view(request, *args, **kwargs)

        return _finished(checked, Rule(Kind.OPERATOR, writes=writes))

    return decorate if view is None else decorate(view)


def link_holder(view: View | None = None, *, writes: bool = False) -> Any:
    """Let in who holds a secret link; the view itself looks the token up."""

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            with _transaction(writes=writes), organisation_scope(None):
                return view(request, *args, **kwargs)

        return _finished(checked, Rule(Kind.LINK_HOLDER, writes=writes))

    return decorate if view is None else decorate(view)


def _finished(view: View, rule: Rule) -> View:
    """Return a view that knows its rule and takes only the methods it is for."""
    allowed = (
        require_http_methods([*READS, "POST"])(view)
        if rule.writes
        else require_safe(view)
    )
    if not rule.writes:
        allowed = transaction.non_atomic_requests(allowed)
    return declare(rule, allowed)


def _transaction(*, writes: bool) -> AbstractContextManager[None]:
    """Return the transaction a view runs in; writers already have the request's."""
    return _whole() if writes else read_transaction()


@contextmanager
def _whole() -> Iterator[None]:
    """Never answer that something is done which was rolled back underneath."""
    yield
    if connection.in_atomic_block and connection.needs_rollback:
        raise OperationalError("the transaction of this request was rolled back")


def every_address() -> Iterator[tuple[str, URLPattern]]:
    """Yield every address of the service with its pattern."""
    yield from _addresses(get_resolver(), "")


def _addresses(of: URLResolver, above: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in of.url_patterns:
        address = above + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _addresses(pattern, address)
        else:
            yield address, pattern


@register
def undeclared_addresses(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Refuse to start with an address that does not say who may open it."""
    return [
        Error(
            f"/{address} does not say who may open it",
            hint="Decorate its view with a rule of candela.web.access.",
            id="candela.E001",
        )
        for address, pattern in every_address()
        if not isinstance(getattr(pattern.callback, "access", None), Rule)
    ]
