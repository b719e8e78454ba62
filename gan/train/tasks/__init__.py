"""The tasks that a run can have, one file each; every file is imported here, and registers its own."""

import importlib
import pkgutil

for file in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{file.name}")
