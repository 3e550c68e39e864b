"""Files and folders that only their owner can read, from the moment they exist and whatever the umask."""

import os
import stat
from contextlib import suppress
from pathlib import Path

_FILE, _FOLDER = 0o600, 0o700


def create_private_folder(folder: Path) -> None:
    """Create a folder, and those above it, unless it exists."""
    for missing in reversed([path for path in (folder, *folder.parents) if not path.exists()]):
        with suppress(FileExistsError):
            missing.mkdir(mode=_FOLDER)
            missing.chmod(_FOLDER)  # the umask may have taken more away


def create_private_file(file: Path) -> None:
    """Create an empty file unless it exists."""
    descriptor = os.open(file, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, _FILE)
    try:
        _restrict(descriptor, _FILE)
    finally:
        os.close(descriptor)


def restrict_file(file: Path) -> None:
    """Take away what an earlier version or a copy has left readable by others."""
    with suppress(FileNotFoundError):
        _restrict(file, _FILE)


def restrict_folder(folder: Path) -> None:
    """Do the same for a folder; one that everybody may write to, such as /tmp, or that is near the root, is shared."""
    with suppress(FileNotFoundError):
        if not folder.stat().st_mode & stat.S_ISVTX and len(folder.resolve().parts) > 2:
            _restrict(folder, _FOLDER)


def _restrict(file: Path | int, mode: int) -> None:
    status = os.stat(file)  # noqa: PTH116 - descriptors too
    if status.st_uid == os.geteuid() and stat.S_IMODE(status.st_mode) != mode:
        os.chmod(file, mode)  # noqa: PTH101
