"""The page. Before anything here imports Gradio, this does."""

import sys
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, module_from_spec


def _import_gradio(spec: ModuleSpec):
    """Without the files of type hints that it writes, at every import, beside each of its components.

    They serve editors and take long; the folder may be another's, or be written by two at once.
    """
    sys.modules["gradio"] = package = module_from_spec(spec)
    from gradio import component_meta  # it needs little of the package, which is not run yet

    component_meta.create_or_modify_pyi = lambda *_: None
    spec.loader.exec_module(package)


if "gradio" not in sys.modules and (found := find_spec("gradio")):
    _import_gradio(found)
