"""The dialog engine and its words. Pure: no SQL, no HTTP, no messenger."""
