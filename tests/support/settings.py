"""Values that each setting refuses."""

INVALID_SETTINGS = {
    "PORTAL_BACKEND_URL": ("apio.example", "ftp://apio.example", "https://", "https://apio.example/?x=1"),
    "PORTAL_PUBLIC_URL": ("portal.example", "//portal.example"),
    "PORTAL_DATABASE_URL": ("portal.db", "mysql://host/name", "nonsense://", ":"),
    "REFERENCE_DATABASE_URL": ("oracle://host/name",),
    "PORTAL_SECRET_KEY": ("short", "fifteen letters"),
    "PORT": ("x", "-1", "65536", "80.5", "٨٠"),
    "PORTAL_WORKERS": ("0", "65", "two"),
    "PORTAL_CONNECTIONS": ("0", "20001"),
    "PORTAL_CLIENT_TIMEOUT": ("0", "soon"),
    "PORTAL_PROXIES": ("-1", "10"),
    "PORTAL_CONNECT_TIMEOUT": ("0", "-1", "soon", "nan", "inf"),
    "PORTAL_READ_TIMEOUT": ("0",),
    "PORTAL_WRITE_TIMEOUT": ("0",),
    "PORTAL_PAGE_SECONDS": ("0", "soon"),
    "PORTAL_MAX_ANSWER_BYTES": ("1023", "1e9"),
    "PORTAL_MAX_FORM_BYTES": ("0",),
    "PORTAL_SNAPSHOT_SECONDS": ("0",),
    "PORTAL_IDLE_MINUTES": ("0", "never"),
    "PORTAL_SESSION_HOURS": ("0",),
    "PORTAL_REBOOT_WATCH_SECONDS": ("0",),
    "PORTAL_HISTORY_DAYS": ("-1", "ever", "36501"),
    "PORTAL_FILE_VERSIONS": ("0", "all"),
    "PORTAL_FILE_VERSION_DAYS": ("0", "ever"),
    "PORTAL_ENCRYPTION_KEYS": ("k", "sixteen-letters-or-more short"),
    "REFERENCE_REBOOT_SECONDS": ("0",),
    "PORTAL_LOG_LEVEL": ("LOUD", "10"),
}
# Any text will do for these.
UNCHECKED_SETTINGS = {"HOST", "DEMO_PASSWORD"}
