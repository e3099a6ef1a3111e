"""Speeds as ratios against the bare library doing the same work in the same run: ``python -m tests.benchmarks``."""
