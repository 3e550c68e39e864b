"""Jobs: one act on many devices, item by item, each sent once at most."""
