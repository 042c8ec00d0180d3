"""How well the offline matcher understands people: frozen paraphrases, a peer baseline and timing."""
