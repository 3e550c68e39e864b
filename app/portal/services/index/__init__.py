"""The index of devices and people: fed by every reading that happens anyway."""
