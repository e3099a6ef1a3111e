"""Policies as they come with the program, for tests that need no store."""

from sep_desktop import paths
from sep_desktop.domain.edition import PolicyKind
from sep_desktop.domain.people import ROLES
from sep_desktop.imports.policies.reading import shipped
from sep_desktop.services.appraisals import forms
from sep_desktop.services.policies import Policies

THREE = ROLES
"""Who receives a report (7.7)."""


def edition(kind, version=0):
    """An edition of the program: the newest, or one by its version."""
    files = paths.policy_files(kind)
    number = version or max(files)
    return shipped(kind, number, files[number].read_text(encoding="utf-8"))


def shipped_policies(version=0):
    """What a new store begins with, or what there was at a version."""
    return Policies("", {kind: edition(kind, version) for kind in PolicyKind})


def appraisal_form():
    """The form of performance management, version 1."""
    return forms.form_of([edition(kind, 1) for kind in forms.KEPT])


def older(store, kind, version=1):
    """Make the store as it was when ``version`` was the newest of the program's."""
    store.database.run("DROP TRIGGER edition_stays")
    store.database.run(
        "UPDATE edition SET version = ?, text = ?, uid = 'of before' WHERE kind = ?",
        (version, edition(kind, version).text, kind.value),
    )
