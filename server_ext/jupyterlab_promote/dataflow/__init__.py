"""What cells bind and read, how steps connect, and the findings about it. Pure: text in, values out."""
