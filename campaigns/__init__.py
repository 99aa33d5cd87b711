"""Floor 3: chains, their versions, the runtime that carries customers along them, and messages; knows nothing of Flask."""
