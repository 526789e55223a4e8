"""What loads without the collector must leave it as it was."""

import gc

import pytest

from onestop.loading import loading


def test_the_collector_rests_while_the_program_is_loaded():
    with loading():
        assert not gc.isenabled()

    assert gc.isenabled()


def test_the_collector_works_again_after_a_load_that_failed():
    with pytest.raises(ImportError), loading():
        raise ImportError

    assert gc.isenabled()


def test_loading_nothing_new_keeps_nothing_for_ever():
    before = gc.get_freeze_count()

    with loading():
        pass

    assert gc.get_freeze_count() == before
