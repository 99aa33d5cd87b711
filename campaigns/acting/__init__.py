"""Acting on a selection: an action of the palette done once to all who are ticked, or a campaign that they enter."""
