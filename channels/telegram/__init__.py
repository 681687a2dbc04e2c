"""Telegram for the salon's clients. aiogram reads and writes its types; it is imported when an account is opened."""
