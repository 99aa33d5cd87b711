"""Floor 2: condition trees, their compiler to SQL, and saved segments; knows nothing of campaigns."""
