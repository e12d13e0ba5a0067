"""Everything that is found out about a take: the score with what it comes from, and what it sounds like."""

from services.analyzer.descriptors import describe
from services.analyzer.heard import hear
from services.analyzer.measures import measure
from services.analyzer.quality import judge
from shared.audio import Audio
from shared.messages.job import Model, Report


def report_on(audio: Audio, model: Model) -> Report:
    """Measure, judge and describe a take."""
    heard = hear(audio)
    return judge(measure(heard), model).model_copy(update={"descriptors": describe(heard, model)})
