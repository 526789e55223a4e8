"""The one sentence by which every command says that a database is for benchmarks only."""


def bench_only(dossiers: int) -> str:
    """Return the sentence for a database in which so many dossiers have no history."""
    return (
        f"BENCH ONLY: {dossiers} dossiers of this database were loaded without their history. Of "
        "these only reception, hash and number can be checked; no office may work with it."
    )
