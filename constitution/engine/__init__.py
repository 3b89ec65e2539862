"""The engine: drives stages over many prompts, pays for each question once, and never knows a stage by name."""
