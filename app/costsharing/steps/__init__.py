"""The calculator's questions, one module for each group, and how they become inputs."""
