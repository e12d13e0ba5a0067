"""Stand-ins for what AudioCraft 1.3.0 imports and making sound does not need.

It pins a torch of 2023 and packages built for it. Beside a current torch those cannot be installed, and
all but two are named at the top of its modules and used for training only. So each name that is missing
gets a stand-in before AudioCraft is imported; one that is used after all refuses with a sentence.

| name                     | why it is imported                        | here                          |
|--------------------------|-------------------------------------------|-------------------------------|
| xformers                 | another attention than torch's            | `unbind` and a mask's name    |
| torchaudio               | the spectrogram under a melody's chroma   | `melody.Spectrogram`          |
| demucs                   | drums and bass taken out of a melody      | `melody`: the mix as it is    |
| spacy, num2words         | text cleaning of models nobody released   | names                         |
| flashy                   | training on several machines              | names                         |
| av                       | reading compressed audio files            | names                         |
| audiocraft.solvers       | training; brings half of its dependencies | names                         |
"""

import functools
import importlib.util
import sys
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, NoReturn

from shared.errors import PermanentError


@functools.cache
def install() -> None:
    """Put the stand-ins where modules are missing. Before the first import of audiocraft, once a process."""
    import torch
    from transformers.utils import logging  # transformers looks for optional packages: it comes first

    from services.generator.engines.audiocraft import melody

    logging.disable_progress_bar()  # nobody watches, and each step of it is a line in the log

    _stand_in("xformers")
    _stand_in(
        "xformers.ops",
        unbind=torch.unbind,
        LowerTriangularMask=type("LowerTriangularMask", (), {}),
        memory_efficient_attention=_Refusal("xformers.ops.memory_efficient_attention"),
    )
    _stand_in("torchaudio")
    _stand_in("torchaudio.transforms", Spectrogram=melody.Spectrogram)
    _stand_in("demucs")
    _stand_in("demucs.pretrained", get_model=melody.mix_model)
    _stand_in("demucs.apply", apply_model=melody.mix_as_melody)
    _stand_in("demucs.audio", convert_audio=melody.convert)
    _stand_in("spacy")
    _stand_in("num2words", num2words=_Refusal("num2words.num2words"))
    _stand_in("flashy")
    _stand_in("flashy.distrib")
    _stand_in("av")
    _stand_in("audiocraft.solvers")
    solver = "audiocraft.solvers.compression"
    _stand_in(solver, CompressionSolver=_Refusal(f"{solver}.CompressionSolver"))


class _Names(ModuleType):
    """A module that has only the names it was given."""

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("__"):  # the interpreter looks for these everywhere
            raise AttributeError(name)
        _refuse(f"{self.__name__}.{name}")


class _Refusal:
    """A function or class that is only a name."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self, *_arguments: Any, **_named: Any) -> NoReturn:
        _refuse(self._name)


def _refuse(name: str) -> NoReturn:
    raise PermanentError(
        "audiocraft_part", f"This checkpoint makes AudioCraft use {name}, which is not part of Sound Box."
    )


def _stand_in(name: str, **names: Any) -> None:
    """Register a module, unless the real package is installed; audiocraft's own solvers always."""
    package = name.partition(".")[0]
    if package != "audiocraft" and _really_there(package):
        return
    module = _Names(name)
    module.__dict__.update(names)
    module.__spec__ = ModuleSpec(name, None, is_package=True)
    module.__path__ = []
    sys.modules[name] = module
    parent, _, last = name.rpartition(".")
    if isinstance(sys.modules.get(parent), _Names):
        setattr(sys.modules[parent], last, module)


def _really_there(package: str) -> bool:
    return not isinstance(sys.modules.get(package), _Names) and importlib.util.find_spec(package) is not None
