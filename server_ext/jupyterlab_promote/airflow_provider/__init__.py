"""The Airflow provider: runs in Airflow's processes.

Hops 6 to 8: registration (plugin), registration -> DAG (bundle, dag), Airflow task -> Ray job (operator).
Nothing here imports Ray, papermill or Jupyter Server; Ray is reached over HTTP, values stay in the store.
"""
