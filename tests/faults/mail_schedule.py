"""What is sent when, and as what: F30 to F34, copies that are put back, and clocks that jump."""

from collections.abc import Mapping
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path
from unittest.mock import patch

from sep_desktop.domain.outbox import State
from sep_desktop.domain.people import Role
from sep_desktop.errors import UserError
from sep_desktop.services import outbox, schools
from sep_desktop.services.sample import SCHOOL
from sep_desktop.storage import computer
from sep_desktop.sync.hand_out import write_messages
from sep_desktop.sync.transport import NoConnection
from sep_desktop.sync.visits_queue import VisitsQueue
from tests.faults.case import Case, Context, Tally, Times
from tests.faults.counting import Piece, piece, total
from tests.faults.mail_server import MailServer
from tests.faults.mail_verdicts import letters, settled
from tests.faults.mail_world import CHAIR, HEAD, LEAD, PEOPLE, World, correct, remembering_in, world
from tests.support.fakes import SENDER, FakeTransport
from tests.support.smtp_server import DROP


class Keeping(FakeTransport):
    """Puts off what it is given, and keeps it."""

    def __init__(self, answer: State = State.RETRY) -> None:
        super().__init__(answer=answer, reply="451 4.3.0 later")


def the_same_bytes(context: Context) -> Tally:
    """F30: what is put off is tried again byte for byte; a correction is another message."""
    with world(context) as here, MailServer() as server:
        keeping = Keeping()
        for _ in range(4):
            here.send(keeping)
            here.clock.moment += timedelta(hours=3)
            here.restart()
        here.send(server)
        first = [piece(people, raw) for people, raw in keeping.sent]
        assert len({each.sha256 for each in (*first, *server.pieces)}) == 1, "a retry is another message"
        (message,) = here.store.outbox.messages()
        correct(here.store, message.part.visit_id, "Other words.", here.clock.now())
        here.clock.moment += timedelta(minutes=5)
        here.send(server)
        one, two = server.pieces
        assert one.identifier != two.identifier
        assert one.date != two.date
        assert one.paper != two.paper
        return here.counts(server.pieces)


def unknown_stays(context: Context) -> Tally:
    """F31: ten restarts, and runs by hand and by the clock: what is unknown is never sent again."""
    with world(context) as here, MailServer({"dot-stored": DROP}) as server:
        here.send(server)
        server.steps.clear()
        for number in range(10):
            here.restart()
            here.send(server, at_once=bool(number % 2))
            here.clock.moment += timedelta(days=number)
            assert letters(here) == "UUU"
        assert len(server.messages) == 1
        return here.counts(server.pieces)


def poisoned(context: Context) -> Tally:
    """F32: of two reports the first is refused; the second goes all the same, in that run."""
    with world(context, waiting=2) as here:
        answers = ({"dot": "552 5.3.4 too big"}, {"data": "554 5.6.0 no"}, {"rcpt1": "550 5.1.1 nobody here"})
        steps = context.random.choice(answers)
        with MailServer() as server:
            server.steps.once |= steps
            here.send(server)
            assert letters(here)[3:] == "AAA", letters(here)
            assert letters(here)[0] == "X", letters(here)
            return settled(here, server)


BAD = {
    "a line break": "head@harbourlights.example\r\nBcc: x@elsewhere.example",
    "another command": "head@harbourlights.example>\r\nRCPT TO:<x@elsewhere.example",
    "letters beyond ASCII": "zoë@harbourlights.example",
    "two": "a@harbourlights.example, x@elsewhere.example",
    "a route": "@elsewhere.example:a@harbourlights.example",
    "spaces": "a b@harbourlights.example",
    "no domain": "head@",
    "a pipe": '"|rm -rf /"@harbourlights.example',
}
HOSTILE_NAMES = (
    "Wren <x@elsewhere.example>",
    "x@elsewhere.example, Wren",
    'Wren" <x@elsewhere.example>, "',
    "=?utf-8?q?x=40elsewhere.example=2C?= Wren",
    "Wren\r\nBcc: x@elsewhere.example",
    "(x@elsewhere.example) Wren",
    "Wren; x@elsewhere.example:",
    "\u202eelpmaxe.erehwesle@x Wren",
    "Zoë O'Brien 100% " + "long " * 40,
)


def addresses(context: Context) -> Tally:
    """F33: an address that cannot be is refused when it is entered, a name never becomes an address."""
    named = [(name, partial(_named, context, name)) for name in HOSTILE_NAMES]
    return total(
        [("what is entered", partial(_entered, context)), *named, ("twice", partial(_twice, context))]
    )


def _set_head(here: World, name: str, email: str) -> None:
    schools.set_contact(
        store=here.store, urn=SCHOOL, role=Role.HEADTEACHER, name=name, email=email, now=here.clock.now()
    )


def _readdressed(here: World, address: str, to: str) -> None:
    outbox.correct_address(store=here.store, delivery=here.of(address).id, address=to, now=here.clock.now())


def _entered(context: Context) -> Tally:
    with world(context) as here, MailServer() as server:
        for name, address in BAD.items():
            for enter in (_set_head, _readdressed):
                try:
                    enter(here, *(("Wren Tamblyn", address) if enter is _set_head else (HEAD, address)))
                except UserError:
                    continue
                raise AssertionError(f"{name} was taken as an address")
        _readdressed(here, LEAD, "lead@straße.example")
        here.send(server)
        idn = "lead@xn--strae-oqa.example"
        assert {address for each in server.pieces for address in each.envelope} == {HEAD, CHAIR, idn}
        return here.counts(server.pieces, allowed=(*PEOPLE, idn))


def _named(context: Context, name: str) -> Tally:
    """Somebody of that name, at the same address: the message is made for them before it is sent."""
    with world(context) as here, MailServer() as server:
        (message,) = here.store.outbox.messages()
        _set_head(here, name, HEAD)
        correct(here.store, message.part.visit_id, "Other words.", here.clock.now())
        here.send(server)
        assert letters(here).endswith("AAA"), letters(here)
        assert server.pieces[-1].header == PEOPLE, server.pieces[-1].header
        return here.counts(server.pieces)


def _twice(context: Context) -> Tally:
    """Two roles in one person: one copy, by one RCPT."""
    with world(context) as here, MailServer() as server:
        _readdressed(here, CHAIR, LEAD)
        here.send(server)
        assert set(here.states()) <= {State.ACCEPTED, State.CANCELLED}, here.states()
        again = sum(each.envelope.count(LEAD) for each in server.pieces) - 2
        return Tally(acknowledged=len(here.deliveries()), duplicated=max(0, again))


def five_days_offline(context: Context) -> Tally:
    """F34: five days without a line; then everything goes in the order of completion, once, by one connection."""
    offline = FakeTransport(fails_to_open=NoConnection("No line."))
    with world(context, waiting=3) as here, MailServer() as server:
        for _ in range(5 * 24 * 6):
            here.clock.moment += timedelta(minutes=10)
            here.send(offline, at_once=False)
        hourly = 5 * 24 / 0.8 + 6
        assert 5 * 24 * 0.7 <= offline.opened <= 3 * hourly, f"{offline.opened} attempts in five days"
        assert letters(here) == "R" * 9
        here.clock.moment += timedelta(hours=2)
        here.send(server, at_once=False)
        assert letters(here) == "A" * 9
        completed = [message.identifier for message in here.store.outbox.messages()]
        assert [each.identifier for each in server.pieces] == completed
        assert sum(line.upper().startswith("EHLO") for line in server.seen) == 2, "more than one connection"
        return here.counts(server.pieces)


JUMPS = (
    timedelta(days=-1),
    timedelta(days=-400),
    timedelta(days=365),
    timedelta(hours=-1),
    timedelta(minutes=-7),
    timedelta(hours=9),
    timedelta(seconds=-1),
)


def clocks_that_jump(context: Context) -> Tally:
    """The clock is put forward and back between attempts: what waits goes within a day by it, and once."""
    with world(context, waiting=2) as here, MailServer() as server:
        keeping = Keeping()
        for _ in range(context.random.randint(1, 8)):
            here.clock.moment += context.random.choice(JUMPS)
            here.send(keeping, at_once=context.random.random() < 0.5)
            if context.random.random() < 0.3:
                here.restart()
        for _ in range(26):
            here.send(server, at_once=False)
            here.clock.moment += timedelta(hours=1)
        if here.held:  # a clock that was put back may look like a copy that was: then somebody is asked
            assert set(letters(here)) <= set("AU"), letters(here)
        else:
            assert letters(here) == "AAAAAA", letters(here)
        return here.counts(server.pieces)


ANSWERS: tuple[Mapping[str, str], ...] = (
    {},
    {},
    {"dot": "451 4.3.0 later"},
    {"dot-stored": DROP},
    {"rcpt2": "550 5.1.1 nobody here"},
    {"rcpt1": "450 4.2.1 later"},
    {"mail": DROP},
)


class Copies:
    """A store of which copies are made, put back, and opened on another computer."""

    def __init__(self, context: Context, here: World, server: MailServer, elsewhere: ExitStack) -> None:
        self.random, self.here, self.server, self._elsewhere = context.random, here, server, elsewhere
        self.copies: list[Path] = []
        self.written: list[Piece] = []
        self.is_elsewhere = False

    def copy(self) -> None:
        """A copy of the folder, as it lies there while the store is open or closed."""
        if self.random.random() < 0.5:
            self.here.restart()
        self.copies.append(self.here.copy(f"copy-{len(self.copies)}"))

    def put_back(self) -> None:
        """One of the copies in the store's place."""
        if self.copies:
            self.here.put_back(self.random.choice(self.copies))

    def restart(self) -> None:
        """As every day."""
        self.here.clock.moment += timedelta(hours=self.random.randint(1, 30))
        self.here.restart()

    def send(self) -> None:
        """To a server that answers as chance has it."""
        self.server.steps.clear()
        self.server.steps.update(self.random.choice(ANSWERS))
        self.here.send(self.server, at_once=self.random.random() < 0.8)

    def write(self) -> None:
        """As files, which somebody sends at once."""
        folder = self.here.folder / f"files-{len(self.written)}-{self.random.random()}"
        folder.mkdir()
        for path in write_messages(VisitsQueue(self.here.store), SENDER, folder, self.here.clock).files:
            one = piece((), path.read_bytes())
            self.written.append(
                Piece(one.header, one.header, one.paper, one.identifier, one.date, one.sha256)
            )

    def move(self) -> None:
        """To another computer with the folder, where nothing of this one is remembered; or back."""
        self._elsewhere.close()
        self.is_elsewhere = not self.is_elsewhere
        if self.is_elsewhere:
            self._elsewhere.enter_context(patch.object(computer, "machine", lambda: "another computer"))
            self._elsewhere.enter_context(remembering_in(self.here.folder / "another computer"))
        self.here.restart()


def copies_put_back(context: Context) -> Tally:
    """S3: copies that are made, put back and carried about at random: nothing goes that may have gone already."""
    with world(context, waiting=2) as here, MailServer() as server, ExitStack() as elsewhere:
        copies = Copies(context, here, server, elsewhere)
        deeds = (
            copies.copy,
            copies.copy,
            copies.put_back,
            copies.restart,
            copies.send,
            copies.send,
            copies.write,
            copies.move,
        )
        copies.copy()
        for _ in range(context.random.randint(4, 12)):
            context.random.choice(deeds)()
        return here.counts([*server.pieces, *copies.written])


CASES = (
    Case("F30", "A retry is the same bytes, a correction is not", the_same_bytes),
    Case("F31", "What is unknown is never sent again, after ten restarts", unknown_stays),
    Case("F32", "One poisoned report does not stop the next", poisoned),
    Case("F33", "Addresses that cannot be, and names that would be addresses", addresses, slow=True),
    Case("F34", "Five days offline, then everything in its order", five_days_offline, slow=True),
    Case("S3", "Copies are put back and carried about at random", copies_put_back, Times.CHANCE),
    Case("mail-clock", "The clock jumps between attempts", clocks_that_jump, Times.CHANCE),
)
