"""Running the server: backups, the doctor, the start check, health, logs, metrics, the copy off the machine."""
