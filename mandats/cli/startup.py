"""What must be done before click is imported; `mandats.cli` imports this module first.

click asks gettext for its own messages: ours, in French, are beside this package. And a command is a short process full
of small trees: looking for cycles while modules load, then once more as the process ends, costs a tenth of `--help`
and frees nothing.
"""

import atexit
import gc
import gettext
import os

gc.disable()  # `main` turns it on again
atexit.register(gc.freeze)
os.environ["LANGUAGE"] = "fr"
gettext.bindtextdomain("messages", os.path.join(os.path.dirname(os.path.dirname(__file__)), "locale"))
