"""VK for the salon's clients. vkbottle is the client of its API; it is imported when an account is opened."""
