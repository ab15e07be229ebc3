"""Having an address removed: a notice to its host, or a referral to those who can; its replies; whether it is gone."""
