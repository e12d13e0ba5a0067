"""Playlists as rows: made of the facts about them, and read by the web app."""
