"""WhatsApp for clients, by our own few calls of the Cloud API: the libraries lose all but the first of a batch."""
