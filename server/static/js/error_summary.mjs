// Takes the reader to what needs another look. Each line of the summary is a link that works without this.

document.getElementById("errors")?.focus();
