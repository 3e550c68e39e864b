"""Parts of a device that the index reads one by one."""

TAGS, FILES = "tags", "files"
