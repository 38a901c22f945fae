"""Monthly assurance summaries (D8): worked out from the records, judged by a person, frozen as signed."""
