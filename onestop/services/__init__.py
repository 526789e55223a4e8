"""Use cases, one verb per function: the only code that writes."""
