"""SEP Desktop: schools, visits and reports of a Self Evaluation Partner."""

__version__ = "0.1.0"
