"""The kernel that executes pages: this Python, whatever kernels are registered on the machine."""

import os
import sys

from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpec


class ThisPython(AsyncKernelManager):
    """Starts the Python that is running, and not the one that ``JUPYTER_PATH`` or a user's folder calls "python3".

    Its bars are lines of text, which are shown while a page is executed; a widget would stay in the page.
    """

    @property
    def kernel_spec(self) -> KernelSpec:
        """The kernel's command and what is set in its environment."""
        command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        bars = "0" if os.environ.get("ADAH_PROGRESS") == "0" else "text"
        return KernelSpec(argv=command, name=self.kernel_name, language="python", env={"ADAH_PROGRESS": bars})
