"""While the program loads, Python looks for no garbage; afterwards it does as before."""

import gc

import pytest

from server.loading import loading


def test_garbage_is_looked_for_again_once_all_is_loaded() -> None:
    assert gc.isenabled()
    with loading():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_also_when_it_could_not_be_loaded() -> None:
    with pytest.raises(ImportError), loading():
        raise ImportError
    assert gc.isenabled()


def test_what_looked_for_none_before_looks_for_none_after() -> None:
    gc.disable()
    try:
        with loading():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
