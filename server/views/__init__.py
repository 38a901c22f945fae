"""Evidence views: of a person, a unit, a theme, a framework item, a shift; and what came of one concern, in order."""
