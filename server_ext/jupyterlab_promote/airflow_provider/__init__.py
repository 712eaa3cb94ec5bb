"""The Airflow provider: runs in Airflow's processes."""
