"""A folder of the store as a folder of your own, to change it and add to it."""

import shutil
from pathlib import Path

from synaptrace.evidence.store.load import STORE
from synaptrace.evidence.store.problems import EvidenceError
from synaptrace.writing import check_writable


def copy_review(review, folder):
    """Copy the files of a Review to a new folder, which it returns; the papers they name stay those of the shipped store.

    Raises EvidenceError where something stands there already or in the shipped store, ResultError where nothing can be written.
    """
    folder = Path(folder)
    if folder.resolve().is_relative_to(STORE.resolve()):
        raise EvidenceError("The store shipped with the package is read-only.", given=folder, expected="your own folder")
    if folder.exists():
        raise EvidenceError(f"'{folder}' is there already.", expected="a new folder", fix="name another one")
    check_writable(folder)
    folder.mkdir()
    for path in sorted(review.folder.iterdir()):
        if path.suffix in (".csv", ".toml"):
            shutil.copyfile(path, folder / path.name)
    return folder
