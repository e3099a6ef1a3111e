"""F36: everything that can be done with an outbox, in any order, against the model in memory."""

import copy
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from sep_desktop.domain.outbox import Choice, State
from sep_desktop.domain.people import Role
from sep_desktop.errors import SepError
from sep_desktop.services import outbox, reports, schools
from sep_desktop.services.sample import SCHOOL
from sep_desktop.sync.hand_out import write_messages, write_papers
from sep_desktop.sync.hand_over import RunReport
from sep_desktop.sync.transport import Outcomes
from sep_desktop.sync.visits_queue import VisitsQueue
from tests.faults.case import Case, Context, Tally, Times
from tests.faults.counting import Piece, copies, piece
from tests.faults.mail_world import CHAIR, HEAD, LEAD, World, second_report, sha_of, world
from tests.faults.outbox_model import Delivery, Holder, Message, Model
from tests.faults.outbox_server import FINALS, REFUSALS, Killed, ModelServer, Script
from tests.support.fakes import SENDER

POOL = (
    HEAD,
    CHAIR,
    LEAD,
    "corin@harbourlights.example",
    "wenna@harbourlights.example",
    "lead@county.example",
)
SAID = (*("250",) * 5, *sorted(FINALS))
ADDRESSES = st.sampled_from(POOL)
ROLES = {"headteacher": Role.HEADTEACHER, "chair": Role.CHAIR, "lead": Role.HEAD_OF_SUPPORT}
IN_MODEL = {role: name for name, role in ROLES.items()}
DECISIONS = st.sampled_from(("hold", "release", "cancel", "arrived", "again", "leave", "re-address"))
DEEDS = st.sampled_from(("hold", "cancel", "again", "leave", "re-address", "replace", "correct"))
SEQUENCES = 2
"""Series of deeds in a round, of up to thirty each."""

AT_THE_DOT = st.none() | st.tuples(DEEDS, st.integers(0, 1_000), ADDRESSES)


class OutboxMachine(RuleBasedStateMachine):
    """The store, the model, and what the server and the folders really have."""

    context: ClassVar[Context]
    tally: ClassVar[Tally]

    def __init__(self) -> None:
        super().__init__()
        self._world = world(self.context, waiting=0)
        self.here: World = self._world.__enter__()
        store, now = self.here.store, self.here.clock.now()
        (first,) = store.visits.of_school(SCHOOL)
        self.visits = (first.id, second_report(store, now))
        self.model = Model({"headteacher": Holder(HEAD), "chair": Holder(CHAIR), "lead": Holder(LEAD)})
        self.pieces: list[Piece] = []
        self.allowed: Counter[tuple[str, str]] = Counter()
        self.expected: dict[int, set[str]] = {}
        self.saved: list[tuple[Path, Model, int]] = []
        self.left = self.accepted = self.deeds = 0
        for visit in self.visits:
            self._tick()
            self._complete(visit)

    def teardown(self) -> None:
        """What the round acknowledged is counted."""
        type(self).tally += Tally(acknowledged=self.accepted, also=Counter(deeds=self.deeds))
        self._world.__exit__(None, None, None)

    # What the model server tells.

    def concerned(self, one: Piece, submitted: set[int]) -> list[Delivery]:
        """The deliveries that a transaction is for. They must be allowed to leave, every one."""
        self._hear_of_those_made_anew()
        for message in sorted(self.model.messages.values(), key=lambda each: (each.at, each.number)):
            theirs = [each for each in self.model.of(message.number) if self.model.may_leave(each)]
            if (
                message.paper == one.paper
                and not {each.number for each in theirs} & submitted
                and set(one.envelope) <= {each.address for each in theirs}
            ):
                return [each for each in theirs if each.address in one.envelope]
        raise AssertionError(f"sent to {one.envelope}, who are not to have it")

    def _hear_of_those_made_anew(self) -> None:
        for message in self.here.store.outbox.messages():
            if message.id in self.model.messages:
                continue
            people = {each.id: (IN_MODEL[each.role], each.address) for each in message.deliveries}
            paper = sha_of(self.here.store, message)
            former = self._former(paper, set(people.values()))
            self.model.make_anew(
                former.number, replace(former, number=message.id, at=self.model.now, named=set()), people
            )

    def _former(self, paper: str, people: set[tuple[str, str]]) -> Message:
        """The message from which these people were to have that paper."""
        for message in self.model.messages.values():
            theirs = {
                (each.role, each.address)
                for each in self.model.of(message.number)
                if self.model.may_leave(each)
            }
            if message.paper == paper and people <= theirs:
                return message
        raise AssertionError(f"a message to {people}, who were to have none")

    def expect(self, deliveries: Sequence[Delivery], outcomes: Outcomes) -> None:
        """What the server says of somebody wins over what was decided meanwhile, where it took the message."""
        for each in deliveries:
            if each.address in outcomes:
                said = outcomes[each.address].state
                decided = {each.state} if each.state not in ("queued", "retry", "handing over") else set()
                late = {"cancelled"} if self.model.is_replaced(each) else set()
                held = {"held"} if self.model.is_somebody_elses(each) else set()
                gone = said in (State.ACCEPTED, State.UNKNOWN)
                self.expected[each.number] = {said.value} if gone else {said.value} | decided | late | held

    def begin_to_weigh(self, weighed: Sequence[Delivery], header: Sequence[str]) -> None:
        """The dot is on its way: from here on they may have it."""
        message = self.model.messages[weighed[0].message]
        strangers = set(header) - self.model.may_be_named(message.number) - message.named
        assert not strangers, f"the header names {strangers}"
        assert not self.model.has_to_be_made_anew(message.number), (
            "the header names somebody who was kept back"
        )
        message.named = set(header)
        self.left += 1
        for each in weighed:
            each.state = "handing over"
            self.expected[each.number] = {"unknown"}

    def arrive(self, one: Piece) -> None:
        """The server has it."""
        self.pieces.append(one)

    # What somebody does.

    def _tick(self) -> None:
        self.deeds += 1
        self.here.clock.moment += timedelta(minutes=2)
        self.model.now += 1

    @rule(which=st.integers(0, 1))
    def complete(self, which: int) -> None:
        """The first version of a report, or a correction of it."""
        self._tick()
        self._complete(self.visits[which])

    def _complete(self, visit: int) -> None:
        store, now, model = self.here.store, self.here.clock.now(), self.model
        report = reports.open_report(store=store, visit=visit, now=now)
        words = f"In other words, at {self.model.now} of {len(self.pieces)} and {self.left}."
        reports.save_section(store=store, report=report.id, key="comments", text=words, now=now)
        confirmed = reports.confirm(store=store, visit=visit, now=now, reason="A figure was wrong.")
        reports.complete(store=store, visit=visit, confirmed=confirmed, now=now)
        message = max(store.outbox.messages(), key=lambda each: each.id)
        people = {each.id: (IN_MODEL[each.role], each.address) for each in message.deliveries}
        expected = sorted((role, holder.address) for role, holder in model.holders.items())
        assert sorted(people.values()) == expected, "another list"
        paper = sha_of(store, message)
        model.complete(Message(message.id, visit, confirmed.number, paper, model.now), people)
        self.allowed.update((address, paper) for _, address in people.values())

    @rule(role=st.sampled_from(sorted(ROLES)), address=ADDRESSES)
    def replace(self, role: str, address: str) -> None:
        """Somebody else has a role."""
        self._tick()
        self._replace(role, address)

    def _replace(self, role: str, address: str) -> None:
        if self.model.holders[role].address == address:
            return
        schools.set_contact(
            store=self.here.store,
            urn=SCHOOL,
            role=ROLES[role],
            name=f"Somebody Of {address.split('@')[0]}",
            email=address,
            now=self.here.clock.now(),
        )
        self.model.replace(role, address)

    @precondition(lambda self: self.model.deliveries)
    @rule(deed=DECISIONS, which=st.integers(0, 1_000), address=ADDRESSES)
    def decide(self, deed: str, which: int, address: str) -> None:
        """Something is decided about one delivery."""
        self._tick()
        self._decide(deed, which, address)

    def _decide(self, deed: str, which: int, address: str) -> None:
        numbers = sorted(self.model.deliveries)
        delivery = self.model.deliveries[numbers[which % len(numbers)]]
        may, before = self.model.may_be_decided(deed, delivery), delivery.state
        try:
            self._carry_out(deed, delivery.number, address)
        except SepError as no:
            if may:
                raise AssertionError(f"{deed} of what is {before} was refused: {no}") from None
            return
        assert may is not False, f"{deed} of what is {before} was not refused"
        self.model.decide(deed, delivery)
        paper = self.model.messages[delivery.message].paper
        if deed == "again":
            self.allowed[delivery.address, paper] += 1
        if deed == "re-address":
            self._readdressed(delivery, address, paper)

    def _carry_out(self, deed: str, number: int, address: str) -> None:
        common: dict[str, Any] = {"store": self.here.store, "delivery": number, "now": self.here.clock.now()}
        match deed:
            case "arrived" | "again" | "leave":
                choice = {"arrived": Choice.ARRIVED, "again": Choice.AGAIN, "leave": Choice.LEAVE}[deed]
                outbox.settle(**common, choice=choice)
            case "re-address":
                outbox.correct_address(**common, address=address)
            case _:
                {"hold": outbox.hold, "release": outbox.release, "cancel": outbox.cancel}[deed](**common)

    def _readdressed(self, old: Delivery, address: str, paper: str) -> None:
        message = max(self.here.store.outbox.messages(), key=lambda each: each.id)
        (new,) = message.deliveries
        former = self.model.messages[old.message]
        anew = Message(message.id, former.report, former.version, paper, self.model.now)
        self.model.queue(anew, {new.id: (old.role, address)})
        self.allowed[address, paper] += 1

    @rule(
        refused=st.dictionaries(ADDRESSES, st.sampled_from(sorted(REFUSALS)), max_size=2),
        final=st.sampled_from(SAID),
        deed=AT_THE_DOT,
        is_there=st.sampled_from((True, True, True, False)),
        at_once=st.sampled_from((True, True, False)),
    )
    def send(
        self,
        refused: Mapping[str, str],
        final: str,
        deed: tuple[str, int, str] | None,
        is_there: bool,
        at_once: bool,
    ) -> None:
        """A run, by hand or by the clock; perhaps something is decided while the server weighs."""
        self._tick()
        meanwhile = (lambda: self._meanwhile(*deed)) if deed else None
        server = ModelServer(self, Script(refused, final, meanwhile, is_there))
        self.expected = {}
        known = set(self.model.deliveries)
        try:
            report = self.here.send(server, at_once=at_once)
        except Killed:
            self._settle(server, known, is_over=False, at_once=at_once)
            self._reopen()
            return
        self._compare(report)
        self._settle(server, known, is_over=not server.is_stopped, at_once=at_once)

    def _meanwhile(self, deed: str, which: int, address: str) -> None:
        if deed == "replace":
            self._replace(sorted(ROLES)[which % 3], address)
        elif deed == "correct":
            self._complete(self.visits[which % 2])
        else:
            self._decide(deed, which, address)

    def _compare(self, report: RunReport) -> None:
        """The run says what the server said: so many accepted, so many unknown, and not that nothing was sent."""
        self.accepted += report.states[State.ACCEPTED]
        for state in (State.ACCEPTED, State.UNKNOWN):
            count = sum(allowed == {state.value} for allowed in self.expected.values())
            assert report.states[state] == count, f"{count} {state}, told was: {report}"
            assert not count or "nothing was sent" not in str(report).lower(), str(report)

    def _settle(self, server: ModelServer, known: set[int], *, is_over: bool, at_once: bool) -> None:
        """What the model may be after a run, for whoever the run came to and whoever it did not."""
        stored = self._stored()
        for number, each in self.model.deliveries.items():
            allowed = self.expected.get(number, set())
            if not allowed and each.state in ("queued", "retry"):
                allowed = self._left_alone(each, number in known, is_over, at_once)
            if allowed:
                assert stored[number] in allowed or (
                    not is_over and stored[number] == "handing over" and allowed == {"unknown"}
                ), f"{each} is {stored[number]}, allowed was {allowed}"
                each.state = stored[number]

    def _left_alone(self, each: Delivery, was_known: bool, is_over: bool, at_once: bool) -> set[str]:
        if self.model.is_replaced(each):
            return {"cancelled", each.state}
        if self.model.is_somebody_elses(each):
            return {"held", each.state, "retry"}
        if is_over and at_once and was_known:
            raise AssertionError(f"{each} was to leave, and was not sent")
        return {each.state, "retry"}

    @precondition(lambda self: self.model.deliveries)
    @rule(as_papers=st.booleans())
    def write_out(self, as_papers: bool) -> None:
        """Everything that waits as files, which somebody then sends."""
        self._tick()
        store, clock = self.here.store, self.here.clock
        before = self._stored()
        folder = self.here.folder / f"files-{self.model.now}-{self.left}-{len(self.pieces)}"
        folder.mkdir()
        leaving = [each for each in self.model.deliveries.values() if self.model.may_leave(each)]
        if as_papers:
            write_papers(VisitsQueue(store), folder, clock)
        else:
            files = write_messages(VisitsQueue(store), SENDER, folder, clock).files
            headers = [piece((), path.read_bytes()).header for path in files]
            named = sorted(address for header in headers for address in header)
            assert named == sorted(each.address for each in leaving), f"the files name {named}, not {leaving}"
        after = self._stored()
        for each in leaving:
            assert after[each.number] == "handed out", f"{each} is {after[each.number]}"
            paper = self.model.messages[each.message].paper
            self.pieces.append(Piece((each.address,), (each.address,), paper, "", "", ""))
        self.left += bool(leaving)
        for number, each in self.model.deliveries.items():
            if each not in leaving and each.state in ("queued", "retry"):
                assert after[number] in ("cancelled", "held", before[number])
            each.state = after[number] if each in leaving or each.state in ("queued", "retry") else each.state

    @rule()
    def restart(self) -> None:
        """As every day."""
        self._tick()
        self._reopen()

    def _reopen(self) -> None:
        for each in self.model.deliveries.values():
            each.state = "unknown" if each.state == "handing over" else each.state
        self.here.restart()
        self.left += 1
        if self.here.held:
            self.model.brought_back()

    @rule()
    def make_copy(self) -> None:
        """Somebody's backup program copies the folder."""
        if len(self.saved) < 3:
            path = self.here.copy(f"copy-{len(self.saved)}")
            self.saved.append((path, copy.deepcopy(self.model), self.left))

    @precondition(lambda self: self.saved)
    @rule(which=st.integers(0, 2))
    def put_back(self, which: int) -> None:
        """A copy takes the store's place."""
        path, model, left = self.saved[which % len(self.saved)]
        now = self.model.now
        self.model = copy.deepcopy(model)
        self.model.now = now
        self._tick()
        something_left = self.left > left
        self.here.put_back(path)
        self.left += 1
        waiting = [
            each
            for each in self.model.deliveries.values()
            if each.state in ("queued", "retry", "held", "refused")
        ]
        assert not (something_left and waiting) or self.here.held, "what may have gone waits to be sent"
        if self.here.held:
            self.model.brought_back()

    # What is always so.

    def _stored(self) -> dict[int, str]:
        return {each.id: each.state.value for each in self.here.deliveries()}

    @invariant()
    def the_store_is_as_the_model(self) -> None:
        """State by state."""
        model = {number: each.state for number, each in self.model.deliveries.items()}
        assert self._stored() == model

    @invariant()
    def nobody_has_anything_twice_unasked(self) -> None:
        """Copies that arrived or were written out, against what was queued and chosen."""
        extra = copies(self.pieces) - self.allowed
        assert not extra, f"more often than chosen: {extra}"

    @invariant()
    def what_is_accepted_has_arrived(self) -> None:
        """No false word of acceptance."""
        arrived = copies(self.pieces)
        for each in self.model.deliveries.values():
            paper = self.model.messages[each.message].paper
            assert each.state != "accepted" or (each.address, paper) in arrived, f"{each} never arrived"


def outbox_machine(context: Context) -> Tally:
    """F36: some dozen deeds in any order, several times over."""
    kind = type("CountingOutboxMachine", (OutboxMachine,), {"context": context, "tally": Tally()})
    run_state_machine_as_test(
        seed(context.seed)(kind),
        settings=settings(
            max_examples=1 + SEQUENCES,  # the first that Hypothesis tries is always the empty one
            stateful_step_count=30,
            deadline=None,
            derandomize=False,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate,),
        ),
    )
    return kind.tally


CASES = (
    Case(
        "F36",
        "Everything that can be done with an outbox, against a model",
        outbox_machine,
        Times.CHANCE,
        slow=True,
    ),
)
