"""Whose rows are these?  One organisation at a time, for reading and for writing.

Three walls, since each alone has a hole.  ``django-scopes`` refuses to read rows of no
organisation, yet lets a row of another be written.  ``Owned`` refuses that, also when
many rows are written at once and when Django follows a relation.  In the
server edition the database itself does both (row-level security), which covers SQL that
never met Django.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db import connection, models, transaction
from django_scopes import ScopedManager, get_scope, scope, scopes_disabled

from candela.errors import NotAllowed

if TYPE_CHECKING:
    from candela.web.accounts.models import Organisation

__all__ = ["Owned", "across_organisations", "organisation_scope", "read_transaction"]

EVERYTHING = "*"
NOTHING = ""


@contextmanager
def organisation_scope(organisation: Organisation | None) -> Iterator[None]:
    """Work on the rows of one organisation; with ``None`` on those of nobody."""
    number = NOTHING if organisation is None else str(organisation.pk)
    # The library takes None for "no restriction"; an empty list is nobody's rows.
    whose: Any = organisation if organisation is not None else []
    with _told_to_database(number), scope(organisation=whose):
        yield


@contextmanager
def across_organisations() -> Iterator[None]:
    """Work on the rows of all: for jobs, upkeep and sign-in, never for a page's data.

    A test lists every place that uses it.
    """
    with _told_to_database(EVERYTHING), scopes_disabled():
        yield


@contextmanager
def read_transaction() -> Iterator[None]:
    """Give readers on PostgreSQL a transaction, and on SQLite none.

    PostgreSQL needs one for its row-level security to know whose rows to show.  On
    SQLite a transaction would take the one writer's lock, and readers would queue.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic():
        yield


@contextmanager
def _told_to_database(number: str) -> Iterator[None]:
    """Tell PostgreSQL whose rows may be touched until the end of the block."""
    if connection.vendor != "postgresql":
        yield
        return
    before = _database_scope()
    _set_database_scope(number)
    try:
        yield
    finally:
        # After an error the transaction is over, and the setting with it.
        if connection.in_atomic_block and not _is_over():
            _set_database_scope(before)


def _is_over() -> bool:
    """Say whether the transaction can only be rolled back."""
    status: str = connection.connection.info.transaction_status.name
    return connection.needs_rollback or status == "INERROR"


def _database_scope() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('candela.organisation', true)")
        (number,) = cursor.fetchone()
    return number or NOTHING


def _set_database_scope(number: str) -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("rows of an organisation are touched in a transaction only")
    with connection.cursor() as cursor:
        # Until the end of the transaction, so that no pooled connection remembers it.
        cursor.execute("SELECT set_config('candela.organisation', %s, true)", [number])


class _OwnedQuerySet(models.QuerySet[Any]):
    """Rows of one organisation; writing many at once is checked like writing one."""

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> Any:
        objs = list(objs)
        for row in objs:
            row.refuse_foreign_organisation()
        return super().bulk_create(objs, *args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        if "organisation" in kwargs or "organisation_id" in kwargs:
            raise NotAllowed("a row never moves from one organisation to another.")
        return super().update(**kwargs)


class Owned(models.Model):
    """A row that belongs to one organisation."""

    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    objects = ScopedManager(
        _manager_class=models.Manager.from_queryset(_OwnedQuerySet),
        organisation="organisation",
    )

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def refuse_foreign_organisation(self) -> None:
        """Refuse to be written in the scope of another organisation, or of none."""
        state = get_scope()
        if state.get("_enabled", True) is False:
            return
        organisation = state.get("organisation") or None
        if organisation is None or organisation.pk != self.organisation_id:
            raise NotAllowed(
                f"a {self._meta.verbose_name} of another organisation cannot be "
                "written here."
            )

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, in the scope of the row's own organisation only."""
        self.refuse_foreign_organisation()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete, in the scope of the row's own organisation only."""
        self.refuse_foreign_organisation()
        return super().delete(*args, **kwargs)
