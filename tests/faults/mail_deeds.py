"""What somebody decides while the mail server weighs the message, and who was replaced meanwhile."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from sep_desktop.domain.outbox import Choice, State
from sep_desktop.domain.people import Role
from sep_desktop.errors import SepError
from sep_desktop.services import outbox, schools
from sep_desktop.services.sample import SCHOOL
from tests.faults.case import Case, Context, Tally
from tests.faults.counting import copies, total
from tests.faults.mail_server import MailServer
from tests.faults.mail_verdicts import letters
from tests.faults.mail_world import CHAIR, HEAD, LEAD, PEOPLE, World, correct, world
from tests.support.smtp_server import DROP

NEW = "corin@harbourlights.example"
ROLES = {HEAD: Role.HEADTEACHER, CHAIR: Role.CHAIR, LEAD: Role.HEAD_OF_SUPPORT}


def _on(whom: str, service: Callable[..., object], **options: object) -> Callable[[World], object]:
    def deed(here: World) -> object:
        return service(store=here.store, delivery=here.of(whom).id, now=here.clock.now(), **options)

    return deed


def _replace(address: str, new: str = NEW) -> Callable[[World], object]:
    def deed(here: World) -> object:
        return schools.set_contact(
            store=here.store,
            urn=SCHOOL,
            role=ROLES[address],
            name="Corin Pell",
            email=new,
            now=here.clock.now(),
        )

    return deed


def _correct(here: World) -> object:
    (message,) = here.store.outbox.messages()
    return correct(here.store, message.part.visit_id, "Other words.", here.clock.now())


@dataclass(frozen=True)
class Deed:
    """What is done, and to whom: ``about`` is an address, or empty for everybody."""

    about: str
    do: Callable[[World], object]


DEEDS: Mapping[str, Deed] = {
    "cancel": Deed(HEAD, _on(HEAD, outbox.cancel)),
    "hold": Deed(HEAD, _on(HEAD, outbox.hold)),
    "re-address": Deed(HEAD, _on(HEAD, outbox.correct_address, address=NEW)),
    "settle": Deed(HEAD, _on(HEAD, outbox.settle, choice=Choice.LEAVE)),
    "send again": Deed(HEAD, _on(HEAD, outbox.settle, choice=Choice.AGAIN)),
    "cancel the refused": Deed(CHAIR, _on(CHAIR, outbox.cancel)),
    "hold the refused": Deed(CHAIR, _on(CHAIR, outbox.hold)),
    "re-address the refused": Deed(CHAIR, _on(CHAIR, outbox.correct_address, address=NEW)),
    "replace the head": Deed(HEAD, _replace(HEAD)),
    "replace the refused": Deed(CHAIR, _replace(CHAIR)),
    "replace the lead": Deed(LEAD, _replace(LEAD)),
    "correct": Deed("", _correct),
}
WEIGHED: Mapping[str, tuple[Mapping[str, str], State]] = {
    "250": ({}, State.ACCEPTED),
    "452": ({"dot": "452 4.2.2 full"}, State.RETRY),
    "554": ({"dot": "554 5.7.1 no"}, State.REFUSED),
    "no answer": ({"dot-stored": DROP}, State.UNKNOWN),
}
GONE = State.ACCEPTED, State.UNKNOWN
REFUSED_CHAIR = {"rcpt2": "550 5.1.1 nobody here"}


def deeds_at_the_dot(context: Context) -> Tally:
    """S4: whatever is decided while the dot is weighed, the run says what the server said, and so does the store."""
    cases = [(deed, answer) for deed in DEEDS for answer in WEIGHED]
    context.random.shuffle(cases)
    return total((f"{deed}, {answer}", partial(_weighed, context, deed, answer)) for deed, answer in cases)


def _weighed(context: Context, name: str, answer: str) -> Tally:
    deed, (answers, said), refused = DEEDS[name], WEIGHED[answer], list[str]()
    step = next(iter(answers), "dot")

    def at_the_dot() -> None:
        try:
            deed.do(here)
        except SepError as no:
            refused.append(no.message)  # not the error, whose frames would keep the line open

    with world(context) as here, MailServer({**REFUSED_CHAIR, **answers}, {step: at_the_dot}) as server:
        first = {each.address: each.id for each in here.deliveries()}
        report = here.send(server)
        assert not server.steps.problems, server.steps.problems
        assert all(refused)
        for address in (HEAD, LEAD):
            state = here.store.outbox.delivery(first[address]).state
            decided = not refused and deed.about in ("", address) and said not in GONE
            assert state is said or (decided and state in (State.CANCELLED, State.HELD)), (
                f"{address} is {state}"
            )
        if said in GONE:
            assert report.states[said] == 2, f"two are {said}, told was: {report}"
            assert "nothing was sent" not in str(report).lower(), str(report)
        return _afterwards(here, server, first)


def _afterwards(here: World, server: MailServer, first: Mapping[str, int]) -> Tally:
    """Everything that still waits goes; what was decided and heeded stays so; nothing is there twice."""
    at_first = copies(server.pieces)
    stopped = [
        each.address
        for each in here.deliveries()
        if each.id in first.values() and each.state in (State.CANCELLED, State.HELD)
    ]
    papers = {paper for _, paper in at_first}
    server.steps.clear()
    for _ in range(2):
        here.send(server)
        here.restart()
    for address, paper in copies(server.pieces):
        assert address not in stopped or (address, paper) in at_first or paper not in papers
    return here.counts(server.pieces, allowed=(*PEOPLE, NEW))


LATE = ("cancel", "hold", "re-address", "settle", "send again")


def too_late_to_decide(context: Context) -> Tally:
    """F35: what is being handed over is decided about by nobody; they are told so, politely."""
    return total((name, partial(_too_late, context, name)) for name in LATE)


def _too_late(context: Context, name: str) -> Tally:
    told: list[str] = []

    def at_the_dot() -> None:
        assert here.of(HEAD).state is State.HANDING_OVER
        try:
            DEEDS[name].do(here)
        except SepError as no:
            told.append(no.message)

    with world(context) as here, MailServer({}, {"dot": at_the_dot}) as server:
        assert str(here.send(server)) == "Accepted by the mail server: 3 people."
        assert not server.steps.problems, server.steps.problems
        assert told, "it was decided about"
        assert told[0].endswith("."), told
        assert letters(here) == "AAA"
        return here.counts(server.pieces)


WHEN = ("before the first attempt", "after an attempt that was put off", "after somebody else has it")


def replaced_people(context: Context) -> Tally:
    """S14: somebody who was replaced before they had anything is sent nothing and stands in no header."""
    cases = [(address, when) for address in PEOPLE for when in WHEN]
    return total(
        (f"{address}, {when}", partial(_replaced, context, address, when)) for address, when in cases
    )


def _replaced(context: Context, address: str, when: str) -> Tally:
    answers = {
        WHEN[0]: {},
        WHEN[1]: {"dot": "451 4.3.0 later"},
        WHEN[2]: {
            f"rcpt{number}": "450 4.2.1 later" for number in (1, 2, 3) if PEOPLE[number - 1] == address
        },
    }[when]
    with world(context) as here, MailServer(answers) as server:
        if answers:
            here.send(server)
        server.steps.clear()
        sent_before = len(server.pieces)
        here.clock.moment = here.clock.moment.replace(hour=13)
        _replace(address)(here)
        for _ in range(2):
            here.send(server)
            here.restart()
        late = server.pieces[sent_before:]
        leaked = sum(address in {*each.envelope, *each.header} for each in late)
        others = {each for each in PEOPLE if each != address}
        assert {each for each, _ in copies(server.pieces)} == others, copies(server.pieces)
        tally = here.counts(server.pieces, allowed=PEOPLE)
        outbox.correct_address(
            store=here.store, delivery=here.of(address).id, address=NEW, now=here.clock.now()
        )
        here.send(server)
        assert {each for each, _ in copies(server.pieces)} == {*others, NEW}
        headers = [each.header for each in server.pieces if NEW in each.envelope]
        return tally + Tally(leaked=leaked + sum(address in header for header in headers))


CASES = (
    Case(
        "S4",
        "Whatever is decided at the dot, the run tells what the server said",
        deeds_at_the_dot,
        slow=True,
    ),
    Case("F35", "What is being handed over is decided about by nobody", too_late_to_decide),
    Case("S14", "Somebody replaced after queueing is in no header", replaced_people),
)
