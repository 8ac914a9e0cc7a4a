"""How Sphinx makes the site of these pages: `make docs`.

Nothing is fetched, neither while it is built nor by who reads it: no other project's names,
no font, no script from elsewhere. Whatever Sphinx warns of is an error.
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile
from pathlib import Path

from koopopt.packages import version_of

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "extensions"))
# The kernels of notebooks find our commands and nobody's settings, and say nothing of themselves.
own = Path(tempfile.mkdtemp(prefix="koopopt-site-"))
(own / "profile_default").mkdir()
(own / "profile_default" / "ipython_kernel_config.py").write_text("c.IPKernelApp.log_level = 40\n")
os.environ["IPYTHONDIR"] = os.environ["KOOPOPT_CACHE"] = str(own)
logging.getLogger("traitlets").setLevel(logging.WARNING)
os.environ["PATH"] = os.pathsep.join((os.path.dirname(sys.executable), os.environ["PATH"]))
for name in ("LC_ALL", "LC_MESSAGES", "LANG", "KOOPOPT_DEBUG"):
    os.environ.pop(name, None)

project = "koopopt"
author = "The koopopt developers"
copyright = author
version = release = version_of("koopopt") or "0"
extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "numpydoc",
    "sphinx_click",
    "commands",
    "repository",
    "schemas",
    "signatures",
    "readers",
]
exclude_patterns = ["example-plugin", "extensions", "_static"]
suppress_warnings = ["myst.xref_missing_extension"]

myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence", "attrs_inline"]
nb_execution_mode = "cache"
nb_execution_in_temp = True
nb_execution_raise_on_error = True
nb_execution_show_tb = True
nb_execution_timeout = 120
nb_merge_streams = True

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_default_options = {"members": True, "exclude-members": "__init__, __new__"}
numpydoc_show_class_members = False
default_role = "py:obj"
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 88

html_theme = "furo"
html_theme_options = {
    "light_css_variables": {"color-code-background": "#f4f5f7"},
    "dark_css_variables": {"color-code-background": "#20242a"},
}
html_title = f"koopopt {version}"
html_domain_indices = False
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
