"""Which arithmetic this processor decodes with."""

from services.generator.decoder.compiled.transformer import CompiledTransformer
from services.generator.decoder.linear import Precision
from services.generator.decoder.transformer import Transformer
from services.generator.decoder.weights import Weights


def best_precision() -> Precision:
    """What a processor decodes fastest with: the fewest bytes, as reading them is what takes the time."""
    return "int8"


def transformer(weights: Weights, slots: int, longest: int) -> Transformer:
    """The transformer for the precision that the weights have; see `Transformer`."""
    fitting = Transformer if weights.precision == "fp32" else CompiledTransformer
    return fitting(weights, slots, longest)
