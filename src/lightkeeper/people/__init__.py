"""Who may do what: accounts, roles, sign-in; API clients and their keys; who is on call."""
