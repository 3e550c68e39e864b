"""The client of the backend's REST API. Uses no Flask."""
