"""The engine: compiled kernels, integration between known jumps, rest; and a slow twin to test it. No biology."""
