"""Loaded by Python at its start, for libfaketime breaks `time.sleep` where it leaves the monotonic clock alone."""

import select
import time
from typing import SupportsIndex


def sleep(seconds: float | SupportsIndex) -> None:
    select.select([], [], [], float(seconds))


time.sleep = sleep
