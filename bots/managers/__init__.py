"""The managers' bot: who waits is told in Telegram, and can be taken, answered and given back from there."""
