"""The tags of a device, and what each stands for."""
