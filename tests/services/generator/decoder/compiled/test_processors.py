"""The same sources serve processors with narrower vectors: the tests of products and attention pass there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from llvmlite import binding

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[4]
OF_2013 = "+avx,+avx2,+fma,+bmi,+bmi2,+popcnt,+sse4.1,+sse4.2"
NARROWER = {"AVX2": (OF_2013, "avx2"), "AVX-VNNI": (f"{OF_2013},+avxvnni", "avxvnni")}
HERE = binding.get_host_cpu_features()
PROCESSORS = {name: features for name, (features, needed) in NARROWER.items() if HERE.get(needed)}


@pytest.mark.parametrize("name", PROCESSORS)
def test_a_processor_with_narrower_vectors_gives_right_products(name: str, tmp_path: Path) -> None:
    environment = {**os.environ, "NUMBA_CPU_NAME": "haswell", "NUMBA_CPU_FEATURES": PROCESSORS[name]}
    environment |= {"XDG_CACHE_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    files = [str(FOLDER / file) for file in ("test_tiles.py", "test_kernels.py")]
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--noconftest"]
    command = [sys.executable, "-P", "-m", "pytest", *options, *files]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
