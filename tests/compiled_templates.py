"""Compiled templates kept between the applications of one test run."""

from types import CodeType

from jinja2.bccache import Bucket, BytecodeCache


class CompiledTemplates(BytecodeCache):
    """Every test makes an application of its own; a third of its time went into its templates."""

    def __init__(self) -> None:
        self._compiled: dict[str, CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill `bucket` with what is kept under its key, if anything is."""
        if bucket.key in self._compiled:
            bucket.code = self._compiled[bucket.key]

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        if bucket.code is not None:
            self._compiled[bucket.key] = bucket.code
