"""Letters of performance management, each to one reader: what anybody else gets to see of them."""

import io
from collections.abc import Mapping
from email import message_from_bytes

import pikepdf

from sep_desktop.domain.outbox import State
from sep_desktop.services.appraisals import opening
from sep_desktop.services.appraisals.stores import OpenStores
from sep_desktop.storage.sealed import store as sealed_stores
from sep_desktop.storage.sealed.store import SealedStore
from sep_desktop.sync.hand_over import hand_over
from sep_desktop.sync.sealed_queue import SealedQueue
from sep_desktop.sync.smtp import SmtpTransport
from tests.faults.case import Case, Context, Tally, Times
from tests.faults.counting import piece
from tests.faults.mail_server import MailServer
from tests.faults.mail_world import PATIENT, QUICK, World, world
from tests.support.appraisals import PANEL, SEALED, SECRETS, begun, completed, fill
from tests.support.fakes import SENDER
from tests.support.smtp_server import DROP

ANSWERS: tuple[Mapping[str, str], ...] = (
    {},
    {"dot": "451 4.3.0 later"},
    {"dot-stored": DROP},
    {"rcpt1": "450 4.2.1 later"},
    {"mail": DROP},
    {"after": DROP},
)
PRIVATE = ("Words for", *(name for each in PANEL for name in (each.name, each.email)), *SECRETS.values())
"""What nobody on the line may hear. To a reader, only their own name and address are no secret."""


def letters_to_readers(context: Context) -> Tally:
    """Through a server that answers as chance has it, with restarts: each reader has theirs once, and nothing else."""
    with world(context, waiting=0) as here, MailServer() as server:
        sealed, _ = sealed_stores.create(here.locations, SEALED, QUICK)
        now = here.clock.now()
        cycle = begun(here.store, sealed, now)
        fill(sealed, cycle, now)
        completed(here.store, sealed, cycle, now)
        for number in range(6):
            server.steps.clear()
            server.steps.once |= context.random.choice(ANSWERS) if number < 4 else {}
            if stored := server.steps.once.pop("dot-stored", ""):
                server.steps["dot-stored"] = stored
            transport = SmtpTransport(here.account(server.line.port), PATIENT)
            hand_over(SealedQueue(here.store, sealed), transport, SENDER, here.clock, at_once=True)
            sealed.close()
            sealed = sealed_stores.unlock(here.locations, SEALED)
            opening.begin(stores=OpenStores(here.store, sealed), urn="", now=here.clock.now())
        return _counted(here, server, sealed)


def _counted(here: World, server: MailServer, sealed: SealedStore) -> Tally:
    accepted = [each.address for each in sealed.letters.in_state(State.ACCEPTED)]
    waiting = sealed.letters.in_state(State.QUEUED, State.RETRY)
    sealed.close()
    assert not waiting, waiting
    arrived = [address for each in server.pieces for address in each.envelope]
    leaked = server.heard(*PRIVATE) + sum(_seen_by_others(*message) for message in server.messages)
    return Tally(
        acknowledged=len(accepted),
        lost=sum(address not in arrived for address in accepted),
        duplicated=len(arrived) - len(set(arrived)),
        leaked=leaked,
    )


def _seen_by_others(recipients: list[str], raw: bytes) -> int:
    """How much of a letter is of somebody else, or can be read without its password."""
    one = piece(recipients, raw)
    (reader,) = recipients
    theirs = next(each for each in PANEL if each.email == reader)
    others = [word for word in PRIVATE if word not in (theirs.name, theirs.email)]
    paper = message_from_bytes(raw).get_payload()[1].get_payload(decode=True)  # type: ignore[union-attr, index]
    seen = sum(word.encode() in raw or word.encode() in paper for word in others)
    for secret in ("", *(word for address, word in SECRETS.items() if address != reader)):
        try:
            pikepdf.open(io.BytesIO(paper), password=secret).close()
        except pikepdf.PasswordError:
            continue
        seen += 1
    return seen + (one.header != (reader,))


CASES = (
    Case("sealed-mail", "Letters reach their one reader, once", letters_to_readers, Times.CHANCE, slow=True),
)
