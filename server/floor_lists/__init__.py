"""The lists that floor forms pick from, kept at the desk: messages, controls, complaints, incidents, on call."""
