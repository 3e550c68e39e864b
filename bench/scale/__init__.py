"""People at work on two nodes of the portal, over a large platform: `python -m bench.scale`."""
