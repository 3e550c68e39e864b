"""The tags of a device and their values."""
