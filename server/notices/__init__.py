"""What each person should look at: today, the week, by mail, in a calendar. One list of sources: `sources.py`."""
