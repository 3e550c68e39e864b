"""The lines of a device, and reordering them."""
