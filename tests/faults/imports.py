"""Files from outside that are not as they should be: each is a sentence or a right import, in bounded time and memory.

A round mutates a batch of good files. A child with limits reads them one after another, as the program does, into a
store whose whole content is compared before and after: what is refused changes nothing.
"""

import hashlib
import io
import json
import multiprocessing
import os
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import openpyxl

from sep_desktop import paths
from sep_desktop.domain.edition import PolicyKind
from sep_desktop.errors import in_family
from sep_desktop.imports.policies.reading import as_file
from sep_desktop.imports.template import write_template
from sep_desktop.imports.workbook_columns import COLUMNS, SHEET
from sep_desktop.paths import Locations
from sep_desktop.services import allocations, backups, policy_changes, registers, restore
from sep_desktop.services.appraisals import record_transfer
from sep_desktop.services.restore import Secret
from sep_desktop.storage import store as stores
from sep_desktop.storage.sealed import record_transfer as envelopes
from sep_desktop.storage.sealed import store as sealed_stores
from sep_desktop.storage.store import Store
from tests.faults import mutations
from tests.faults.case import Case, Context, Tally, Times
from tests.faults.mail_world import MORNING, QUICK, World, world
from tests.support.appraisals import SEALED, URN, begun, fill
from tests.support.fakes import PASSPHRASE
from tests.support.policies import edition

BATCH = 12
SECONDS, BYTES = 40, 1_500_000_000
"""What one batch may take of the processor, and of memory beyond what the process has already."""

Import = Callable[[Path], str]
"""Takes a file in as the program does; what came of it in words, or an error of ours."""


def dump_of(store: Any) -> str:
    """A digest of every row of every table. Epochs say when it was opened, not what is in it."""
    names = store.database.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    digest = hashlib.sha256()
    for name in (row["name"] for row in names if row["name"] != "epoch"):
        digest.update(repr((name, store.database.rows(f'SELECT * FROM "{name}"'))).encode())
    return digest.hexdigest()


def files_of(folder: Path) -> str:
    """A digest of the files of a folder, and of those in it, but for a lock and a reserve."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name not in ("in-use.lock", "reserve.bin"):
            digest.update(repr((str(path.relative_to(folder)), path.read_bytes())).encode())
    return digest.hexdigest()


def _limited() -> None:
    """In the child: so much memory and time and no more, where the system knows such limits."""
    with suppress(ImportError):
        import resource

        pages = Path("/proc/self/statm")
        if pages.exists():
            now = int(pages.read_text().split()[0]) * resource.getpagesize()
            resource.setrlimit(resource.RLIMIT_AS, (now + BYTES, now + BYTES))
        used = resource.getrusage(resource.RUSAGE_SELF)
        seconds = int(used.ru_utime + used.ru_stime) + SECONDS
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))


def _read_all(take_in: Import, files: list[Path], state: Callable[[], str], answer: Connection) -> None:
    _limited()
    for path in files:
        before, words = state(), ""
        try:
            words = take_in(path)
            outcome = "taken in"
        except Exception as error:  # noqa: BLE001 -- which of them are errors of ours is what is asked
            ours = None if isinstance(error, MemoryError) else in_family(error)
            outcome = "refused" if ours and str(ours) else "traceback"
            words = str(ours) if outcome == "refused" else traceback.format_exc()
        answer.send((path.name, outcome, words, state() == before))
    answer.send(None)


def batch(take_in: Import, files: list[Path], state: Callable[[], str]) -> Tally:
    """What a child made of the files. Raises ``AssertionError`` for anything but a sentence or a right import."""
    here, there = multiprocessing.get_context("fork" if os.name == "posix" else "spawn").Pipe(duplex=False)
    kind = multiprocessing.get_context("fork" if os.name == "posix" else "spawn").Process
    child = kind(target=_read_all, args=(take_in, files, state, there))
    child.start()
    there.close()
    outcomes = list(_answers(here, child))
    child.join()
    assert len(outcomes) == len(files), f"ended at {files[len(outcomes)].name}, by {child.exitcode}"
    for name, outcome, words, is_unchanged in outcomes:
        assert outcome != "traceback", f"{name}: {words}"
        assert outcome != "refused" or is_unchanged, f"{name}: refused, and changed all the same: {words}"
    counts = Counter(outcome for _, outcome, _, _ in outcomes)
    return Tally(acknowledged=counts["taken in"], also=Counter({"files": len(files), **counts}))


def _answers(here: Connection, child: Any) -> Iterator[tuple[str, str, str, bool]]:
    with suppress(EOFError):
        while here.poll(SECONDS * 3):
            if (outcome := here.recv()) is None:
                return
            yield outcome
    child.kill()


def _bad(context: Context, good: bytes, mutate: Callable[..., bytes], name: str) -> list[Path]:
    """The good file first, then bad ones, in folders of their own: a name may say what a file is."""
    files = []
    for number in range(BATCH):
        path = context.folder / f"file-{number}" / name
        path.parent.mkdir()
        path.write_bytes(mutate(good, context.random) if number else good)
        files.append(path)
    return files


def _taken(here: World, path: Path, kind: str) -> str:
    """A register or an allocation; taken in once, the same file brings nothing new."""
    store, now = here.store, here.clock.now()
    if kind == "register":
        preview = registers.preview_register(store=store, path=path, la_code="880")
        registers.apply_register(store=store, preview=preview, now=now)
        again = registers.preview_register(store=store, path=path, la_code="880")
        assert not again.new, f"still new after it was taken in: {[each.urn for each in again.new]}"
        return preview.summary
    allocation = allocations.preview_allocation(store=store, path=path, today=now.date(), sep="")
    allocations.apply_allocation(store=store, preview=allocation, now=now)
    again_allocated = allocations.preview_allocation(store=store, path=path, today=now.date(), sep="")
    assert not any("Allocated to" in line for _, lines in again_allocated.effects for line in lines)
    return allocation.summary


def registers_of_others(context: Context) -> Tally:
    """Registers of schools, of which the good one is a demonstration's."""
    good = (paths.resources() / "demo" / "register.csv").read_bytes()
    return _into_store(context, good, mutations.bytes_of, "register.csv", "register")


def allocations_of_others(context: Context) -> Tally:
    """Allocations, as a workbook and as CSV."""
    if context.random.random() < 0.3:
        text = (paths.resources() / "demo" / "allocation.csv").read_text(encoding="utf-8")
        good = text.replace("{year}", "2026-27").replace("{start}", "2026").encode()
        return _into_store(context, good, mutations.bytes_of, "allocation.csv", "allocation")
    return _into_store(
        context, _workbook(context.folder), mutations.workbook, "allocation.xlsx", "allocation"
    )


def bombs(context: Context) -> Tally:
    """Files that are small and unpack to more than a computer has."""
    sheet = b"<row><c t='inlineStr'><is><t>990001</t></is></c></row>" * 1000
    with world(context, waiting=0) as here:
        store, now = here.store, here.clock.now()
        book, register = context.folder / "allocation.xlsx", context.folder / "register.zip"
        _bomb(_workbook(context.folder), book, "sheet1.xml", sheet)
        _bomb(None, register, "register.csv", b"990001,Harbour Lights,880\r\n" * 2000)

        def take_in(path: Path) -> str:
            if path == book:
                return allocations.preview_allocation(store=store, path=path, today=now.date()).summary
            return registers.preview_register(store=store, path=path, la_code="880").summary

        return batch(take_in, [book, register], partial(dump_of, store))


def _bomb(good: bytes | None, path: Path, victim: str, piece: bytes) -> None:
    """An archive, one member of which unpacks to some two gigabytes of the same piece."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
        members = zipfile.ZipFile(io.BytesIO(good)) if good else None
        for name in members.namelist() if members else [victim]:
            if not name.endswith(victim):
                new.writestr(name, members.read(name) if members else b"")
                continue
            with new.open(name, "w", force_zip64=True) as out:
                out.write(b"" if not members else members.read(name).partition(b"</sheetData>")[0])
                for _ in range(2_000_000_000 // len(piece)):
                    out.write(piece)


def _workbook(folder: Path) -> bytes:
    path = folder / "good.xlsx"
    write_template(path)
    book = openpyxl.load_workbook(path)
    for urn, head in (("990001", "Wren Tamblyn"), ("990003", "Perran Hale")):
        row = {
            "year": "2026-27",
            "sep": "Ada Penrose",
            "school": urn,
            "head": head,
            "head_email": "h@school.example",
        }
        book[SHEET].append([row.get(column.key) for column in COLUMNS])
    book.save(path)
    return path.read_bytes()


def _into_store(context: Context, good: bytes, mutate: Callable[..., bytes], name: str, kind: str) -> Tally:
    with world(context, waiting=0) as here:
        files = _bad(context, good, mutate, name)
        return batch(partial(_taken, here, kind=kind), files, partial(dump_of, here.store))


def policies_of_others(context: Context) -> Tally:
    """Policies of an authority, of any kind."""
    with world(context, waiting=0) as here:
        kind = context.random.choice(list(PolicyKind))
        good = as_file(edition(kind), "880", 90, MORNING.date()).encode()
        files = _bad(context, good, mutations.bytes_of, "policy.toml")[
            ::-1
        ]  # the good one last: it would bar the others

        def take_in(path: Path) -> str:
            today, now = here.clock.today(), here.clock.now()
            preview = policy_changes.preview_file(store=here.store, path=path, today=today)
            policy_changes.apply(store=here.store, preview=preview, now=now)
            return "; ".join(preview.lines)

        return batch(take_in, files, partial(dump_of, here.store))


@contextmanager
def _two_seps(context: Context) -> Iterator[tuple[Any, bytes, str]]:
    """The sealed store of the one who receives, what the other one sealed for it in plain, and the code."""
    with world(context, waiting=0) as here:
        theirs, _ = sealed_stores.create(Locations(context.folder / "theirs"), SEALED, QUICK)
        mine, _ = sealed_stores.create(Locations(context.folder / "mine"), SEALED, QUICK)
        try:
            fill(theirs, begun(here.store, theirs, MORNING), MORNING)
            code = record_transfer.receiving_code(sealed=mine)
            data = record_transfer.seal_for(store=here.store, sealed=theirs, urn=URN, code=code, now=MORNING)
            yield mine, data, code
        finally:
            theirs.close()
            mine.close()


def transfers_of_others(context: Context) -> Tally:
    """Records that another SEP sealed: the envelope is damaged, or what is in it was written by another program."""
    with _two_seps(context) as (mine, data, code):
        private = mine.appraisals.receiving_key()
        plain = envelopes.unseal(data, private).decode()

        def mutate(good: bytes, chance: Any) -> bytes:
            if chance.random() < 0.3:
                return mutations.bytes_of(good, chance)
            inner = mutations.structure(plain, chance).encode(errors="surrogatepass")
            return envelopes.seal(mutations.bytes_of(inner, chance) if chance.random() < 0.2 else inner, code)

        def take_in(path: Path) -> str:
            transferred = record_transfer.open_transferred(sealed=mine, data=path.read_bytes())
            return "; ".join(record_transfer.take_in(sealed=mine, transferred=transferred, now=MORNING).value)

        files = _bad(context, data, mutate, "record.sealed")[
            ::-1
        ]  # the good one last: its year bars the others
        return batch(take_in, files, partial(dump_of, mine))


def _json_file(good: bytes, chance: Any) -> bytes:
    if chance.random() < 0.5:
        return mutations.bytes_of(good, chance)
    return mutations.structure(good.decode(), chance).encode(errors="surrogatepass")


def manifests(context: Context) -> Tally:
    """Backups whose manifest is not what was written: listed, verified, offered and made ready, or refused."""
    with world(context, waiting=0) as here:
        backup = here.store.back_up(MORNING).path
        here.store.close()
        files = _bad(context, (backup / "manifest.json").read_bytes(), _json_file, "manifest.json")

        def take_in(path: Path) -> str:
            (backup / "manifest.json").write_bytes(path.read_bytes())
            assert len(backups.listed_at(place=backup)) == 1
            said = backups.verify(store=None, path=backup)
            offered = restore.find(place=backup, now=here.clock.now())
            ready = restore.prepare(
                kind=Store, locations=here.locations, backup=offered.best, secret=Secret(PASSPHRASE)
            )
            assert ready.preview.sentences
            restore.give_up(restoring=ready)
            return said

        return batch(take_in, files, partial(_store_files, here.locations))


def _store_files(locations: Locations) -> str:
    names = (locations.database, locations.key_file, locations.key_file_copy)
    return hashlib.sha256(repr([path.read_bytes() for path in names if path.exists()]).encode()).hexdigest()


def key_files(context: Context) -> Tally:
    """Key files, both copies, that are not what was written: the store opens with its words, or says why not."""
    with world(context, waiting=0) as here:
        content = dump_of(here.store)
        here.store.close()
        both = (here.locations.key_file, here.locations.key_file_copy)
        good = both[0].read_bytes()

        def mutate(data: bytes, chance: Any) -> bytes:
            outer = json.loads(data)
            if chance.random() < 0.4:
                return mutations.bytes_of(data, chance)
            body = mutations.structure(outer["body"], chance)
            return json.dumps(
                {"body": body, "sha256": hashlib.sha256(body.encode(errors="replace")).hexdigest()}
            ).encode()

        def take_in(path: Path) -> str:
            for each in both:
                each.write_bytes(path.read_bytes())
            store = stores.unlock(here.locations, PASSPHRASE)
            same = dump_of(store) == content
            store.close()
            assert same, "it opened with other words"
            return "opened"

        files = _bad(context, good, mutate, "keys.json")
        return batch(take_in, files, lambda: hashlib.sha256(here.locations.database.read_bytes()).hexdigest())


def _case(name: str, title: str, work: Callable[[Context], Tally]) -> Case:
    return Case(f"import-{name}", title, work, Times.CHANCE, slow=True)


CASES = (
    _case("register", "Registers that are not as they should be", registers_of_others),
    _case("allocation", "Allocations that are not as they should be", allocations_of_others),
    Case("import-bomb", "Small files that unpack to more than a computer has", bombs, slow=True),
    _case("policy", "Policies that are not as they should be", policies_of_others),
    _case("transfer", "Records of another SEP that are not as they should be", transfers_of_others),
    _case("manifest", "Backups whose manifest is not what was written", manifests),
    _case("keys", "Key files that are not what was written", key_files),
)
