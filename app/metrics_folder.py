"""The folder in which the processes of a node count for Prometheus, each in files that its number names.

The library looks for the folder when it is imported, so nothing here imports it.
"""

import os
from pathlib import Path

from app.private_files import create_private_folder

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"


def use_folder(folder: Path) -> None:
    """Have this process and those that it starts count there, or where the environment says.

    What processes counted that are no more is forgotten.
    """
    folder = Path(os.environ.setdefault(VARIABLE, str(folder)))
    create_private_folder(folder)
    for file in folder.glob("*_*.db"):
        if not is_alive(process_id(file)):
            file.unlink(missing_ok=True)


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
