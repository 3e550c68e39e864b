"""Free ports of a device."""

UNLIMITED = 99_999  # in the API, for a type without a limit


def format_free_ports(count: int | None) -> str:
    if count is None:
        return ""
    return "Unlimited" if count == UNLIMITED else str(count)
