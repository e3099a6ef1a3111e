"""Widgets that know no noun of the domain and no session."""
