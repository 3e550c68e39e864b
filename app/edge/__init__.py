"""The edge of the server: what holds for every request and answer, whichever application it is for."""
