"""What the desk keeps as a row for each thing done, never changed afterwards: the ground of cases and complaints."""
