"""Write a file whole or not at all."""

import os
import tempfile
from pathlib import Path

from synaptrace.errors import ResultError


def check_writable(path):
    """Raise ResultError now rather than after the run if nothing can be written at `path`."""
    path = Path(path)
    if path.is_dir() or not path.parent.is_dir():
        reason = "it is a folder" if path.is_dir() else "its folder does not exist"
        raise ResultError(f"'{path}' cannot be written.", reason=reason)
    if not os.access(path.parent, os.W_OK):
        raise ResultError(f"'{path}' cannot be written.", reason="its folder does not allow it")


def written_whole(path, write):
    """Call `write` with a temporary name beside `path`, then rename; nothing half-written stays behind."""
    path = Path(path)
    check_writable(path)
    part = ""
    try:
        handle, part = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=path.suffix)
        os.close(handle)
        write(part)
        os.chmod(part, 0o666 & ~_umask())
        os.replace(part, path)
    except OSError as error:
        raise ResultError(f"'{path}' cannot be written.", reason=error.strerror or error) from error
    finally:
        if part and os.path.exists(part):
            os.remove(part)
    return path


def _umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask
