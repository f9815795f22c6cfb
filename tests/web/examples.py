"""An example of every identifier that an address can hold, of one organisation."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from candela.publish.documents.model import Document, Heading, to_data
from candela.web.accounts.models import Invitation, Membership
from candela.web.accounts.permissions import Role
from candela.web.books.models import Book, Follow, PeerSet
from candela.web.campaigns import links
from candela.web.campaigns.codes import new_code
from candela.web.campaigns.models import Told
from candela.web.coding.models import Coding, Evidence, Quantity, Source, Support
from candela.web.coding.numbering import next_number
from candela.web.jobs.models import Job
from candela.web.questionnaires.actions import take_into_use
from candela.web.questionnaires.drafts import draft_of
from candela.web.questionnaires.models import QuestionnaireVersion
from candela.web.scoping import organisation_scope
from candela.web.stories.models import Report
from candela.web.studies.models import (
    Colleague,
    Milestone,
    Output,
    Service,
    Study,
    StudyOutput,
)
from web.conftest import Place
from web.impact_places import make_campaign, make_group, make_response, make_statement


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
        claims = _claim_examples(place)
        campaigns = _campaign_examples(place, asking)
        reports = _report_examples(place, int(studies["study_id"]))
    return {
        "slug": organisation.slug,
        **studies,
        **claims,
        **campaigns,
        **reports,
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
        "page": "change",
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


def _claim_examples(place: Place) -> dict[str, str]:
    """Return an answer, a statement that rests on it, its figure and its evidence."""
    own = {"organisation": place.organisation}
    response = make_response(place, make_group(place), texts=["My feet are checked."])
    answer = response.answers.get(is_text=True)
    statement = make_statement(place, study=response.group.campaign.study)
    statement.state = "submitted"
    statement.save()
    Source.objects.create(statement=statement, answer=answer, **own)
    Coding.objects.create(answer=answer, coder=place.person(Role.CODER), **own)
    quantity = Quantity.objects.create(
        statement=statement,
        what="feet",
        value=90,
        unit="a month",
        method="measured",
        **own,
    )
    evidence = Evidence.objects.create(
        number=next_number(Evidence, place.organisation),
        kind="minutes",
        title="Minutes",
        **own,
    )
    Support.objects.create(
        statement=statement, evidence=evidence, supports=["change"], **own
    )
    return {
        "answer_id": str(answer.pk),
        "statement_id": str(statement.pk),
        "quantity_id": str(quantity.pk),
        "evidence_id": str(evidence.pk),
    }


def _campaign_examples(place: Place, asking: QuestionnaireVersion) -> dict[str, str]:
    """Return a campaign that is open, a group in it, and one that was told of."""
    now = datetime.now(UTC)
    campaign = make_campaign(
        place,
        status="open",
        closed_at=None,
        started_at=now - timedelta(days=1),
        closes_on=now.date() + timedelta(days=30),
    )
    door = new_code()
    group = make_group(place, campaign, questionnaire=asking, door=door)
    links.new(group=group, channel="email", address="ann@example.org").save()
    links.new(group=group, channel="paper").save()
    told = Told.objects.create(
        organisation=place.organisation,
        campaign=make_campaign(place),
        heard="Feet matter.",
        did="We check them.",
        published_at=now,
    )
    return {
        "campaign_id": str(campaign.pk),
        "group_id": str(group.pk),
        "door": door,
        "told_id": told.campaign.public_id,
    }


def _report_examples(place: Place, study: int) -> dict[str, str]:
    """Return a report that was released for anybody to read."""
    now = datetime.now(UTC)
    document = Document(
        kind="story",
        title="Feet are checked",
        organisation=place.organisation.name,
        dated=now.date(),
        blocks=(Heading("What changed"),),
    )
    report = Report.objects.create(
        organisation=place.organisation,
        kind="story",
        study_id=study,
        title="Feet are checked",
        audience="public",
        state="released",
        content=to_data(document),
        seal="0" * 64,
        released_at=now,
        review_due=now.date() + timedelta(days=730),
    )
    return {"report_id": str(report.pk), "public_id": report.public_id}
