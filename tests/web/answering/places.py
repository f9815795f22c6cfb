"""A campaign that asks people, for tests of what they meet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from candela.impact.claims import Role as Answering
from candela.web.answering.sending import Receipt, Sent, send
from candela.web.answering.visits import Visit, find
from candela.web.campaigns import links
from candela.web.campaigns.models import Campaign, Group, Invitation
from candela.web.questionnaires.actions import take_into_use
from candela.web.scoping import organisation_scope
from web.conftest import Place
from web.impact_places import make_campaign, make_group

__all__ = ["NOW", "TODAY", "Asking", "asking", "scope"]

NOW = datetime.now(UTC)  # pages take it from the clock
TODAY = NOW.date()


@dataclass(frozen=True)
class Asking:
    """A group that is asked, and a way to answer."""

    place: Place
    campaign: Campaign
    group: Group

    def invite(self, address: str = "") -> Invitation:
        """Return an invitation that was sent."""
        return self._invited(
            links.new(
                group=self.group,
                channel=Invitation.Channel.EMAIL,
                address=address,
                expires_on=TODAY + timedelta(days=30),
            )
        )

    def paper(self) -> Invitation:
        """Return a sheet of paper with its code."""
        return self._invited(
            links.new(group=self.group, channel=Invitation.Channel.PAPER)
        )

    def _invited(self, made: Invitation) -> Invitation:
        made.state, made.sent_on = Invitation.State.SENT, TODAY
        with organisation_scope(self.place.organisation):
            made.save()
        return made

    def token(self) -> str:
        """Return the secret of a new link."""
        return links.token_of(self.invite())

    def visit(self, token: str) -> Visit:
        """Return what a link that works leads to."""
        found = find(token, NOW)
        assert found is not None
        return found

    def send(self, token: str, *, now: datetime = NOW, **sent: object) -> Receipt:
        """Send something with a link."""
        given = {"answers": {"any": "no_change"}, **sent}
        return send(visit=self.visit(token), sent=Sent(**given), now=now)  # type: ignore[arg-type]


def asking(
    place: Place,
    mode: str = Group.Mode.ANONYMOUS,
    role: Answering = Answering.PARTICIPANT,
    campaign: Campaign | None = None,
    **more: object,
) -> Asking:
    """Return an open campaign with one group in it."""
    with organisation_scope(place.organisation):
        campaign = campaign or make_campaign(
            place,
            status=Campaign.Status.OPEN,
            opens_on=TODAY - timedelta(days=3),
            closes_on=TODAY + timedelta(days=30),
            started_at=NOW - timedelta(days=3),
            closed_at=None,
            contact="Ada Quill, 01632 960001",
            help_now="Ring 111, or 999 in an emergency.",
            read_by=date(2027, 1, 31),
            told_by=date(2027, 3, 1),
        )
        version = take_into_use(
            organisation=place.organisation, key=role.value, by=None, now=NOW
        )
        given = {"mode": mode, "questionnaire": version, **more}
        group = make_group(place, campaign, role, **given)
    return Asking(place, campaign, group)


@contextmanager
def scope(place: Place) -> Iterator[None]:
    """Look at the rows of one organisation."""
    with organisation_scope(place.organisation):
        yield
