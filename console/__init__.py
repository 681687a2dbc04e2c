"""The browser side for the people of the salon: login, queue, replies."""
