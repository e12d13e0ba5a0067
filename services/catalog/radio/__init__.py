"""The radio: stations, what they play at any moment, and what a listener hears next."""
