"""Work that a timer starts; every job may be repeated and catches up after an outage."""
