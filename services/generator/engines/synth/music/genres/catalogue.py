"""All genre templates by name."""

from .acoustic import ACOUSTIC
from .band import BAND
from .electronic import ELECTRONIC

GENRES = {genre.name: genre for genre in (*ELECTRONIC, *ACOUSTIC, *BAND)}
