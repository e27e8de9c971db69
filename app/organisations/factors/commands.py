"""Setting up second factors, giving one, and taking them away."""

import base64
import secrets
import time
import uuid
from typing import Any, Final

from litestar import Request
from sqlalchemy import delete, func, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.commands import record
from app.core.actor import Actor, me
from app.core.db import new_id, settings_of
from app.core.errors import Refused, RuleBroken
from app.core.keys import CannotUnseal, derive_key, seal, unseal
from app.core.permissions import Duty
from app.core.sessions import renew
from app.notifications.commands import send
from app.organisations.account.queries import get_account
from app.organisations.factors import queries
from app.organisations.factors.domain import (
    RECOVERY_CODES,
    RECOVERY_LENGTH,
    RECOVERY_LETTERS,
    SECRET_BYTES,
    find_step,
    grouped,
    tidy,
)
from app.organisations.factors.models import AuthenticatorApp, Passkey, RecoveryCode
from app.organisations.factors.webauthn import Made, Relying, check_made, check_shown
from app.organisations.links import sha256
from app.organisations.models import PersonSession
from app.organisations.providers.models import OutsideIdentity

AnyRequest = Request[Any, Any, Any]

MOST_PASSKEYS: Final = 20
# What the browser's session holds while a factor is set up or asked for.
SETUP: Final = "authenticator_setup"
CHALLENGE: Final = "passkey_challenge"

WRONG_CODE: Final = "This code is not right. Type the one that your app shows now"
WRONG_PASSKEY: Final = "This passkey did not work. Try again, or use another way"


def wrong(code: str, message: str) -> RuleBroken:
    """The answer to a factor that does not fit."""
    return RuleBroken(code, message)


# Authenticator apps


def begin_app(request: AnyRequest, db: AsyncSession, actor: Actor) -> bytes:
    """The secret of an app that is being set up, kept sealed in the browser's session."""
    key = derive_key(settings_of(db).secret_key, "authenticator-setup")
    kept = request.session.get(SETUP)
    if isinstance(kept, str):
        try:
            return unseal(key, base64.b64decode(kept), place=me(actor).bytes)
        except CannotUnseal:
            del request.session[SETUP]
    secret = secrets.token_bytes(SECRET_BYTES)
    sealed = seal(key, secret, place=me(actor).bytes)
    request.session[SETUP] = base64.b64encode(sealed).decode()
    return secret


async def add_app(request: AnyRequest, db: AsyncSession, actor: Actor, *, code: str) -> list[str]:
    """Take an app that shows the right code; it replaces the one before. This counts as giving it.

    Gives new recovery codes if this is the first factor. Raises RuleBroken for a wrong code.
    """
    secret = begin_app(request, db, actor)
    step = find_step(secret, tidy(code), int(time.time()), after=0)
    if step is None:
        raise wrong("code-wrong", WRONG_CODE)
    is_first = not (await queries.count_factors(db, me(actor))).any
    await db.execute(delete(AuthenticatorApp).where(AuthenticatorApp.person_id == me(actor)))
    row_id = new_id()
    key = derive_key(settings_of(db).secret_key, "authenticator")
    app = AuthenticatorApp(
        id=row_id,
        person_id=me(actor),
        sealed_secret=seal(key, secret, place=row_id.bytes),
        last_step=step,
    )
    db.add(app)
    await db.flush()
    request.session.pop(SETUP, None)
    return await _added(request, db, actor, ("authenticator_app", row_id), is_first=is_first)


# Passkeys


async def add_passkey(
    request: AnyRequest, db: AsyncSession, actor: Actor, *, relying: Relying, name: str, answer: str
) -> list[str]:
    """Take a passkey that the browser made. This counts as giving it.

    Gives new recovery codes if this is the first factor. Raises RuleBroken for an answer that does
    not fit what was asked, or where there are too many.
    """
    made: Made = check_made(relying, take_challenge(request), answer)
    count = await queries.count_factors(db, me(actor))
    if count.passkeys >= MOST_PASSKEYS:
        raise RuleBroken("too-many-passkeys", "Remove a passkey that you do not use any more first")
    passkey = Passkey(
        person_id=me(actor),
        name=name,
        credential_id=made.credential_id,
        public_key=made.public_key,
        sign_count=made.sign_count,
    )
    db.add(passkey)
    await db.flush()
    return await _added(request, db, actor, ("passkey", passkey.id), is_first=not count.any)


def put_challenge(request: AnyRequest, challenge: bytes) -> None:
    """Remember what the browser is asked to sign; the next question takes its place."""
    request.session[CHALLENGE] = base64.b64encode(challenge).decode()


def take_challenge(request: AnyRequest) -> bytes:
    """What the browser was asked to sign: each counts once. Raises RuleBroken if it was nothing."""
    kept = request.session.pop(CHALLENGE, None)
    if not isinstance(kept, str):
        raise wrong("passkey-wrong", WRONG_PASSKEY)
    return base64.b64decode(kept)


async def _added(
    request: AnyRequest,
    db: AsyncSession,
    actor: Actor,
    subject: tuple[str, uuid.UUID],
    *,
    is_first: bool,
) -> list[str]:
    await record(db, actor, "factor.added", subject=subject)
    await tell(db, me(actor), "factor_added")
    codes = await make_recovery_codes(db, actor) if is_first else []
    await _given(request, db, actor, subject[0])
    return codes


# Giving one


async def give_code(request: AnyRequest, db: AsyncSession, actor: Actor, *, code: str) -> None:
    """Give the code that the app shows now. Raises RuleBroken for one that is wrong or was used."""
    app = await queries.lock_app(db, me(actor))
    step = None
    if app is not None:
        key = derive_key(settings_of(db).secret_key, "authenticator")
        try:
            secret = unseal(key, app.sealed_secret, place=app.id.bytes)
        except CannotUnseal:
            raise RuleBroken(
                "code-unreadable",
                "We cannot check codes of your app any more. Use a recovery code, then set it up "
                "again",
            ) from None
        step = find_step(secret, tidy(code), int(time.time()), after=app.last_step)
    if app is None or step is None:
        raise wrong("code-wrong", WRONG_CODE)
    app.last_step, app.used_at = step, func.now()
    await db.flush()
    await _given(request, db, actor, "authenticator_app")


async def give_passkey(
    request: AnyRequest, db: AsyncSession, actor: Actor, *, relying: Relying, answer: str
) -> None:
    """Give a passkey that signed what was asked. Raises RuleBroken for any other."""
    challenge = take_challenge(request)
    shown = check_shown(answer)
    passkey = await queries.lock_passkey(db, me(actor), shown.credential_id)
    if passkey is None:
        raise wrong("passkey-wrong", WRONG_PASSKEY)
    passkey.sign_count = shown.verify(
        relying, challenge, public_key=passkey.public_key, sign_count=passkey.sign_count
    )
    passkey.used_at = func.now()
    await db.flush()
    await _given(request, db, actor, "passkey")


async def give_recovery_code(
    request: AnyRequest, db: AsyncSession, actor: Actor, *, code: str
) -> None:
    """Use up a recovery code. Raises RuleBroken for one that is wrong or was used."""
    used = await db.scalar(
        update(RecoveryCode)
        .where(
            RecoveryCode.person_id == me(actor),
            RecoveryCode.code_sha256 == sha256(tidy(code)),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=func.now())
        .returning(RecoveryCode.id)
    )
    if used is None:
        raise wrong("code-wrong", "This recovery code is not right, or was used before")
    await tell(db, me(actor), "recovery_code_used")
    await _given(request, db, actor, "recovery_code")


async def refused(db: AsyncSession, actor: Actor, how: str) -> None:
    """Write down that somebody gave a factor that did not fit."""
    await record(
        db,
        actor,
        "factor.refused",
        subject=("person_session", actor.person_session_id) if actor.person_session_id else None,
        facts={"how": how},
    )


async def _given(request: AnyRequest, db: AsyncSession, actor: Actor, how: str) -> None:
    """From here on the sign-in may do more, so its session gets a new id (rule 10)."""
    await db.execute(
        update(PersonSession)
        .where(PersonSession.id == actor.person_session_id)
        .values(second_factor_at=func.now(), store_key=renew(request))
    )
    await record(
        db,
        actor,
        "factor.given",
        subject=("person_session", actor.person_session_id) if actor.person_session_id else None,
        facts={"how": how},
    )


# Recovery codes


async def make_recovery_codes(db: AsyncSession, actor: Actor) -> list[str]:
    """Ten new codes, as they are to be written down; those before stop working."""
    await db.execute(delete(RecoveryCode).where(RecoveryCode.person_id == me(actor)))
    codes = [
        "".join(secrets.choice(RECOVERY_LETTERS) for _ in range(RECOVERY_LENGTH))
        for _ in range(RECOVERY_CODES)
    ]
    db.add_all([RecoveryCode(person_id=me(actor), code_sha256=sha256(code)) for code in codes])
    await db.flush()
    await record(db, actor, "factor.codes_made", subject=("person", me(actor)))
    return [grouped(code, "-") for code in codes]


# Taking away


async def remove_app(db: AsyncSession, actor: Actor) -> None:
    """Take the authenticator app away. Raises Refused where it is the last factor and needed."""
    await _require_another(db, actor)
    app = await queries.lock_app(db, me(actor))
    if app is not None:
        await _remove(db, actor, app, "authenticator_app")


async def remove_passkey(db: AsyncSession, actor: Actor, *, passkey_id: uuid.UUID) -> None:
    """Take a passkey away. Raises NotFound; Refused where it is the last factor and needed."""
    passkey = await queries.get_passkey(db, me(actor), passkey_id)
    await _require_another(db, actor)
    await _remove(db, actor, passkey, "passkey")


async def _remove(
    db: AsyncSession, actor: Actor, factor: AuthenticatorApp | Passkey, kind: str
) -> None:
    await db.delete(factor)
    await db.flush()
    if not (await queries.count_factors(db, me(actor))).any:
        await db.execute(delete(RecoveryCode).where(RecoveryCode.person_id == me(actor)))
    await record(db, actor, "factor.removed", subject=(kind, factor.id))
    await tell(db, me(actor), "factor_removed")


async def _require_another(db: AsyncSession, actor: Actor) -> None:
    count = await queries.count_factors(db, me(actor))
    duties = {duty for one in actor.memberships for duty in one.duties} - {Duty.MEMBER}
    if count.passkeys + count.apps <= 1 and (duties or actor.is_operator):
        raise Refused(
            "last-factor",
            "Your duties need a second factor, and this is the last one you have. Add another one "
            "first.",
        )


async def reset(db: AsyncSession, actor: Actor, *, person: queries.Resettable) -> None:
    """Take all second factors of somebody else away, and end their sign-ins.

    The person sets up new ones at the next sign-in, and is told by mail. Raises Refused for
    oneself, and where the person does something for another organisation too: that is the
    operator's to decide.
    """
    if person.person_id == actor.person_id:
        raise Refused(
            "reset-of-oneself",
            "You cannot reset your own second factor. Ask another administrator of your "
            "organisation.",
        )
    if person.has_duties_elsewhere and not actor.is_operator:
        raise Refused(
            "reset-by-operator",
            "You cannot reset the second factor of this person. Ask the operator of the exchange.",
        )
    for table in (AuthenticatorApp, Passkey, RecoveryCode):
        await db.execute(delete(table).where(table.person_id == person.person_id))
    if actor.organisation_id is not None:
        await db.execute(
            delete(OutsideIdentity).where(
                OutsideIdentity.person_id == person.person_id,
                OutsideIdentity.organisation_id == actor.organisation_id,
            )
        )
    await db.execute(
        update(PersonSession)
        .where(PersonSession.person_id == person.person_id, PersonSession.ended_at.is_(None))
        .values(ended_at=func.now())
    )
    await tell(db, person.person_id, "factor_reset")
    # The organisation's own chain: its administrators see who reset whose factor.
    organisation_id = None if actor.is_operator else actor.organisation_id
    await record(
        db,
        actor,
        "factor.reset",
        subject=("person", person.person_id),
        organisation_id=organisation_id,
    )


async def tell(db: AsyncSession, person_id: uuid.UUID, template: str) -> None:
    """Tell somebody at every address of theirs that their second factors changed."""
    account = await get_account(db, person_id)
    for address in {account.email, account.private_email} - {None}:
        await send(
            db,
            to=str(address),
            template=template,
            values={"path": "/account/second-factor"},
            language="cy" if account.language == "cy" else "en",
            person_id=person_id,
            inbox=False,
        )
