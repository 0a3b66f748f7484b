"""Streamlit: pages and components that read the published marts and write through the API."""
