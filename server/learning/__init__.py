"""Learning messages: who has heard each, who said it back, who still needs it, whether practice was watched."""
