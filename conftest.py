"""What tests and doctests share."""

import pytest

from cemlib.formats import locale_in_use, use_locale


@pytest.fixture(autouse=True)
def _money_as_before():
    """Leave the way of writing money as it was: it is one for the process."""
    before = locale_in_use()
    yield
    use_locale(before)
