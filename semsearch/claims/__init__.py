"""The claim check: how others cite what a draft cites, sentence by sentence."""
