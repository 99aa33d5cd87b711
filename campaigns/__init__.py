"""Floor 3: chains, their versions, the runtime that carries customers along, messages; knows nothing of Flask."""
