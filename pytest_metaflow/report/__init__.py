"""What a session says about its flows, apart from failures."""
