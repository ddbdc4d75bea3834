"""Tests for the workers of pytest-xdist."""
import psutil
import pytest


@pytest.mark.parametrize("n", range(20))
def test_in_worker(n, worker_id, testrun_uid):
    assert psutil.Process().parent().is_running()
