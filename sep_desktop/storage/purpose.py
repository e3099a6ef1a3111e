"""What a store is for: each opens as what it is, and as nothing else."""

from enum import StrEnum


class StorePurpose(StrEnum):
    """``VISITS``: schools, visits and reports. ``SEALED``: headteachers' performance management."""

    VISITS = "visits"
    SEALED = "sealed"
