"""The truth: connections, tenant contexts, migrations, encryption and bulk writes."""
