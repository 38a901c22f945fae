"""The manager's side: improvement actions, the evidence that bears on them, and the pages' reads of both."""
