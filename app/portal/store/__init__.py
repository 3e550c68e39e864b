"""The portal's own memory."""
