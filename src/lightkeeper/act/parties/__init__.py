"""Who is who in a case: what people say of accounts, and possible victims, whose fields are protected."""
