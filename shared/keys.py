"""Where things lie in the store. Every key is made here, of ids that were validated before."""


def take(job_id: str, attempt: int) -> str:
    """The untouched audio of one attempt."""
    return f"takes/{job_id}/{attempt}.wav"


def audio(job_id: str) -> str:
    """The finished sound."""
    return f"generated/{job_id}.wav"


def spectrogram(job_id: str) -> str:
    """The finished picture."""
    return f"spectrograms/{job_id}.png"


def peaks(job_id: str) -> str:
    """The waveform's peaks, audiowaveform version 2 JSON."""
    return f"peaks/{job_id}.json"


def stage_record(stage: str, job_id: str, attempt: int) -> str:
    """What a stage published for an attempt, so that doing it again publishes the same."""
    return f"records/{stage}/{job_id}/{attempt}.json"


def work_mark(stage: str, job_id: str, attempt: int, number: int) -> str:
    """A sign that work began; one that stays means that the worker died in it."""
    return f"marks/{stage}/{job_id}/{attempt}/{number}"


def tombstone(job_id: str) -> str:
    """A sign that the job was cancelled."""
    return f"cancelled/{job_id}.json"
