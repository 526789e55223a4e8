"""Use cases: the only code that writes; each function is one verb, the edges commit."""
