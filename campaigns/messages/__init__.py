"""Letters and other messages: templates, the outbox, delivery through channels."""
