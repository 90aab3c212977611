-- Each service has a database of its own; `users` is made by the image (POSTGRES_DB).
CREATE DATABASE orders;
