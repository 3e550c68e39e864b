"""The acts of jobs: what each would do to a device, and does."""
