"""The stages of the pipeline, each a program of its own.

A stage does one job at a time and is scaled by starting it again, so numpy's threads would only wait,
spinning, on processors that the other stages need. numpy reads this when it is first imported.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
