"""What the portal does, noun by noun. Paths of the backend live only here; no Flask, no HTML."""
