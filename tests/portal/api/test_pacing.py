"""The pauses between calls that nobody waits for."""

from requests import PreparedRequest, Request, Response
from requests.adapters import HTTPAdapter

from app.portal.api.pacing import PacedAdapter


class Platform(HTTPAdapter):
    """Takes three seconds for each call; its clock moves with calls and pauses alone."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 100.0
        self.sent_at: list[float] = []

    def send(self, request: PreparedRequest, *_args: object, **_kwargs: object) -> Response:
        self.sent_at.append(self.now)
        self.now += 3
        return Response()

    def wait(self, seconds: float) -> None:
        self.now += max(0.0, seconds)


def test_calls_keep_their_distance_from_the_first_on() -> None:
    platform = Platform()
    paced = PacedAdapter(platform, 12, platform.wait, lambda: platform.now)
    for _ in range(3):
        paced.send(Request("GET", "http://platform.invalid/").prepare())
    assert platform.sent_at == [105, 110, 115]
    assert paced.call_time() == 3
