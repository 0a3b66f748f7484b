"""Founding a franchise and adding people."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from cli.session import chosen_organisation, member_by_email, opened
from outbound.errors import Invalid
from outbound.identity import members, service
from outbound.identity.resets import make_link
from outbound.ids import uuid7
from outbound.policies.founding import create_organisation
from outbound.texts import is_storable
from outbound.vocabulary import Role

user = typer.Typer(help="People of an organisation.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.command()(init)
    app.add_typer(user, name="user")


def init(
    name: Annotated[str, typer.Option(prompt="Name of the franchise", help="Name of the franchise.")],
    zone: Annotated[
        str, typer.Option(prompt="Time zone (IANA, such as America/Chicago)", help="IANA time zone of its days.")
    ],
    owner_email: Annotated[str, typer.Option(prompt="E-mail of its owner", help="The owner signs in with it.")],
    owner_name: Annotated[str, typer.Option(prompt="Name of its owner", help="The owner's name.")],
    go_live: Annotated[
        str | None, typer.Option(help="First day of work with Outbound, YYYY-MM-DD; today unless told.")
    ] = None,
) -> None:
    """Make a first real franchise: the organisation, its owner and its time zone. No demo data.

    The password is asked for, or read from OUTBOUND_PASSWORD.
    """
    service.refuse_unknown_zone(zone)
    try:
        go_live_on = date.fromisoformat(go_live) if go_live else datetime.now(ZoneInfo(zone)).date()
    except ValueError:
        raise Invalid(f"--go-live {go_live!r} is no date; write it as YYYY-MM-DD.") from None
    service.normal_email(owner_email)
    with opened() as (_, database):
        known = service.is_known(database, uuid7(), owner_email)
        password = None if known else _password()
        if password is not None:
            service.refuse_weak_password(password)
        org_id = create_organisation(database, name=name, zone=zone, go_live_on=go_live_on)
        service.add_member(
            database, org_id, email=owner_email, name=owner_name, role=Role.FRANCHISE_OWNER, password=password
        )
    if known:
        typer.echo(_kept(owner_email))
    typer.echo(f"{name} is founded. Next: `outbound up`, and sign in as {owner_email}.")


@user.command("add")
def add_user(
    email: Annotated[str, typer.Argument(help="The person signs in with it.")],
    name: Annotated[str, typer.Option(prompt="Name", help="The person's name.")],
    role: Annotated[Role, typer.Option(help="What they may do.")] = Role.SALES_REP,
    org: Annotated[str | None, typer.Option(help="Slug of the organisation, where there are several.")] = None,
) -> None:
    """Add a person to an organisation. The password is asked for, or read from OUTBOUND_PASSWORD; who is known
    already, from another organisation, keeps their name and the password they have."""
    service.normal_email(email)
    with opened() as (_, database):
        organisation = chosen_organisation(database, org)
        known = service.is_known(database, organisation.id, email)
        password = None if known else _password()
        service.add_member(database, organisation.id, email=email, name=name, role=role, password=password)
    if known:
        typer.echo(_kept(email))
    typer.echo(f"{email if known else name} ({role}) now belongs to {organisation.name}.")


@user.command("list")
def list_users(
    org: Annotated[str | None, typer.Option(help="Slug of the organisation, where there are several.")] = None,
) -> None:
    """List the people of an organisation: address, name, role, whether active, and whose address nobody proved."""
    with opened() as (_, database):
        organisation = chosen_organisation(database, org)
        with database.as_job(organisation.id, source="cli") as session:
            after = None
            while page := members.find(session, members.MemberFilter(), after=after, limit=500):
                for each in page:
                    standing = f"{each.role}, {'active' if each.active else 'shut out'}"
                    proved = "" if each.email_verified else ", address not proved"
                    typer.echo(f"{each.email}  {each.name}  {standing}{proved}")
                after = page[-1].id


@user.command("reset-link")
def make_reset_link(
    email: Annotated[str, typer.Argument(help="Who is to set a new password.")],
    org: Annotated[str | None, typer.Option(help="Slug of the organisation, where there are several.")] = None,
) -> None:
    """Print a link to set a new password, good once, for a day: for an owner who cannot sign in any more."""
    with opened() as (settings, database):
        organisation = chosen_organisation(database, org)
        member_id = member_by_email(database, organisation, email)
        with database.as_job(organisation.id, source="cli") as session:
            secret, _ = make_link(session, member_id, datetime.now(UTC))
    typer.echo(f"{settings.api_url}/reset-password#{secret}")


def _kept(email: str) -> str:
    """What was not done for somebody who is known."""
    unused = "the name and the OUTBOUND_PASSWORD" if "OUTBOUND_PASSWORD" in os.environ else "the name"
    return (
        f"{email} has a sign-in already and keeps its name and password: {unused} given here "
        f"{'were' if 'OUTBOUND_PASSWORD' in os.environ else 'was'} not used."
    )


def _password() -> str:
    given = os.environ.get("OUTBOUND_PASSWORD")
    if given is not None:
        if not is_storable(given):
            raise Invalid("OUTBOUND_PASSWORD holds bytes that are no UTF-8; choose another password.")
        return given
    answer: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return answer
