"""Property tests that say which cases they are about, and fail where no example was one of those."""

from collections import Counter
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from hypothesis import event

P = ParamSpec("P")
_ATTEMPTS = 3  # examples of one run are much alike: it may miss a case that the next one sees often
_counts: Counter[str] = Counter()


def requires_cases(*cases: str) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """Fail a property test, after its last example, where one of these cases was never recorded."""

    def decorate(test: Callable[P, None]) -> Callable[P, None]:
        @wraps(test)
        def run(*args: P.args, **kwargs: P.kwargs) -> None:
            _counts.clear()
            for _ in range(_ATTEMPTS):
                test(*args, **kwargs)
                missing = [case for case in cases if not _counts[case]]
                if not missing:
                    break
            assert missing == [], "no example was one of these"
            assert _counts.keys() <= set(cases), "these are recorded and not required"

        return run

    return decorate


def record_case(case: str, occurred: object = True) -> None:
    """Count an example as one of this case if `occurred` is true."""
    if occurred:
        _counts[case] += 1
        event(case)
