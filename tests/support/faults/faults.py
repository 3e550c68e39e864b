"""Ways for a backend to fail, each to be scripted into a FaultServer."""

import json
from itertools import count, repeat
from random import Random

from tests.support.faults.server import Exchange, Fault, message


def answers(status: int, body: bytes | str = b"{}", *headers: tuple[str, str], acts: bool = False) -> Fault:
    """Answer so; without carrying anything out, unless `acts`."""

    def fault(exchange: Exchange) -> None:
        if acts:
            exchange.act()
        exchange.send(message(status, body.encode() if isinstance(body, str) else body, *headers))

    return fault


def answers_json(value: object, status: int = 200) -> Fault:
    return answers(status, json.dumps(value))


def delays(seconds: float, status: int = 0) -> Fault:
    """Wait, then carry it out or answer with the status."""

    def fault(exchange: Exchange) -> None:
        exchange.wait(seconds)
        exchange.send(message(status, b"{}") if status else exchange.act())

    return fault


def hangs(exchange: Exchange) -> None:
    exchange.wait()


def acts_then_hangs(exchange: Exchange) -> None:
    exchange.act()
    exchange.wait()


def resets(exchange: Exchange) -> None:
    exchange.reset()


def acts_then_resets(exchange: Exchange) -> None:
    exchange.act()
    exchange.reset()


def acts_then_hangs_up(exchange: Exchange) -> None:
    exchange.act()


def acts_twice(exchange: Exchange) -> None:
    """Do as a proxy that sends a request again after it lost the first answer."""
    exchange.act()
    exchange.send(exchange.act())


def arrives_late(exchange: Exchange) -> None:
    """Hang up without an answer; the request is carried out when the server is told to deliver."""
    exchange.hold_back()


def truncates(exchange: Exchange) -> None:
    """Promise the whole answer and close in the middle of its body."""
    answer = exchange.act()
    head, _, body = answer.partition(b"\r\n\r\n")
    exchange.send(head + b"\r\n\r\n" + body[: len(body) // 2])


def sends_half_the_json(exchange: Exchange) -> None:
    """A complete HTTP answer with an incomplete text in it."""
    body = exchange.act().partition(b"\r\n\r\n")[2]
    exchange.send(message(200, body[: len(body) // 2] or b"{"))


def drips_its_body(exchange: Exchange) -> None:
    """A byte every 20 ms, so that no single read takes long."""
    exchange.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    _drip(exchange, b" ")


def drips_its_status(exchange: Exchange) -> None:
    exchange.send(b"HTTP/1.1 200 ")
    _drip(exchange, b"O")


def drips_its_headers(exchange: Exchange) -> None:
    exchange.send(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    _drip(exchange, b"x")


def drips_the_length_of_a_chunk(exchange: Exchange) -> None:
    exchange.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    _drip(exchange, b"0")


def says_continue_for_ever(exchange: Exchange) -> None:
    _drip(exchange, b"HTTP/1.1 100 Continue\r\n\r\n")


def _drip(exchange: Exchange, drop: bytes) -> None:
    for each in repeat(drop, 5_000):
        exchange.send(each)
        exchange.wait(0.02)


def floods(megabytes: int) -> Fault:
    """One long JSON text, the size of it not announced."""

    def fault(exchange: Exchange) -> None:
        exchange.send(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{"access_devices": [')
        for _ in range(megabytes):
            exchange.send(b" " * 1_000_000)
        exchange.send(b"]}")

    return fault


sends_html = answers(200, "<!doctype html><title>Log in</title>", ("Content-Type", "text/html"))
sends_garbage = answers(200, b"\xff\xfe\x00 nonsense")


def speaks_no_http(exchange: Exchange) -> None:
    exchange.send(b"220 mail.example ESMTP\r\n")


def struggles(seconds: float) -> Fault:
    """Take up to so long for each read; reset each tenth, and drip each tenth."""
    numbers, random = count(), Random(12)

    def fault(exchange: Exchange) -> None:
        number = next(numbers) % 10
        exchange.wait(seconds * random.uniform(0.5, 1))
        if number == 3:
            return exchange.reset()
        answer = exchange.act()
        size = len(answer) // 20 + 1 if number == 7 else len(answer)
        for start in range(0, len(answer), size):
            exchange.send(answer[start : start + size])
            exchange.wait(0.02 if size < len(answer) else 0)
        return None

    return fault
