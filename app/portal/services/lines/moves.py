"""Moving lines between ports, as people mean it: pure, on orders that map each linePort to its port."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence

from app.portal.services.lines.rules import Ordering

Order = Mapping[str, int]


def arranged(order: Order, placed: Order, ordering: Ordering) -> dict[str, int]:
    """The order once some lines, on ports of their own, are `placed`; the others make room.

    Without gaps, the others keep their sequence around them. Otherwise each stays, unless its port is taken: then it
    gets the port that was left for it, so that one line that moves onto another changes places with it.
    """
    if ordering is Ordering.DYNAMIC:
        return _closed_up(order, placed)
    left_for = {port: order[line] for line, port in placed.items()}
    result = dict(placed)
    for line, port in order.items():
        if line not in placed:
            while port in left_for:
                port = left_for[port]  # noqa: PLW2901 - followed to the port that nobody is placed on
            result[line] = port
    return {line: result[line] for line in order}


def _closed_up(order: Order, placed: Order) -> dict[str, int]:
    others = iter([line for line in sequence(order) if line not in placed])
    by_port = {port: line for line, port in placed.items()}
    result = dict(placed)
    port = 0
    for line in others:
        port += 1
        while port in by_port:
            port += 1
        result[line] = port
    return {line: result[line] for line in order}


def sequence(order: Order) -> list[str]:
    return sorted(order, key=lambda line: (order[line], line))


def moved(before: Order, after: Order) -> dict[str, int]:
    """The lines of `after` that were elsewhere, and where they are."""
    return {line: port for line, port in after.items() if before.get(line) != port}


def meant(before: Order, after: Order, ordering: Ordering) -> dict[str, int]:
    """The moves that somebody who made `after` of `before` has to have meant: without gaps, the fewest."""
    if ordering is not Ordering.DYNAMIC:
        return moved(before, after)
    group = {line: at for at, line in enumerate(sequence(before))}
    lines = sequence(after)
    stayed = _longest_rise([group[line] for line in lines])
    return {line: after[line] for line in lines if group[line] not in stayed}


def _longest_rise(numbers: Sequence[int]) -> set[int]:
    """The longest rising run of numbers in the sequence, gaps allowed."""
    lasts: list[int] = []
    before: dict[int, int | None] = {}
    for number in numbers:
        at = bisect_left(lasts, number)
        before[number] = lasts[at - 1] if at else None
        lasts[at : at + 1] = [number]
    run = set()
    number_or_none = lasts[-1] if lasts else None
    while number_or_none is not None:
        run.add(number_or_none)
        number_or_none = before[number_or_none]
    return run


def carried_over(before: Order, mine: Order, now: Order, ordering: Ordering) -> dict[str, int]:
    """What I made of `before`, made of what is `now`: my moves of the lines that are still there; all else as it is."""
    still = {line: port for line, port in meant(before, mine, ordering).items() if line in now}
    if ordering is Ordering.DYNAMIC:
        last = len(now)
        for line in reversed(sequence(still)):  # on as few ports as there are now
            still[line] = min(still[line], last)
            last = still[line] - 1
    return arranged(now, still, ordering)
