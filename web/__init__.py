"""Floor 4: pages, REST API, the canvas and the command line."""
