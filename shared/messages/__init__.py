"""Every message that crosses the broker: commands, facts, passing notices, and their envelope."""
