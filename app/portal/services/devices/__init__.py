"""The devices of a group: the list, one device, what can be done to it."""
