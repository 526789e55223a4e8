"""Reads: select() in, frozen rows out; one module per question."""
