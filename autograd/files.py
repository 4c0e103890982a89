"""Files that are written whole or not at all. Knows bytes, and not what they mean."""

import os
import tempfile
from errno import EISDIR, ENOENT
from pathlib import Path


def write_atomically(path: str | os.PathLike[str], content: bytes) -> None:
    """Write a file beside its place and move it there: whoever reads sees the old or the new content, never a part.

    A link stays one, and what is no file, such as /dev/stdout, is written to directly.
    Raises FileNotFoundError where there is no such folder, and other OSErrors where the path cannot be written.
    """
    target = Path(path)
    if target.exists() and not target.is_file() and not target.is_dir():
        target.write_bytes(content)
        return
    target = target.resolve()
    if not target.parent.is_dir():
        raise FileNotFoundError(ENOENT, "there is no such folder", str(target.parent))
    if target.is_dir():
        raise IsADirectoryError(EISDIR, "this is a folder; give the path of a file in it", str(path))
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(name, 0o666 & ~umask())
        os.replace(name, target)
    except BaseException:
        os.unlink(name)
        raise


def umask() -> int:
    """Return which permissions new files do not get."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
