"""Loading the program: what is loaded at the start stays until the end."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """Keep the collector from what is loaded inside: meanwhile, and in every later collection.

    Classes and functions are no garbage, and looking through them again and again took a third
    of a start. Workers forked afterwards share this memory, which a collection would copy.
    """
    known = len(sys.modules)
    gc.disable()
    try:
        yield
    finally:
        if len(sys.modules) > known:
            gc.freeze()
        gc.enable()
