"""The lines of a device, and putting them in another order."""
