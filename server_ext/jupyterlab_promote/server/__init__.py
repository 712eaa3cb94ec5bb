"""The Jupyter server's side: REST for the Lab, the use cases, the clients of both Airflow APIs. No state of runs."""
