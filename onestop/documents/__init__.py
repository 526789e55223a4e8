"""Rows in, PDF bytes out: the papers of the building, always in Vietnamese."""
