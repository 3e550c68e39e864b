"""The folder in which the processes of a node count for Prometheus, each in files that its number names.

The library looks for the folder when it is imported, so nothing here imports it.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.private_files import create_private_folder

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
GATHERED = 0  # stands for all processes that are no more


def use_folder(folder: Path) -> None:
    """Have this process and those that it starts count there, or where the environment says.

    What processes counted that are no more is forgotten.
    """
    folder = Path(os.environ.setdefault(VARIABLE, str(folder)))
    create_private_folder(folder)
    for file in folder.glob("*_*.db"):
        if process_id(file) == GATHERED or not is_alive(process_id(file)):
            file.unlink(missing_ok=True)


@contextmanager
def locked(folder: Path) -> Iterator[bool]:
    """Keep others from moving counts meanwhile. Yield True where no other process is reading or moving them."""
    with (folder / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            fcntl.flock(file, fcntl.LOCK_SH)
            yield False
        else:
            yield True


def process_id(file: Path) -> int:
    return int(file.stem.rpartition("_")[2])


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
