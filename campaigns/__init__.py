"""Floor 3: chains, their versions, the runtime that carries customers along, messages; knows nothing of Flask."""

import campaigns.conditions  # noqa: F401 (their declarations are registered with the segmenter)
