"""What arrives: submissions, their scan, their outcome; surfaces and their legal basis."""
