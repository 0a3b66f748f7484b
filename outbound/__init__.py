"""The domain: a folder a concept; models, rules and services. Imports nothing of the other folders."""
