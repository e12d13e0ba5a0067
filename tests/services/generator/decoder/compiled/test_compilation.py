"""What was compiled is kept for the next start; where it cannot be, the decoder works all the same."""

import os
import subprocess
import sys
from pathlib import Path

_TRY = """
import numpy as np
from services.generator.decoder.compiled.attention import remember
from services.generator.decoder.compiled.layout import Cache
from services.generator.decoder.compiled.vectors import LANES
keys = np.zeros((1, 4, 4, LANES), dtype=np.uint16)
memory = Cache(keys, keys, keys.ctypes.data, keys.ctypes.data, 4 * LANES, 1, 1)
remember(memory, 0, 0, np.ones(4, dtype=np.float32), np.ones(4, dtype=np.float32))
print(keys.any(), sum(remember.stats.cache_hits.values()))
"""


def printed(cache_home: Path) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache_home)}
    command = [sys.executable, "-c", _TRY]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True)


def test_the_second_start_finds_what_the_first_compiled(tmp_path: Path) -> None:
    assert printed(tmp_path).stdout.split() == ["True", "0"]
    assert printed(tmp_path).stdout.split() == ["True", "1"]


def test_without_a_place_to_keep_it_everything_is_compiled_anew_and_that_is_said(tmp_path: Path) -> None:
    occupied = tmp_path / "file"
    occupied.write_text("not a folder")
    for _ in range(2):
        done = printed(occupied)
        assert done.stdout.split() == ["True", "0"]
        assert "compiled anew at each start" in done.stderr
