"""NCMEC's CyberTipline: what a report says, how it is written as XML, and by which schema it is checked."""
