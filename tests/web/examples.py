"""An example of every identifier that an address can hold, of one organisation."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from candela.web.accounts.models import Invitation, Membership
from candela.web.accounts.permissions import Role
from candela.web.books.models import Book, Follow, PeerSet
from candela.web.jobs.models import Job
from candela.web.questionnaires.actions import draft_of, take_into_use
from candela.web.questionnaires.models import QuestionnaireVersion
from candela.web.scoping import organisation_scope
from candela.web.studies.models import (
    Colleague,
    Milestone,
    Output,
    Service,
    Study,
    StudyOutput,
)
from web.conftest import Place


def examples(place: Place, book: Book) -> dict[str, str]:
    """Return an identifier of each kind that belongs to this organisation."""
    organisation = place.organisation
    now = datetime.now(UTC)
    with organisation_scope(organisation):
        job = Job.objects.create(organisation=organisation, kind="check-book")
        invitation = Invitation.objects.create(
            organisation=organisation,
            email="new@example.org",
            roles=[Role.VIEWER.value],
            token_hash=Invitation.hash_of(f"token {organisation.pk} {now}"),
            expires_at=now + timedelta(days=7),
        )
        peers = PeerSet.objects.create(
            organisation=organisation,
            name=f"Alike {PeerSet.objects.count()}",
            org_code="ZA1",
            peer_codes=["ZA2"],
        )
        follow = Follow.objects.create(
            organisation=organisation,
            user=place.person(Role.VIEWER),
            org_code=f"ZA{Follow.objects.count()}",
            stop_token_hash=f"{organisation.pk}-{now.timestamp()}",
        )
        asking = take_into_use(
            organisation=organisation, key="participant", by=None, now=now
        )
        questionnaire = QuestionnaireVersion.objects.filter(
            state=QuestionnaireVersion.State.DRAFT
        ).first() or draft_of(
            version=asking, by=place.person(Role.COORDINATOR), now=now
        )
        member = Membership.objects.get(user=place.person(Role.CODER))
        studies = _study_examples(place)
    return {
        "slug": organisation.slug,
        **studies,
        "book_id": book.public_id,
        "other_id": book.public_id,
        "job_id": str(job.pk),
        "number": str(job.pk),
        "invitation_id": str(invitation.pk),
        "membership_id": str(member.pk),
        "peer_set_id": str(peers.pk),
        "follow_id": str(follow.pk),
        "questionnaire_id": str(questionnaire.pk),
        "token": "a" * 43,
        "uidb36": "1",
        "pk": "1",
        "provider_id": "organisation",
        "code": "ZA1",
        "key": "shmi",
        "name": "shmi",
        "names": "outcomes.periods",
        "analysis": "jonker_2018",
        "printed": "table:position:2:value",
        "rest": "nothing",
        "table": "organisations",
        "path": "tables/organisations.csv",
        "kind": "funnel",
        "what": "invitations",
        "suffix": "svg",
    }


def _study_examples(place: Place) -> dict[str, str]:
    """Return a study with a service, a person, a day for asking and an output."""
    own = {"organisation": place.organisation}
    count = Service.objects.count()
    service = Service.objects.create(name=f"Feet {count}", **own)
    colleague = Colleague.objects.create(name="Ada Heron", **own)
    study = Study.objects.create(
        title="Feet in hospital",
        short_title="Heron",
        plain_name="Heron",
        service=service,
        lead=colleague,
        **own,
    )
    milestone = Milestone.objects.create(
        study=study, kind=Milestone.Kind.CLOSE_OUT, due=date(2026, 4, 30), **own
    )
    output = Output.objects.create(title="What became of the feet", **own)
    StudyOutput.objects.create(study=study, output=output, **own)
    return {
        "study_id": str(study.pk),
        "service_id": str(service.pk),
        "colleague_id": str(colleague.pk),
        "milestone_id": str(milestone.pk),
        "output_id": str(output.pk),
    }
