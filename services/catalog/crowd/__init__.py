"""What people did with tracks, as rows: votes, favourites, plays, suggested categories, deletions."""
