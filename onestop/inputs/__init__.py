"""One model per input, shared by every door."""
