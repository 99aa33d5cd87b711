"""Selections: who was found, frozen at the moment of opening, to be ticked, narrowed and acted on."""
