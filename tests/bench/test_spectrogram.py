"""The benchmark of pictures measures what it says."""

from bench import spectrogram


def test_figures_have_their_aims_and_the_numbers_agree_with_librosa() -> None:
    figures = {figure.name: figure for figure in spectrogram.run(times=1, jobs=1)}
    picture = figures["picture of 10 s at 32 kHz"]
    assert picture.baseline is not None
    assert min(picture.value, picture.baseline) > 0  # how long it takes is no business of a test
    difference = figures["largest difference to librosa"]
    assert difference.met
    assert figures["renderer on one core"].value > 0
    memory = figures["renderer's memory at 5 minutes"]
    assert memory.met
