"""The HTTP edge: access check, session, sign-in, error pages, htmx, headers, template globals."""
