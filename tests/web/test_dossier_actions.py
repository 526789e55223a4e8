from inspect import signature

import pytest

from onestop.inputs.casework import INPUTS
from onestop.web.dossier_actions import SERVICES


@pytest.mark.parametrize("action", INPUTS)
def test_a_service_takes_what_the_form_of_its_action_says(action):
    typed = dict.fromkeys(INPUTS[action].model_fields.keys() - {"version"})

    signature(SERVICES[action]).bind(
        None, "code", **typed, actor=None, at=None, expected_version=None
    )


def test_no_service_waits_for_a_form_that_is_not_there():
    assert SERVICES.keys() == INPUTS.keys()
